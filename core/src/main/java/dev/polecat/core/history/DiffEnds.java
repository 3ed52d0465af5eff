package dev.polecat.core.history;

import dev.polecat.core.DoltError;
import dev.polecat.core.internal.sql.Quoting;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The two ends of a diff, held fast: hashes, or the working set of the session's branch as the
 * session's transaction sees it.
 *
 * @param session the session that reads
 * @param from the earlier end, as Dolt calls it
 * @param to the later end, as Dolt calls it
 */
record DiffEnds(ReadSession session, String from, String to) {
  private static final String WORKING = "WORKING";

  static DiffEnds resolve(ReadSession session, RevisionRange range) throws SQLException {
    try {
      return resolved(session, range);
    } catch (SQLException e) {
      if (DoltError.of(e) == DoltError.NOT_FOUND) {
        Commits.resolve(session, range.from()); // names the one that is missing
        Commits.resolve(session, range.to());
      }
      throw e;
    }
  }

  private static DiffEnds resolved(ReadSession session, RevisionRange range) throws SQLException {
    List<String> ends = new ArrayList<>();
    session.run(
        List.of(
            "START TRANSACTION",
            "SELECT %s, %s"
                .formatted(
                    range.sinceFork()
                        ? "DOLT_MERGE_BASE(%s, %s)"
                            .formatted(commit(range.from()), commit(range.to()))
                        : commit(range.from()),
                    commit(range.to()))),
        (result, rows) -> {
          rows.next();
          ends.add(rows.getString(1));
          ends.add(rows.getString(2));
        });
    return new DiffEnds(
        session,
        range.from().workingOf().isPresent() ? WORKING : ends.get(0),
        range.to().workingOf().isPresent() ? WORKING : ends.get(1));
  }

  /**
   * SQL of the commit. HASHOF sees a branch as it is at this moment, while the working set is that
   * of the beginning of the transaction; dolt_branches is of that time, too.
   */
  private static String commit(Revision revision) {
    String ref = Quoting.literal(revision.ref());
    return revision.workingOf().isPresent()
        ? "(SELECT hash FROM dolt_branches WHERE name = " + ref + ")"
        : "HASHOF(" + ref + ")";
  }

  /** The changed tables; Dolt leaves out those whose primary key changed, with a warning. */
  List<TableChange> changedTables() throws SQLException {
    List<TableChange> changed = new ArrayList<>();
    Set<Boolean> warned = new HashSet<>();
    session.run(
        List.of(summary(Quoting.literal(from), Quoting.literal(to)), "SHOW WARNINGS"),
        (result, rows) -> {
          while (rows.next()) {
            if (result == 0) {
              changed.add(TableChange.read(rows));
            } else {
              warned.add(true);
            }
          }
        });
    if (!warned.isEmpty()) {
      changed.addAll(withOtherKeys(changed));
    }
    return changed;
  }

  static String summary(String from, String to) {
    return "SELECT from_table_name, to_table_name, diff_type, data_change, schema_change"
        + " FROM dolt_diff_summary(%s, %s)".formatted(from, to);
  }

  /** The changed tables that are not known yet: those whose primary key changed. */
  List<TableChange> withOtherKeys(List<TableChange> known) throws SQLException {
    Set<String> old = tables(from);
    Set<String> now = tables(to);
    known.forEach(change -> old.remove(change.from()));
    known.forEach(change -> now.remove(change.to()));
    List<TableChange> found = new ArrayList<>();
    for (String table : old) {
      boolean stays = now.remove(table);
      if (!stays || !key(table, from).equals(key(table, to))) {
        found.add(
            new TableChange(
                table,
                stays ? table : "",
                stays ? TableChange.Kind.MODIFIED : TableChange.Kind.DROPPED,
                true,
                true,
                true));
      }
    }
    now.forEach(
        table -> found.add(new TableChange("", table, TableChange.Kind.ADDED, true, true, true)));
    return found;
  }

  /** The tables that one end has. */
  private Set<String> tables(String ref) throws SQLException {
    return new LinkedHashSet<>(session.list(TableAt.names(ref), (result, row) -> row.getString(1)));
  }

  private List<TableSchema.Column> key(String table, String ref) throws SQLException {
    return TableSchema.read(session.connection(), table, ref).columns().stream()
        .filter(TableSchema.Column::key)
        .toList();
  }

  void requireKnown(String table, String where) throws SQLException {
    for (String end : List.of(to, from)) {
      if (TableAt.named(tables(end).stream(), table).isPresent()) {
        return;
      }
    }
    throw new UnknownTableException(table, where);
  }
}
