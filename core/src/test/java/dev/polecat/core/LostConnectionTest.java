package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.polecat.core.testing.CuttableProxy;
import dev.polecat.core.testing.CuttableProxy.Cut;
import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What became of a transaction whose connection was lost is looked up, and never guessed. */
@Timeout(120)
@ExtendWith(DoltTestServer.class)
class LostConnectionTest {
  private static final String COMMIT = "DOLT_COMMIT";

  private final TestBranch branch;
  private final CuttableProxy proxy;
  private final DoltServer server;
  private final DoltDatabase database;
  private final BranchDataSource source;

  LostConnectionTest(DoltDatabase direct) throws SQLException {
    branch = TestBranch.of(direct);
    proxy = CuttableProxy.to(direct.endpoint());
    server = DoltServer.connect(proxy.endpoint());
    database = server.database(direct.name());
    source = open(session -> session);
  }

  private interface Settings {
    BranchSession of(BranchSession session);
  }

  private BranchDataSource open(Settings settings) {
    return database.open(
        branch.name(),
        settings.of(
            BranchSession.of(TestBranch.TOAST)
                .withCommitMessage(TestBranch.MESSAGE)
                .withPatience(Duration.ofSeconds(5))));
  }

  @AfterEach
  void close() {
    server.close();
    proxy.close();
    branch.close();
  }

  @Test
  void aCommitThatWasMadeIsAcknowledgedThoughItsAnswerWasLost() throws SQLException {
    isAcknowledged(Cut.BEFORE_ANSWER, 1);
    isAcknowledged(Cut.CLIENT_ONLY, 2);
    assertThat(branch.commits()).hasSize(2);
  }

  private void isAcknowledged(Cut cut, int id) throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      TestBranch.run(connection, "INSERT INTO t VALUES (%d, '')".formatted(id));
      proxy.cutAt(COMMIT, cut);
      connection.commit();
      assertThat(proxy.isWaitingToCut()).isFalse();
    }
    assertThat(branch.ids()).hasSize(id);
  }

  @Test
  void aCommitThatNeverReachedTheServerCanBeRunAgain() throws SQLException {
    proxy.cutAt(COMMIT, Cut.BEFORE_REQUEST);
    List<Integer> attempts = new ArrayList<>();
    TransactionRetry.ofDefaults()
        .call(
            () -> {
              attempts.add(attempts.size() + 1);
              try (Connection connection = source.getConnection()) {
                connection.setAutoCommit(false);
                TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
                connection.commit();
                return null;
              }
            });
    assertThat(attempts).containsExactly(1, 2);
    assertThat(branch.ids()).containsExactly("1");
  }

  @Test
  void aCommitThatIsStillOnItsWayNeverArrives() throws SQLException {
    for (int id = 1; id <= 5; id++) {
      try (Connection connection = source.getConnection()) {
        connection.setAutoCommit(false);
        TestBranch.run(connection, "INSERT INTO t VALUES (%d, '')".formatted(id));
        proxy.cutAt(COMMIT, Cut.LATE);
        notCommitted(connection::commit);
      }
      proxy.deliverLate();
      assertThat(branch.ids()).isEmpty();
    }
  }

  @Test
  void aStatementLostBeforeTheCommitWasAskedForIsNotCommitted() throws SQLException {
    for (Cut cut : Cut.values()) {
      try (Connection connection = source.getConnection()) {
        connection.setAutoCommit(false);
        TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
        proxy.cutAt("VALUES (2", cut);
        notCommitted(() -> TestBranch.run(connection, "INSERT INTO t VALUES (2, '')"));
        assertThat(connection.isValid(1)).isFalse();
        notCommitted(connection::commit);
        connection.rollback();
        connection.setAutoCommit(true);
      }
      proxy.cutAt("VALUES (3", cut);
      try (Connection connection = source.getConnection()) {
        notCommitted(() -> TestBranch.run(connection, "INSERT INTO t VALUES (3, '')"));
      }
    }
    assertThat(branch.ids()).isEmpty();
  }

  @Test
  void whatMayHaveCommittedByItselfStaysUnknown() throws SQLException {
    for (String sql :
        List.of("CREATE TABLE other (id INT PRIMARY KEY)", "CALL DOLT_COMMIT('-Am', 'mine')")) {
      try (Connection connection = source.getConnection()) {
        connection.setAutoCommit(false);
        TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
        proxy.cutAt(sql.substring(0, 12), Cut.BEFORE_REQUEST);
        lost(() -> TestBranch.run(connection, sql));
        lost(connection::commit);
      }
    }
    try (BranchDataSource explicit = open(s -> s.withCommitMode(CommitMode.EXPLICIT));
        Connection connection = explicit.getConnection()) {
      proxy.cutAt("INSERT", Cut.BEFORE_ANSWER);
      lost(() -> TestBranch.run(connection, "INSERT INTO t VALUES (9, '')"));
    }
  }

  @Test
  void whenTheServerStaysAwayTheErrorSaysWhatToLookFor() throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
      proxy.refuseFrom(COMMIT);
      CommitUnknownException unknown = (CommitUnknownException) catchThrowable(connection::commit);
      assertThat(DoltError.of(unknown)).isEqualTo(DoltError.COMMIT_UNKNOWN);
      assertThat(DoltError.of(unknown).isRetryable()).isFalse();
      assertThat(unknown.branch()).isEqualTo(branch.name());
      String find = unknown.getMessage();
      assertThat(branch.seen(find.substring(find.indexOf("SELECT")))).hasSize(1);
      assertThat(find).contains(unknown.transactionId());
    }
  }

  @Test
  void theLibrarysOwnChangesAreLookedForAndRepeated() throws SQLException {
    CommitHash main = database.head(BranchName.MAIN).orElseThrow();
    for (Cut cut : Cut.values()) {
      BranchName other = BranchName.of("b_" + cut.ordinal());
      proxy.cutAt("CALL DOLT_BRANCH", cut);
      assertThat(database.createBranch(other, BranchName.MAIN)).isEqualTo(main);
      BranchName tag = BranchName.of("tag_" + cut.ordinal());
      proxy.cutAt("CALL DOLT_TAG", cut);
      database.createTag(tag, main);
      assertThat(database.head(tag)).contains(main);
      try (Connection writer = branch.database().connect(other)) {
        TestBranch.run(writer, "INSERT INTO t VALUES (1, '')");
      }
      proxy.cutAt(COMMIT, cut);
      CommitHash head = database.commitAll(other, TestBranch.TOAST, "all");
      assertThat(database.head(other)).contains(head);
      assertThat(head).isNotEqualTo(main);
      proxy.cutAt("CALL DOLT_BRANCH", cut);
      database.deleteBranchWithItsCommits(other);
      assertThat(database.head(other)).isEmpty();
      assertThat(proxy.isWaitingToCut()).isFalse();
    }
  }

  @Test
  void acknowledgedIsFoundAndRetryableIsNotFoundWhereverTheConnectionIsCut() throws Exception {
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    Set<String> failed = ConcurrentHashMap.newKeySet();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < 3; writer++) {
        int first = writer * 1000;
        writers.add(
            threads.submit(
                () -> {
                  Random random = new Random(first);
                  for (int id = first; id < first + 80; id++) {
                    proxy.cutAt(
                        random.nextInt(4) == 0 ? "INSERT" : COMMIT,
                        Cut.values()[random.nextInt(4)]);
                    write(id, random.nextInt(3), acknowledged, failed);
                  }
                  return null;
                }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(branch.ids()).containsExactlyInAnyOrderElementsOf(acknowledged);
    assertThat(acknowledged).hasSizeGreaterThan(40).doesNotContainAnyElementsOf(failed);
    assertThat(failed).hasSizeGreaterThan(40);
    assertThat(branch.commits()).hasSize(acknowledged.size());
  }

  private void write(int id, int way, Set<String> acknowledged, Set<String> failed)
      throws SQLException {
    String insert = "INSERT INTO t VALUES (%d, '')".formatted(id);
    try (Connection connection = source.getConnection()) {
      switch (way) {
        case 0 -> TestBranch.run(connection, insert);
        case 1 -> {
          connection.setAutoCommit(false);
          TestBranch.run(connection, insert);
          connection.commit();
        }
        default -> {
          try (Statement batch = connection.createStatement()) {
            batch.addBatch(insert);
            batch.addBatch("UPDATE t SET v = 'x' WHERE id = " + id);
            batch.executeBatch();
          }
        }
      }
      acknowledged.add(Integer.toString(id));
    } catch (SQLException e) {
      if (!DoltError.of(e).isRetryable()) {
        throw e;
      }
      failed.add(Integer.toString(id));
    }
  }

  private static void notCommitted(ThrowingCallable call) {
    assertThatExceptionOfType(NotCommittedException.class)
        .isThrownBy(call)
        .matches(e -> DoltError.of(e).isRetryable());
  }

  private static void lost(ThrowingCallable call) {
    Throwable failure = catchThrowable(call);
    assertThat(DoltError.of(failure)).as("%s", failure).isEqualTo(DoltError.CONNECTION_LOST);
  }
}
