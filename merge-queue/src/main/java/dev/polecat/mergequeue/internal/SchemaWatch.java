package dev.polecat.mergequeue.internal;

import dev.polecat.core.CommitHash;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.internal.resolve.Care;
import dev.polecat.mergequeue.internal.resolve.Sql;
import dev.polecat.mergequeue.internal.resolve.TableShape;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Knows which tables must not be left to Dolt's own merge, without asking each time: schemas are
 * read again only when a commit changed one. Used by one thread.
 */
final class SchemaWatch {
  private final ConflictPolicies policies;
  private @Nullable CommitHash seen;
  private Map<String, Care> careful = Map.of();

  SchemaWatch(ConflictPolicies policies) {
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
    for (String table : changed(connection, "main..." + sealed)) {
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
