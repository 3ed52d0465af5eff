package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A connection that is handed out is alive, on its branch, and as good as new. */
@Timeout(120)
@ExtendWith(DoltTestServer.class)
class TrustedPoolTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final DoltDatabase database;
  private final TestBranch branch;
  private Connection main;

  TrustedPoolTest(DoltDatabase database) throws SQLException {
    this.database = database;
    this.branch = TestBranch.of(database);
  }

  @BeforeEach
  void connect() throws SQLException {
    main = database.connect(BranchName.MAIN);
  }

  @AfterEach
  void close() throws SQLException {
    main.close();
    branch.close();
  }

  @Test
  void aSessionKilledWhileItWasIdleIsNotHandedOutAgain() throws SQLException {
    for (int round = 1; round <= 20; round++) {
      String id = sessionOf(branch);
      TestBranch.run(main, "KILL " + id);
      await(() -> TestBranch.read(main, ALIVE, id).isEmpty());
      try (Connection next = branch.connection()) {
        TestBranch.run(next, "INSERT INTO t VALUES (%d, '')".formatted(round));
      }
      assertThat(branch.ids()).hasSize(round);
    }
  }

  private static final String ALIVE = "SELECT id FROM information_schema.processlist WHERE id = ?";

  @Test
  void whatTheUserLeftBehindIsNotSeenByTheNextOne() throws SQLException {
    List<Spoil> ways =
        List.of(
            c -> TestBranch.run(c, "BEGIN", "INSERT INTO t VALUES (1, '')"),
            c -> TestBranch.run(c, "START TRANSACTION", "INSERT INTO t VALUES (1, '')"),
            c -> TestBranch.run(c, "SET @mine = 1"),
            c -> TestBranch.run(c, "SET SESSION sql_mode = ''"),
            c -> TestBranch.run(c, "SET @@session.max_execution_time = 1"),
            c -> c.setAutoCommit(false),
            c -> c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE),
            c -> c.setReadOnly(true),
            c -> c.setNetworkTimeout(Runnable::run, 1),
            c -> c.unwrap(com.mysql.cj.jdbc.JdbcConnection.class).setAutoCommit(true),
            c -> {
              try (Statement own = c.unwrap(Connection.class).createStatement()) {
                own.execute("USE `%s/main`".formatted(database.name()));
              }
            },
            c -> {
              try (Statement statement = c.createStatement();
                  Statement own =
                      statement
                          .unwrap(com.mysql.cj.jdbc.JdbcStatement.class)
                          .getConnection()
                          .createStatement()) {
                own.execute("INSERT INTO t VALUES (1, '')");
              }
            });
    for (Spoil way : ways) {
      try (Connection connection = branch.connection()) {
        way.spoil(connection);
      }
      try (Connection next = branch.connection()) {
        assertThat(next.getAutoCommit()).isTrue();
        assertThat(next.isReadOnly()).isFalse();
        assertThat(next.getTransactionIsolation())
            .isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
        assertThat(next.getNetworkTimeout()).isZero();
        assertThat(
                TestBranch.read(
                    next,
                    "SELECT CONCAT(active_branch(), @@autocommit, ISNULL(@mine), @@sql_mode = '',"
                        + " @@max_execution_time)"))
            .containsExactly("toast0100");
        assertThat(TestBranch.read(next, "SELECT id FROM t")).isEmpty();
      }
    }
    assertThat(branch.ids()).isEmpty();
    assertThat(branch.commits()).isEmpty();
  }

  private interface Spoil {
    void spoil(Connection connection) throws SQLException;
  }

  @Test
  void metadataLeadsBackToTheGuardedConnection() throws SQLException {
    try (Connection connection = branch.connection()) {
      DatabaseMetaData data = connection.getMetaData();
      assertThat(data.getConnection()).isSameAs(connection);
      assertThat(data.getTables(null, null, "t", null).getStatement()).isNull();
      assertThat(data.getDatabaseProductName()).isEqualTo("MySQL");
    }
  }

  @Test
  void aPreparedStatementKeptAfterCloseReachesNobody() throws SQLException {
    Connection first = branch.connection();
    PreparedStatement kept = first.prepareStatement("INSERT INTO t VALUES (7, '')");
    first.close();
    try (Connection next = branch.connection()) {
      assertThatExceptionOfType(SQLException.class).isThrownBy(kept::executeUpdate);
      next.setAutoCommit(false);
      assertThat(TestBranch.read(next, "SELECT id FROM t")).isEmpty();
    }
  }

  @Test
  void aBranchDeletedByThisProcessClosesItsPoolAtOnce() throws SQLException {
    sessionOf(branch);
    database.deleteBranchWithItsCommits(branch.name());
    for (int i = 0; i < 2; i++) {
      Throwable failure = catchThrowable(branch::connection);
      assertThat(failure).isInstanceOf(BranchClosedException.class).hasMessageContaining("deleted");
      assertThat(DoltError.of(failure)).isEqualTo(DoltError.BRANCH_DELETED);
    }
    await(() -> sessions() == 0);
  }

  @Test
  void aBranchDeletedByAnotherProcessIsReportedAtOnce() throws SQLException {
    sessionOf(branch);
    TestBranch.run(main, "CALL DOLT_BRANCH('-D', 'toast')");
    long start = System.nanoTime();
    // within the first moments the server says so, with the first statement
    await(
        () -> {
          try (Connection connection = branch.connection()) {
            TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
            return false;
          } catch (SQLException e) {
            assertThat(DoltError.of(e)).isEqualTo(DoltError.NOT_FOUND);
            return sessions() == 0;
          }
        });
    // not after the patience of half a minute
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(25));
  }

  @Test
  void waitingForAConnectionEndsWithThePatience() throws SQLException {
    BranchSession impatient =
        BranchSession.of(TestBranch.TOAST).withMaxConnections(2).withPatience(Duration.ZERO);
    try (BranchDataSource source = database.open(branch.name(), impatient);
        Connection one = source.getConnection();
        Connection two = source.getConnection()) {
      assertThat(one).isNotEqualTo(two);
      Throwable failure = catchThrowable(source::getConnection);
      assertThat(DoltError.of(failure)).isEqualTo(DoltError.CONNECTIONS_IN_USE);
      assertThat(DoltError.of(failure).isRetryable()).isTrue();
      assertThat(failure).hasMessageContainingAll("All 2 connections", "toast", "0.0 s");
    }
  }

  @Test
  void manyHandlesHaveNoThreadsAndLeaveNothingBehind() throws Exception {
    long threads = poolThreads();
    List<BranchDataSource> handles = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      BranchName name = BranchName.of("many-" + i);
      database.createBranch(name, BranchName.MAIN);
      handles.add(database.open(name, BranchSession.of(TestBranch.TOAST)));
      write(handles.get(i), 0);
    }
    assertThat(poolThreads()).isLessThanOrEqualTo(1);
    assertThat(openSessions()).as("few are kept").isBetween(200, 280);
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService writers = Executors.newFixedThreadPool(64);
    try {
      List<Future<?>> writes = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        BranchDataSource handle = handles.get(i);
        writes.add(
            writers.submit(
                () -> {
                  start.await();
                  for (int id = 1; id <= 5; id++) {
                    write(handle, id);
                  }
                  return null;
                }));
      }
      start.countDown();
      assertThat(poolThreads()).isLessThanOrEqualTo(1);
      for (Future<?> write : writes) {
        write.get();
      }
    } finally {
      writers.shutdownNow();
    }
    for (int i = 0; i < 300; i++) {
      try (Connection seen = handles.get(i).getConnection()) {
        assertThat(TestBranch.read(seen, "SELECT id FROM t")).hasSize(i < 64 ? 6 : 1);
      }
    }
    handles.forEach(BranchDataSource::close);
    await(() -> openSessions() == 0);
    await(() -> poolThreads() <= threads);
  }

  private static void write(BranchDataSource handle, int id) throws SQLException {
    try (Connection connection = handle.getConnection()) {
      TestBranch.run(connection, "INSERT INTO t VALUES (%d, '')".formatted(id));
    }
  }

  private static long poolThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("dolt-pool"))
        .count();
  }

  /** The sessions on branches other than main. */
  private int openSessions() throws SQLException {
    return TestBranch.read(
            main,
            "SELECT id FROM information_schema.processlist WHERE db LIKE ?",
            database.name() + "/many-%")
        .size();
  }

  private int sessions() throws SQLException {
    return TestBranch.read(
            main,
            "SELECT id FROM information_schema.processlist WHERE db = ?",
            database.name() + "/" + branch.name())
        .size();
  }

  private static String sessionOf(TestBranch branch) throws SQLException {
    try (Connection connection = branch.connection()) {
      return TestBranch.read(connection, "SELECT CONNECTION_ID()").get(0);
    }
  }

  private interface Condition {
    boolean holds() throws SQLException;
  }

  private static void await(Condition condition) throws SQLException {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
