package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.internal.resolve.Care;
import dev.polecat.mergequeue.internal.resolve.Sql;
import dev.polecat.mergequeue.internal.resolve.TableShape;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which tables must not be left to Dolt's own merge, without asking each time: schemas are
 * read again only when a commit changed one. Used by one thread.
 */
final class SchemaWatch {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaWatch.class);
  private static final int ASKED_AT_ONCE = 20;

  private final BranchName target;
  private final ConflictPolicies policies;
  private @Nullable CommitHash seen;
  private Map<String, Care> careful = Map.of();

  /** Sealed commits that change no schema, as long as no commit on main does. */
  private Set<CommitHash> plain = Set.of();

  SchemaWatch(ConflictPolicies policies) {
    this(BranchName.MAIN, policies);
  }

  SchemaWatch(BranchName target, ConflictPolicies policies) {
    this.target = target;
    this.policies = policies;
  }

  /** The tables the branch changed and that need care, on either side. */
  Map<String, Care> among(Connection connection, Survey survey, CommitHash sealed)
      throws SQLException {
    look(connection, survey.main());
    if (careful.isEmpty() && !survey.changesSchema()) {
      return Map.of();
    }
    Map<String, Care> found = new HashMap<>();
    for (String table : changed(connection, target + "..." + sealed)) {
      Care care = careful.getOrDefault(table, Care.NONE);
      if (survey.changesSchema()) {
        care = care.and(careAt(connection, table, sealed));
      }
      if (!care.isNone()) {
        found.put(table, care);
      }
    }
    return found;
  }

  /** Notes that main got a commit from a merge that changed no schema. */
  void noteMerged(Survey survey, CommitHash merge) {
    if (!survey.changesSchema() && survey.main().equals(seen)) {
      seen = merge;
    }
  }

  /**
   * Whether the branch that is next is known to change no schema. Asks for several at once: in a
   * statement with other questions, one of them costs as much as ten here.
   *
   * @param merged what was merged just now
   * @param following the sealed commits that wait, the next one first
   */
  boolean isPlain(Connection connection, Survey merged, List<CommitHash> following) {
    if (merged.changesSchema()) {
      plain = Set.of();
      return false;
    }
    if (following.isEmpty()) {
      return false;
    }
    if (!plain.contains(following.get(0))) {
      plain = plain(connection, following.stream().limit(ASKED_AT_ONCE).toList());
    }
    return plain.contains(following.get(0));
  }

  private static Set<CommitHash> plain(Connection connection, List<CommitHash> sealed) {
    Set<CommitHash> found = new HashSet<>(sealed);
    try {
      Sql.strings(
              connection,
              sealed.stream()
                  .map(
                      "SELECT '%1$s' FROM dolt_diff_summary('main...%1$s') WHERE schema_change"
                          ::formatted)
                  .collect(Collectors.joining(" UNION ALL ")))
          .forEach(changing -> found.remove(CommitHash.of(changing)));
      return found;
    } catch (SQLException e) { // what is wrong with one of them is told when it is its turn
      LOG.debug("Looking at {} ahead of their turns failed", sealed, e);
      return Set.of();
    }
  }

  private void look(Connection connection, CommitHash main) throws SQLException {
    if (main.equals(seen)) {
      return;
    }
    if (seen == null || changesSchema(connection, seen, main)) {
      Map<String, Care> found = new HashMap<>();
      for (String table :
          Sql.strings(
              connection,
              "SHOW FULL TABLES AS OF '%s' WHERE table_type = 'BASE TABLE'".formatted(main))) {
        Care care = Care.of(TableShape.read(connection, table, main), policies);
        if (!care.isNone()) {
          found.put(table, care);
        }
      }
      careful = found;
      plain = Set.of();
    }
    seen = main;
  }

  private static boolean changesSchema(Connection connection, CommitHash from, CommitHash to)
      throws SQLException {
    return Sql.one(
        connection,
        "SELECT COUNT(*) FROM dolt_diff_summary('%s', '%s') WHERE schema_change"
            .formatted(from, to),
        row -> row.getInt(1) > 0);
  }

  private static Set<String> changed(Connection connection, String range) throws SQLException {
    Set<String> tables = new LinkedHashSet<>();
    Sql.list(
        connection,
        "SELECT from_table_name, to_table_name FROM dolt_diff_summary('" + range + "')",
        row -> tables.add(row.getString(1)) | tables.add(row.getString(2)));
    tables.remove("");
    tables.remove(null);
    return tables;
  }

  private Care careAt(Connection connection, String table, CommitHash commit) throws SQLException {
    return Sql.exists(connection, table, commit)
        ? Care.of(TableShape.read(connection, table, commit), policies)
        : Care.NONE;
  }
}
