package dev.polecat.bench.contest;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * The table the writers write. Keys are spread over the whole table, as ids made from hashes are.
 */
final class Beads {
  static final String TABLE = "beads";
  static final String INSERT = "INSERT INTO beads (id, token, updated_at) VALUES (?, ?, ?)";
  static final String UPDATE = "UPDATE beads SET token = ?, updated_at = ? WHERE id = ?";

  private static final int BATCH = 5_000;

  private Beads() {}

  /** Creates and fills the table, and commits it. */
  static void create(Connection main, Workload.Table table) throws SQLException {
    DoltCalls.execute(
        main,
        "CREATE TABLE beads (id VARCHAR(32) PRIMARY KEY, token VARCHAR(64), title VARCHAR(200),"
            + " status VARCHAR(20), updated_at TIMESTAMP(6)"
            + (table.indexes() ? ", KEY by_token (token), KEY by_time (status, updated_at)" : "")
            + ")");
    main.setAutoCommit(false);
    try (PreparedStatement row =
        main.prepareStatement(
            "INSERT INTO beads VALUES (?, ?, ?, 'open', '2026-01-01 00:00:00.000000')")) {
      for (int i = 0; i < table.rows(); i++) {
        row.setString(1, rowId(i));
        row.setString(2, "base");
        row.setString(3, "What is to be done about number " + i);
        row.addBatch();
        if (i % BATCH == BATCH - 1) {
          row.executeBatch();
        }
      }
      row.executeBatch();
    }
    DoltCalls.execute(main, "CALL DOLT_COMMIT('-Am', 'The table before the contest')");
    main.setAutoCommit(true);
  }

  /** Sends what a commit writes, and does not commit. */
  static void send(Connection connection, Write write) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, write.id());
      insert.setString(2, write.token());
      insert.setString(3, write.updatedAt());
      insert.executeUpdate();
    }
    if (write.isHot()) {
      try (PreparedStatement update = connection.prepareStatement(UPDATE)) {
        update.setString(1, write.token());
        update.setString(2, write.updatedAt());
        update.setString(3, write.hotId());
        if (update.executeUpdate() != 1) {
          throw new SQLException("There is no hot row " + write.hotId() + ".");
        }
      }
    }
  }

  /** What {@link #send} sends, as text for a command line. */
  static String script(Write write) {
    String insert =
        "INSERT INTO beads (id, token, updated_at) VALUES ('%s', '%s', '%s');"
            .formatted(write.id(), write.token(), write.updatedAt());
    return write.isHot()
        ? insert
            + " UPDATE beads SET token = '%s', updated_at = '%s' WHERE id = '%s';"
                .formatted(write.token(), write.updatedAt(), write.hotId())
        : insert;
  }

  static String ownId(int number) {
    return "%016x-own".formatted(spread(number));
  }

  static String hotId(Workload workload, int hot) {
    return rowId((int) ((long) hot * workload.table().rows() / workload.hotRows()));
  }

  private static String rowId(int row) {
    return "%016x".formatted(spread(row + 1_000_000_000L));
  }

  /** Different for different numbers: every step can be undone. */
  private static long spread(long number) {
    long mixed = (number + 1) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
