package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoltTestServer.class)
class FailedStatementTest {
  private final TestBranch branch;

  FailedStatementTest(DoltDatabase database) throws SQLException {
    branch = TestBranch.of(database);
  }

  @AfterEach
  void close() {
    branch.close();
  }

  @Test
  void leavesNothingOpenAndTheConnectionUsable() throws SQLException {
    try (Connection connection = branch.connection()) {
      TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
      for (String wrong :
          List.of(
              "INSERT INTO t VALUES (2, ''), (1, 'there already')",
              "INSERT INTO nosuch VALUES (1)",
              "no SQL at all")) {
        assertThatExceptionOfType(SQLException.class)
            .isThrownBy(() -> TestBranch.run(connection, wrong));
      }
      assertThat(branch.ids()).containsExactly("1");
      TestBranch.run(connection, "INSERT INTO t VALUES (3, '')");
    }
    assertThat(branch.ids()).containsExactly("1", "3");
    assertThat(branch.commits()).hasSize(2);
  }

  @Test
  void aFailedBatchLeavesNothing() throws SQLException {
    try (Connection connection = branch.connection();
        Statement batch = connection.createStatement()) {
      batch.addBatch("INSERT INTO t VALUES (1, '')");
      batch.addBatch("INSERT INTO t VALUES (1, 'again')");
      assertThatExceptionOfType(SQLException.class).isThrownBy(batch::executeBatch);
      assertThat(branch.ids()).isEmpty();
      assertThat(branch.commits()).isEmpty();
      TestBranch.run(connection, "INSERT INTO t VALUES (2, '')");
    }
    assertThat(branch.ids()).containsExactly("2");
  }

  @Test
  void inATransactionTheStatementsBeforeItStayUntilTheUserDecides() throws SQLException {
    try (Connection connection = branch.connection()) {
      connection.setAutoCommit(false);
      TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> TestBranch.run(connection, "INSERT INTO t VALUES (1, '')"));
      connection.commit();
    }
    assertThat(branch.ids()).containsExactly("1");
  }

  @Test
  void theLoserOfTwoCommitsIsToldThatItMayRetryAndItsConnectionIsClean() throws SQLException {
    try (Connection winner = branch.connection();
        Connection loser = branch.connection()) {
      TestBranch.run(winner, "INSERT INTO t VALUES (1, 'start')");
      winner.setAutoCommit(false);
      loser.setAutoCommit(false);
      TestBranch.run(loser, "UPDATE t SET v = 'loser' WHERE id = 1");
      TestBranch.run(winner, "UPDATE t SET v = 'winner' WHERE id = 1");
      winner.commit();
      Throwable lost = catchThrowable(loser::commit);
      assertThat(DoltError.of(lost).isRetryable()).as("%s", lost).isTrue();
      assertThat(TestBranch.read(loser, "SELECT v FROM t")).containsExactly("winner");
      TestBranch.run(loser, "UPDATE t SET v = 'second try' WHERE id = 1");
      loser.commit();
    }
    assertThat(branch.seen("SELECT v FROM t")).containsExactly("second try");
    assertThat(branch.commits()).hasSize(3);
  }

  @Test
  void withRetriesNothingThatManyThreadsAddToOneCellIsLost() throws Exception {
    try (Connection connection = branch.connection()) {
      TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Void>> work = new ArrayList<>();
      for (char c = 'a'; c <= 'l'; c++) {
        String letter = String.valueOf(c);
        work.add(() -> TransactionRetry.ofDefaults().call(() -> append(letter)));
      }
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(branch.seen("SELECT v FROM t").get(0).split(""))
        .containsExactlyInAnyOrder("abcdefghijkl".split(""));
    assertThat(branch.commits()).hasSize(13);
  }

  /** Not a counter: two equal changes of a cell are no conflict to Dolt. */
  private Void append(String letter) throws SQLException {
    try (Connection connection = branch.connection()) {
      connection.setAutoCommit(false);
      String value = TestBranch.read(connection, "SELECT v FROM t").get(0);
      TestBranch.run(connection, "UPDATE t SET v = '%s' WHERE id = 1".formatted(value + letter));
      connection.commit();
      return null;
    }
  }
}
