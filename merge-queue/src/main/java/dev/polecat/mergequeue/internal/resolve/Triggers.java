package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.mergequeue.ParkReason;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table's triggers. What settles a merge must not set them off: they would change rows as neither
 * side had them, and write other tables once more. Writing through {@code dolt_conflicts_t} does
 * not.
 */
final class Triggers {
  private Triggers() {}

  /**
   * Whether there are triggers on an event of a table.
   *
   * @param event INSERT, UPDATE or DELETE
   */
  static boolean on(Connection connection, String table, String event) throws SQLException {
    List<Boolean> found = new ArrayList<>();
    Sql.list(
        connection,
        "SHOW TRIGGERS",
        row ->
            found.add(
                row.getString("Table").equalsIgnoreCase(table)
                    && row.getString("Event").toUpperCase(Locale.ROOT).contains(event)));
    return found.contains(true);
  }

  /**
   * Refuses a write that would set off triggers.
   *
   * @throws ParkException if there are triggers on the event
   */
  static void requireNone(Connection connection, String table, String event)
      throws SQLException, ParkException {
    if (on(connection, table, event)) {
      throw new ParkException(
          new ParkReason.NotResolvable(
              table, "that would set off its " + event + " triggers, which ran on the branch."));
    }
  }
}
