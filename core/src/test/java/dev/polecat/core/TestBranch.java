package dev.polecat.core;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A branch for one test with connections to it, forked from a main that has the empty table {@code
 * t (id, v)}.
 */
final class TestBranch implements AutoCloseable {
  static final Author TOAST = new Author("toast", "toast@example.org");
  static final String MESSAGE = "work by toast";

  private final DoltDatabase database;
  private final BranchName name;
  private final BranchDataSource source;

  private TestBranch(DoltDatabase database, BranchName name, BranchSession session) {
    this.database = database;
    this.name = name;
    this.source = database.open(name, session);
  }

  static TestBranch of(DoltDatabase database) throws SQLException {
    return of(database, "toast", session -> session);
  }

  static TestBranch of(DoltDatabase database, String name, UnaryOperator<BranchSession> settings)
      throws SQLException {
    if (database.branches().size() == 1) {
      try (Connection main = database.connect(BranchName.MAIN)) {
        run(main, "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(100))");
        database.commitAll(BranchName.MAIN, new Author("setup", "setup@example.org"), "table");
      }
    }
    BranchName branch = BranchName.of(name);
    database.createBranch(branch, BranchName.MAIN);
    BranchSession session = BranchSession.of(TOAST).withCommitMessage(MESSAGE);
    return new TestBranch(database, branch, settings.apply(session));
  }

  DoltDatabase database() {
    return database;
  }

  BranchName name() {
    return name;
  }

  BranchDataSource source() {
    return source;
  }

  Connection connection() throws SQLException {
    return source.getConnection();
  }

  /**
   * The branch's own commits, oldest first, as {@code author <email>: message}, without the
   * transaction's id.
   */
  List<String> commits() throws SQLException {
    return seen(
        """
        SELECT CONCAT(committer, ' <', email, '>: ',
                      SUBSTRING_INDEX(message, '\\n\\nTransaction-Id: ', 1))
        FROM dolt_log('main..%s') ORDER BY commit_order
        """
            .formatted(name));
  }

  /** The committed and uncommitted ids in {@code t}, as a new session sees them. */
  List<String> ids() throws SQLException {
    return seen("SELECT id FROM t ORDER BY id");
  }

  /** What a session of its own, outside the pool, reads on the branch. */
  List<String> seen(String sql) throws SQLException {
    try (Connection outside = database.connect(name)) {
      return read(outside, sql);
    }
  }

  static String commit() {
    return TOAST + ": " + MESSAGE;
  }

  static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  static List<String> read(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        List<String> found = new ArrayList<>();
        while (rows.next()) {
          found.add(rows.getString(1));
        }
        return found;
      }
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
