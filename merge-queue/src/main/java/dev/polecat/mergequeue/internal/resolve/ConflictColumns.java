package dev.polecat.mergequeue.internal.resolve;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which columns each side has in {@code dolt_conflicts_t}. The base's and theirs are those of their
 * commits; ours are those of the merged table.
 *
 * @param base the base's columns
 * @param our the merged table's columns
 * @param their the branch's columns
 * @param ambiguous whether two columns there have the same name, so that one cannot be reached
 */
record ConflictColumns(Set<String> base, Set<String> our, Set<String> their, boolean ambiguous) {

  static ConflictColumns read(Connection connection, String table) throws SQLException {
    List<String> names = Sql.columns(connection, Sql.conflicts(table));
    Set<String> base = new LinkedHashSet<>();
    Set<String> our = new LinkedHashSet<>();
    Set<String> their = new LinkedHashSet<>();
    // from_root_ish, base_*, our_*, our_diff_type, their_*, their_diff_type, dolt_conflict_id, ...
    int at = 1;
    while (at < names.size() && names.get(at).startsWith("base_")) {
      base.add(names.get(at++).substring("base_".length()));
    }
    while (at < names.size() && names.get(at).startsWith("our_")) {
      our.add(names.get(at++).substring("our_".length()));
    }
    while (at < names.size() && names.get(at).startsWith("their_")) {
      their.add(names.get(at++).substring("their_".length()));
    }
    our.remove("diff_type");
    their.remove("diff_type");
    return new ConflictColumns(base, our, their, new HashSet<>(names).size() < names.size());
  }

  /** Columns of the base that the merged table no longer has. */
  List<String> dropped() {
    return base.stream().filter(column -> !our.contains(column)).toList();
  }
}
