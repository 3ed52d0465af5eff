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
              "SELECT * FROM %s LIMIT %d"
                  .formatted(
                      Sql.identifier("dolt_constraint_violations_" + table),
                      Math.max(1, maxListed - rows.size())),
              row -> read(table, row)));
    }
    throw new ParkException(new ParkReason.ConstraintViolation(tables, rows));
  }

  /**
   * Has the server check all rows that changed. Resolving writes past foreign keys and checks.
   *
   * <p>When Dolt 1.86.4 finds a violation, the next write of whatever session fails with "dangling
   * ref", once. The abort here is that write.
   */
  static void verify(Connection connection, int maxListed) throws SQLException, ParkException {
    int violated = Sql.one(connection, "CALL DOLT_VERIFY_CONSTRAINTS()", row -> row.getInt(1));
    if (violated == 0) {
      return;
    }
    try {
      requireNone(connection, maxListed);
    } finally {
      try {
        Sql.execute(connection, "CALL DOLT_MERGE('--abort')");
      } catch (SQLException e) {
        LOG.debug("Aborting a merge that breaks a constraint ({})", DoltError.of(e), e);
      }
    }
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
      values.put(meta.getColumnName(i), row.getString(i));
    }
    return new ViolatedRow(
        table,
        row.getString("violation_type"),
        values,
        String.valueOf(row.getString("violation_info")));
  }
}
