package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What was acknowledged before a connection ended is there; nothing reaches it afterwards. */
@Timeout(60)
@ExtendWith(DoltTestServer.class)
class ConnectionEndTest {
  private final TestBranch branch;

  ConnectionEndTest(DoltDatabase database) throws SQLException {
    branch = TestBranch.of(database);
  }

  @AfterEach
  void close() {
    branch.close();
  }

  @Test
  void aWriteAcknowledgedWhileAnotherThreadClosesItsConnectionIsThere() throws Exception {
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int i = 0; i < 100; i++) {
        int id = i;
        Connection connection = branch.connection();
        Future<?> write =
            threads.submit(
                () -> {
                  try (Statement statement = connection.createStatement()) {
                    statement.executeUpdate("INSERT INTO t VALUES (%d, '')".formatted(id));
                    acknowledged.add(Integer.toString(id));
                  } catch (SQLException e) {
                    assertThat(e.getMessage()).contains("closed");
                  }
                });
        Future<?> close =
            threads.submit(
                () -> {
                  connection.close();
                  return null;
                });
        write.get();
        close.get();
      }
    } finally {
      threads.shutdownNow();
    }
    try (Connection connection = branch.connection()) {
      assertThat(TestBranch.read(connection, "SELECT id FROM t"))
          .containsExactlyInAnyOrderElementsOf(acknowledged);
    }
  }

  @Test
  void aStatementKeptAfterItsConnectionClosedReachesNobodyElsesTransaction() throws SQLException {
    Connection first = branch.connection();
    Statement kept = first.createStatement();
    first.close();
    try (Connection next = branch.connection()) {
      next.setAutoCommit(false);
      TestBranch.run(next, "INSERT INTO t VALUES (1, '')");
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> kept.execute("ROLLBACK"))
          .withMessageContaining("closed");
      next.commit();
      assertThat(TestBranch.read(next, "SELECT id FROM t")).containsExactly("1");
    }
  }

  @Test
  void switchingAutocommitOffAfterBeginKeepsWhatWasWritten() throws SQLException {
    try (Connection connection = branch.connection()) {
      TestBranch.run(connection, "BEGIN", "INSERT INTO t VALUES (1, '')");
      connection.setAutoCommit(false);
      TestBranch.run(connection, "INSERT INTO t VALUES (2, '')");
      connection.commit();
    }
    try (Connection connection = branch.connection()) {
      assertThat(TestBranch.read(connection, "SELECT id FROM t")).containsExactly("1", "2");
    }
  }

  @Test
  void aResultSetLeadsBackToTheGuardedStatement() throws SQLException {
    try (Connection connection = branch.connection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1")) {
      assertThat(rows.getStatement()).isSameAs(statement);
      assertThatExceptionOfType(LeftBranchException.class)
          .isThrownBy(() -> rows.getStatement().execute("USE other"));
      rows.getStatement().executeUpdate("INSERT INTO t VALUES (1, '')");
    }
    try (Connection connection = branch.connection()) {
      assertThat(TestBranch.read(connection, "SELECT id FROM t")).containsExactly("1");
    }
  }

  @Test
  void aResultSetThatWouldWritePastTheCommitIsRefused() throws SQLException {
    try (Connection connection = branch.connection()) {
      assertThatExceptionOfType(SQLFeatureNotSupportedException.class)
          .isThrownBy(
              () ->
                  connection.createStatement(
                      ResultSet.TYPE_SCROLL_SENSITIVE, ResultSet.CONCUR_UPDATABLE));
    }
  }

  @Test
  void aTableOfMainAmongSeveralToUpdateIsRefused() throws SQLException {
    try (Connection connection = branch.connection()) {
      String database = branch.database().name().value();
      assertThatExceptionOfType(LeftBranchException.class)
          .isThrownBy(
              () ->
                  TestBranch.run(
                      connection, "UPDATE t, %s.t x SET x.v = 'main'".formatted(database)));
    }
    assertThat(branch.database().uncommittedTables(BranchName.MAIN)).isEmpty();
  }

  @Test
  void aTemporaryTableDoesNotEndATransaction() throws SQLException {
    try (Connection connection = branch.connection()) {
      connection.setAutoCommit(false);
      TestBranch.run(
          connection, "INSERT INTO t VALUES (1, '')", "CREATE TEMPORARY TABLE x (id INT)");
      connection.rollback();
      assertThat(TestBranch.read(connection, "SELECT id FROM t")).isEmpty();
    }
  }
}
