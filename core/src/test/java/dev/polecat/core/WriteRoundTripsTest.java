package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.core.testing.StatementTap;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A write takes no more round trips than its statements and one Dolt commit. */
@ExtendWith(DoltTestServer.class)
class WriteRoundTripsTest {
  private static final String ACTIVE_BRANCH = "VALUES ROW(active_branch())";
  private static final String ROLLBACK = "rollback";
  private static final String COMMIT = "CALL DOLT_COMMIT";

  private final TestBranch branch;
  private final StatementTap tap;
  private final DoltServer server;
  private final BranchDataSource source;

  WriteRoundTripsTest(DoltDatabase direct) throws SQLException {
    branch = TestBranch.of(direct);
    tap = StatementTap.to(direct.endpoint());
    server = DoltServer.connect(tap.endpoint());
    source =
        server
            .database(direct.name())
            .open(
                branch.name(),
                BranchSession.of(TestBranch.TOAST).withCommitMessage(TestBranch.MESSAGE));
    source.getConnection().close();
    tap.sent();
  }

  @AfterEach
  void close() {
    source.close();
    server.close();
    tap.close();
    branch.close();
  }

  @Test
  void anAutocommittedWriteIsItsStatementAndOneDoltCommit() throws SQLException {
    try (Connection connection = source.getConnection()) {
      tap.sent();
      TestBranch.run(connection, "INSERT INTO t VALUES (1, 'a')");
    }
    assertThat(sent()).containsExactly("INSERT INTO t VALUES (1, 'a')", COMMIT);
  }

  @Test
  void aBorrowedConnectionIsLookedAtOnceAndGivenBackWithoutAWord() throws SQLException {
    try (Connection connection = source.getConnection()) {
      TestBranch.run(connection, "INSERT INTO t VALUES (1, 'a')");
    }
    List<String> all = sent();
    List<String> write = all.subList(all.size() - 2, all.size());
    assertThat(write).containsExactly("INSERT INTO t VALUES (1, 'a')", COMMIT);
    // by how long it was idle
    assertThat(all.subList(0, all.size() - 2))
        .isIn(List.of(), List.of(StatementTap.PING), List.of(ACTIVE_BRANCH, ROLLBACK));
  }

  @Test
  void aTransactionIsItsStatementsAndOneDoltCommit() throws SQLException {
    try (Connection connection = source.getConnection()) {
      tap.sent();
      connection.setAutoCommit(false);
      TestBranch.run(
          connection,
          "INSERT INTO t VALUES (1, 'a')",
          "INSERT INTO t VALUES (2, 'b')",
          "UPDATE t SET v = 'c'");
      connection.commit();
      connection.setAutoCommit(true);
    }
    assertThat(sent())
        .containsExactly(
            "INSERT INTO t VALUES (1, 'a')",
            "INSERT INTO t VALUES (2, 'b')",
            "UPDATE t SET v = 'c'",
            COMMIT);
  }

  @Test
  void aBatchIsOneStatementAndOneDoltCommit() throws SQLException {
    try (Connection connection = source.getConnection()) {
      tap.sent();
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO t VALUES (?, 'x')")) {
        for (int id = 1; id <= 100; id++) {
          insert.setInt(1, id);
          insert.addBatch();
        }
        insert.executeBatch();
      }
    }
    assertThat(sent()).hasSize(2).last().isEqualTo(COMMIT);
    assertThat(branch.ids()).hasSize(100);
  }

  @Test
  void aReadLeavesItsSnapshotToTheNextStatementOrTheReturn() throws SQLException {
    try (Connection connection = source.getConnection()) {
      tap.sent();
      TestBranch.read(connection, "SELECT id FROM t");
      TestBranch.run(connection, "INSERT INTO t VALUES (1, 'a')");
      TestBranch.read(connection, "SELECT v FROM t");
    }
    assertThat(sent())
        .containsExactly(
            "SELECT id FROM t",
            ROLLBACK,
            "INSERT INTO t VALUES (1, 'a')",
            COMMIT,
            "SELECT v FROM t",
            ROLLBACK);
  }

  /** What was sent, without what differs from commit to commit. */
  private List<String> sent() {
    return tap.sent().stream()
        .map(sql -> sql.startsWith(COMMIT) ? COMMIT : sql)
        .map(sql -> sql.equalsIgnoreCase(ROLLBACK) ? ROLLBACK : sql)
        .toList();
  }
}
