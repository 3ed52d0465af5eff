package dev.polecat.mergequeue.internal;

import dev.polecat.core.DoltError;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.ViolatedRow;
import dev.polecat.mergequeue.internal.resolve.ParkException;
import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Merged rows that break a foreign key, a unique index, a check or NOT NULL. */
final class Violations {
  private static final Logger LOG = LoggerFactory.getLogger(Violations.class);

  private Violations() {}

  /** Refuses an open merge in which Dolt found such rows. */
  static void requireNone(Connection connection, int maxListed) throws SQLException, ParkException {
    requireNone(connection, maxListed, "");
  }

  /**
   * Refuses an open merge in which rows are missing: those with a NULL where there must be none are
   * not in the merged table, and clearing the violation would lose them.
   */
  static void requireNoneMissing(Connection connection, int maxListed)
      throws SQLException, ParkException {
    requireNone(connection, maxListed, " WHERE violation_type = 'not null'");
  }

  private static void requireNone(Connection connection, int maxListed, String which)
      throws SQLException, ParkException {
    List<String> tables =
        Sql.strings(connection, "SELECT `table` FROM dolt_constraint_violations ORDER BY 1");
    if (tables.isEmpty()) {
      return;
    }
    List<ViolatedRow> rows = new ArrayList<>();
    for (String table : tables) {
      rows.addAll(
          Sql.list(
              connection,
              "SELECT * FROM %s%s LIMIT %d"
                  .formatted(
                      Sql.identifier("dolt_constraint_violations_" + table),
                      which,
                      Math.max(1, maxListed - rows.size())),
              row -> read(table, row)));
    }
    if (!rows.isEmpty()) {
      throw new ParkException(new ParkReason.ConstraintViolation(tables, rows));
    }
  }

  /**
   * Has the server check all rows that changed, and all rows of tables whose schema did. Resolving
   * writes past foreign keys and checks.
   *
   * <p>Only looking, since Dolt 1.86.4 otherwise brings back tables that the merge drops or
   * renames, and puts columns in another order. When it finds a violation, the next write of
   * whatever session fails with "dangling ref", once. The abort here is that write.
   */
  static void verify(Connection connection, List<String> changedSchemas, int maxListed)
      throws SQLException, ParkException {
    List<String> all = new ArrayList<>(changedSchemas);
    all.add(0, "--all");
    if (!isViolated(connection, List.of())
        && (changedSchemas.isEmpty() || !isViolated(connection, all))) {
      return;
    }
    try {
      verify(connection, List.of());
      requireNone(connection, maxListed);
      verify(connection, all);
      requireNone(connection, maxListed);
    } finally {
      try {
        Sql.execute(connection, "CALL DOLT_MERGE('--abort')");
      } catch (SQLException e) {
        LOG.debug("Aborting a merge that breaks a constraint ({})", DoltError.of(e), e);
      }
    }
    throw new SQLException("The merged rows break a constraint, but the server lists none.");
  }

  private static boolean isViolated(Connection connection, List<String> arguments)
      throws SQLException {
    List<String> looking = new ArrayList<>(arguments);
    looking.add(0, "--output-only");
    return verify(connection, looking);
  }

  private static boolean verify(Connection connection, List<String> arguments) throws SQLException {
    return Sql.one(
        connection,
        "CALL DOLT_VERIFY_CONSTRAINTS("
            + String.join(", ", Collections.nCopies(arguments.size(), "?"))
            + ")",
        row -> row.getInt(1) != 0,
        arguments.toArray(String[]::new));
  }

  /** Clears what the merge found, so that {@link #verify} says what is wrong now. */
  static void forget(Connection connection) throws SQLException {
    for (String table : Sql.strings(connection, "SELECT `table` FROM dolt_constraint_violations")) {
      Sql.execute(
          connection, "DELETE FROM " + Sql.identifier("dolt_constraint_violations_" + table));
    }
  }

  private static ViolatedRow read(String table, ResultSet row) throws SQLException {
    ResultSetMetaData meta = row.getMetaData();
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    for (int i = 3; i < meta.getColumnCount(); i++) { // from_root_ish, violation_type, ..., info
      if (!meta.getColumnName(i).equals("dolt_row_hash")) { // what keyless rows are told apart by
        values.put(meta.getColumnName(i), row.getString(i));
      }
    }
    return new ViolatedRow(
        table,
        row.getString("violation_type"),
        values,
        String.valueOf(row.getString("violation_info")));
  }
}
