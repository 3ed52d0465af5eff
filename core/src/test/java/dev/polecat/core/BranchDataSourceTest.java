package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(60)
@ExtendWith(DoltTestServer.class)
class BranchDataSourceTest {
  private static final Duration AT_ONCE = Duration.ofMillis(1);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final TestBranch branch;
  private final BranchDataSource source;

  BranchDataSourceTest(DoltDatabase database) throws SQLException {
    branch = TestBranch.of(database);
    source = branch.source();
  }

  @AfterEach
  void close() {
    branch.close();
  }

  @Test
  void opensNoConnectionBeforeTheFirstUse() throws SQLException {
    assertThat(sessions()).isZero();
    source.getConnection().close();
    assertThat(sessions()).isEqualTo(1);
    source.getConnection().close();
    assertThat(sessions()).as("and uses it again").isEqualTo(1);
  }

  @Test
  @Timeout(15)
  void aBranchThatIsGoneIsReportedLongBeforeTheWaitForAConnectionEnds() {
    try (BranchDataSource missing =
        branch.database().open(BranchName.of("nobody"), BranchSession.of(TestBranch.TOAST))) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(missing::getConnection)
          .matches(e -> DoltError.of(e) == DoltError.NOT_FOUND)
          .withMessageContaining("nobody");
    }
  }

  @Test
  void aReadSeesWhatAnotherConnectionCommittedInBetween() throws SQLException {
    try (Connection reader = source.getConnection();
        Connection writer = source.getConnection()) {
      for (int id = 1; id <= 3; id++) {
        TestBranch.run(writer, "INSERT INTO t VALUES (%d, '')".formatted(id));
        assertThat(TestBranch.read(reader, "SELECT id FROM t")).hasSize(id);
      }
    }
  }

  @Test
  void aTransactionStartsFromTheNewestRowsHoweverLongItsConnectionIsOpen() throws SQLException {
    try (Connection early = source.getConnection();
        Connection writer = source.getConnection()) {
      TestBranch.run(writer, "INSERT INTO t VALUES (1, '')");
      early.setAutoCommit(false);
      assertThat(TestBranch.read(early, "SELECT id FROM t")).containsExactly("1");
      early.commit();
      TestBranch.run(writer, "INSERT INTO t VALUES (2, '')");
      assertThat(TestBranch.read(early, "SELECT id FROM t")).containsExactly("1", "2");
    }
  }

  @Test
  void closingWithAnOpenTransactionRollsBack() throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
    }
    try (Connection connection = source.getConnection()) {
      TestBranch.run(connection, "BEGIN", "INSERT INTO t VALUES (2, '')");
    }
    try (Connection next = source.getConnection()) {
      assertThat(next.getAutoCommit()).isTrue();
      assertThat(TestBranch.read(next, "SELECT id FROM t")).isEmpty();
    }
    assertThat(branch.commits()).isEmpty();
  }

  @Test
  @SuppressWarnings("try")
  void aClosedConnectionIsUselessAndClosingTwiceHarmless() throws SQLException {
    Connection connection = source.getConnection();
    Statement statement = connection.createStatement();
    ResultSet rows = statement.executeQuery("SELECT 1");
    connection.close();
    connection.close();
    assertThat(connection.isClosed()).isTrue();
    assertThat(statement.isClosed()).isTrue();
    assertThat(rows.isClosed()).isTrue();
    assertThatExceptionOfType(SQLException.class).isThrownBy(connection::createStatement);
    assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("SELECT 1"));
    try (Connection one = source.getConnection();
        Connection two = source.getConnection()) {
      assertThat(connection).isNotEqualTo(one).isNotEqualTo(two);
      assertThat(TestBranch.read(one, "SELECT CONNECTION_ID()"))
          .isNotEqualTo(TestBranch.read(two, "SELECT CONNECTION_ID()"));
    }
  }

  @Test
  void threadsMayShareItAndNoWriteIsLost() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> writes = new ArrayList<>();
      for (int id = 0; id < 40; id++) {
        String insert = "INSERT INTO t VALUES (%d, '')".formatted(id);
        writes.add(
            threads.submit(
                () -> {
                  try (Connection connection = source.getConnection()) {
                    TestBranch.run(connection, insert);
                  }
                  return null;
                }));
      }
      for (Future<?> write : writes) {
        write.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(branch.ids()).hasSize(40);
    assertThat(branch.commits()).hasSize(40).containsOnly(TestBranch.commit());
    assertThat(sessions()).isBetween(1, 4);
  }

  @Test
  void drainWaitsForConnectionsInUse() throws Exception {
    Connection inUse = source.getConnection();
    CountDownLatch started = new CountDownLatch(1);
    CompletableFuture<Boolean> drained =
        CompletableFuture.supplyAsync(
            () -> {
              started.countDown();
              return drain(LONG);
            });
    assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
    TestBranch.run(inUse, "INSERT INTO t VALUES (1, '')");
    assertThat(drained).isNotDone();
    inUse.close();
    assertThat(drained.get()).isTrue();
    refusesConnections("takes no more writes");
    source.resume();
    source.getConnection().close();
  }

  @Test
  void drainReturnsFalseAfterTheLimitAndHandsOutAgain() throws Exception {
    try (Connection inUse = source.getConnection()) {
      assertThat(source.drain(AT_ONCE)).isFalse();
      source.getConnection().close();
      assertThat(inUse.isClosed()).isFalse();
    }
    assertThat(source.drain(AT_ONCE)).isTrue();
  }

  @Test
  void anInterruptedDrainHandsOutAgain() throws Exception {
    try (Connection inUse = source.getConnection()) {
      assertThat(inUse.isClosed()).isFalse();
      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> source.drain(LONG));
      source.getConnection().close();
    }
  }

  @Test
  void aConnectionClosedTwiceCountsOnceForDrain() throws Exception {
    try (Connection inUse = source.getConnection()) {
      Connection other = source.getConnection();
      other.close();
      other.close();
      assertThat(inUse.isClosed()).isFalse();
      assertThat(source.drain(AT_ONCE)).isFalse();
    }
  }

  @Test
  void drainOfAnUnusedPoolIsImmediate() throws Exception {
    assertThat(source.drain(AT_ONCE)).isTrue();
    assertThat(sessions()).isZero();
    refusesConnections("takes no more writes");
  }

  @Test
  void closeEndsAlsoTheConnectionsInUseAndMayBeCalledAgain() throws Exception {
    Connection inUse = source.getConnection();
    TestBranch.run(inUse, "BEGIN", "INSERT INTO t VALUES (1, '')");
    source.close();
    source.close();
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> TestBranch.run(inUse, "INSERT INTO t VALUES (2, '')"));
    inUse.close();
    refusesConnections("closed");
    source.resume();
    refusesConnections("closed");
    assertThat(source.drain(AT_ONCE)).isTrue();
    assertThat(branch.ids()).isEmpty();
  }

  @Test
  void isADataSourceThatHasItsOwnUser() throws SQLException {
    assertThat(source.isWrapperFor(BranchDataSource.class)).isTrue();
    assertThat(source.unwrap(BranchDataSource.class)).isSameAs(source);
    assertThatExceptionOfType(SQLFeatureNotSupportedException.class)
        .isThrownBy(() -> source.getConnection("root", ""));
    assertThat(source.branch()).isEqualTo(branch.name());
  }

  private boolean drain(Duration limit) {
    try {
      return source.drain(limit);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void refusesConnections(String why) {
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(source::getConnection)
        .withMessageContainingAll(branch.name().value(), why);
  }

  /** How many sessions the server has on the branch. */
  private int sessions() throws SQLException {
    String path = branch.database().name() + "/" + branch.name();
    try (Connection main = branch.database().connect(BranchName.MAIN);
        Statement statement = main.createStatement();
        ResultSet processes = statement.executeQuery("SHOW PROCESSLIST")) {
      int found = 0;
      while (processes.next()) {
        if (path.equals(processes.getString("db"))) {
          found++;
        }
      }
      return found;
    }
  }
}
