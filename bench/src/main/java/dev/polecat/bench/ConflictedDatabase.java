package dev.polecat.bench;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;

/**
 * A table that main and a branch both changed every row of: some cells on one side only, some on
 * both; about half of the rows are newer on either side, and one in fifty is equally old.
 */
final class ConflictedDatabase {
  static final String TABLE = "issues";
  static final BranchName WORK = BranchName.of("work");

  private static final int BATCH = 1_000;

  /** Per mille: unchanged, ours only, theirs only, both differently; else both alike. */
  private static final int[][] MIX = {
    {400, 200, 200, 150}, // title
    {500, 150, 150, 150}, // body
    {300, 150, 150, 350}, // status
    {500, 150, 150, 150}, // priority
    {100, 150, 150, 500}, // counter
    {100, 150, 150, 600}, // labels
  };

  private ConflictedDatabase() {}

  /** Creates the database; with labels, a JSON array column is added. */
  static DoltDatabase create(BenchServer server, int rows, int body, boolean labels)
      throws SQLException {
    DoltDatabase database = server.server().database(server.freshName());
    try (Connection main = database.connect(BranchName.MAIN)) {
      execute(
          main,
          "CREATE TABLE issues (id VARCHAR(64) PRIMARY KEY, title VARCHAR(200), body TEXT,"
              + " status VARCHAR(20), priority INT, counter INT,"
              + (labels ? " labels JSON," : "")
              + " updated_at TIMESTAMP(6))");
      write(main, 0, rows, body, labels);
      execute(main, "CALL DOLT_BRANCH('" + WORK.value() + "')");
      write(main, 1, rows, body, labels);
    }
    try (Connection work = database.connect(WORK)) {
      write(work, 2, rows, body, labels);
    }
    return database;
  }

  /** Starts over: the merge is open on the connection, and every row is in conflict. */
  static void openMerge(Connection main) throws SQLException {
    main.rollback();
    try (Statement statement = main.createStatement();
        ResultSet merged =
            statement.executeQuery(
                "CALL DOLT_MERGE('" + WORK.value() + "', '--no-ff', '-m', 'merge')")) {
      merged.next();
      if (merged.getInt("conflicts") == 0) {
        throw new SQLException("The merge has no conflicts.");
      }
    }
  }

  /** Side 0 is the base, 1 ours, 2 theirs. */
  private static void write(Connection connection, int side, int rows, int body, boolean labels)
      throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement row =
        connection.prepareStatement(
            "REPLACE INTO issues VALUES (?, ?, ?, ?, ?, ?, " + (labels ? "?, " : "") + "?)")) {
      for (int i = 0; i < rows; i++) {
        SplittableRandom random = new SplittableRandom(i); // the same choices for all three sides
        int at = 1;
        row.setString(at++, "iss-%08x-%d".formatted(random.nextInt(), i));
        String[] by = new String[MIX.length];
        for (int column = 0; column < MIX.length; column++) {
          by[column] = writer(side, MIX[column], random.nextInt(1_000));
        }
        row.setString(at++, "Title of issue " + i + " by " + by[0]);
        row.setString(at++, body(by[1], i, body));
        row.setString(at++, by[2].equals("base") ? "open" : by[2]);
        row.setInt(at++, 1 + by[3].length());
        row.setInt(at++, i % 13 + (by[4].equals("base") ? 0 : by[4].length() + random.nextInt(9)));
        if (labels) {
          String own = by[5].equals("base") ? "" : ", \"by-" + by[5] + "\"";
          row.setString(at++, "[\"bug\", \"area-" + i % 50 + "\"" + own + "]");
        }
        boolean newer = random.nextBoolean();
        boolean tie = i % 50 == 0;
        row.setString(
            at,
            side == 0
                ? "2026-01-01 00:00:00"
                : side == 1 || tie
                    ? "2026-02-01 00:00:00.%06d".formatted(i % 1_000_000)
                    : newer ? "2026-03-01 00:00:00.5" : "2026-01-15 00:00:00.5");
        row.addBatch();
        if (i % BATCH == BATCH - 1) {
          row.executeBatch();
        }
      }
      row.executeBatch();
    }
    connection.commit();
    execute(connection, "CALL DOLT_COMMIT('-Am', 'side " + side + "')");
    connection.setAutoCommit(true);
  }

  private static String writer(int side, int[] mix, int draw) {
    int rest = draw;
    int kind = 0;
    while (kind < mix.length && rest >= mix[kind]) {
      rest -= mix[kind++];
    }
    return switch (side) {
      case 1 -> kind == 1 || kind == 3 ? "ours" : kind == 4 ? "both" : "base";
      case 2 -> kind == 2 || kind == 3 ? "theirs" : kind == 4 ? "both" : "base";
      default -> "base";
    };
  }

  private static String body(String by, int row, int length) {
    StringBuilder text = new StringBuilder("By " + by + ":");
    for (int word = 0; text.length() < length; word++) {
      text.append(" lorem ipsum ").append((row * 31 + word * 17) % 997);
    }
    text.setLength(length);
    return text.toString();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
