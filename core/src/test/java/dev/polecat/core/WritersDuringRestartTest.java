package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.polecat.core.testing.CuttableProxy;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What writers see while their server is away, and afterwards. */
@Timeout(120)
class WritersDuringRestartTest {
  private static final DatabaseName RIG = DatabaseName.of("rig");
  private static final BranchName TOAST = BranchName.of("toast");

  @TempDir Path root;
  private DoltServer dolt;
  private int port;
  private CuttableProxy proxy;
  private DoltServer client;
  private DoltDatabase database;

  @BeforeEach
  void start() throws SQLException {
    dolt = DoltServer.start(ManagedServerConfig.builder(root).port(0).build());
    port = dolt.endpoint().port();
    proxy = CuttableProxy.to(dolt.endpoint());
    dolt.database(RIG);
    client = DoltServer.connect(proxy.endpoint());
    database = client.database(RIG);
    TestBranch.of(database).close();
  }

  @AfterEach
  void stop() {
    client.close();
    proxy.close();
    dolt.close();
  }

  private void startAgain() {
    dolt = DoltServer.start(ManagedServerConfig.builder(root).port(port).build());
    proxy.refuse(false);
  }

  private void away() {
    proxy.refuse(true);
    dolt.close();
  }

  private BranchDataSource open(Duration patience) {
    return database.open(TOAST, BranchSession.of(TestBranch.TOAST).withPatience(patience));
  }

  private static void write(BranchDataSource source, int id) throws SQLException {
    try (Connection connection = source.getConnection()) {
      TestBranch.run(connection, "INSERT INTO t VALUES (%d, '')".formatted(id));
    }
  }

  @Test
  void theImpatientGetARetryableErrorAtOnceAndTheSameHandleGoesOnAfterwards() throws SQLException {
    try (BranchDataSource source = open(Duration.ZERO)) {
      write(source, 1);
      dolt.close();
      Throwable failure = catchThrowable(() -> write(source, 2));
      assertThat(failure)
          .isInstanceOf(ConnectionUnavailableException.class)
          .hasMessageContainingAll("Nothing was sent", "Try again");
      assertThat(DoltError.of(failure).isRetryable()).isTrue();
      startAgain();
      write(source, 3);
      try (Connection connection = source.getConnection()) {
        assertThat(TestBranch.read(connection, "SELECT id FROM t")).containsExactly("1", "3");
      }
    }
  }

  @Test
  void aServerThatIsNotThereIsSaidToBeAway() {
    DoltDatabase direct = dolt.database(RIG);
    dolt.close();
    Throwable gone = catchThrowable(() -> direct.connect(BranchName.MAIN));
    assertThat(DoltError.of(gone)).isEqualTo(DoltError.SERVER_AWAY);
  }

  @Test
  void thePatientWaitUntilTheServerIsBack() throws Exception {
    try (BranchDataSource source = open(Duration.ofSeconds(60))) {
      write(source, 1);
      away();
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                try {
                  write(source, 2);
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      assertThat(writing).isNotDone();
      startAgain();
      writing.get();
      assertThat(database.head(TOAST)).isPresent();
    }
  }

  @Test
  void aCommitCutOffByARestartIsLookedForWithoutHarmToWhoeverHasItsSessionsNumberNow()
      throws Exception {
    try (BranchDataSource source = open(Duration.ofSeconds(60));
        Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
      proxy.refuseFrom("DOLT_COMMIT");
      CompletableFuture<Throwable> committing =
          CompletableFuture.supplyAsync(() -> catchThrowable(connection::commit));
      while (proxy.isWaitingToCut()) {
        Thread.onSpinWait();
      }
      dolt.close();
      dolt = DoltServer.start(ManagedServerConfig.builder(root).port(port).build());
      Connection[] strangers = new Connection[12];
      for (int i = 0; i < strangers.length; i++) {
        strangers[i] = dolt.database(RIG).connect(TOAST);
      }
      proxy.refuse(false);
      Throwable result = committing.get();
      boolean committed = !TestBranch.read(strangers[0], "SELECT id FROM t").isEmpty();
      if (committed) {
        assertThat(result).isNull();
      } else {
        assertThat(result).isInstanceOf(NotCommittedException.class);
      }
      for (Connection stranger : strangers) {
        assertThat(TestBranch.read(stranger, "SELECT 1")).containsExactly("1");
        stranger.close();
      }
    }
  }

  /** Beyond max_connections the server lets 50 more wait, and closes any other at once. */
  @Test
  void aServerWithoutRoomForMoreConnectionsIsToldApart() throws Exception {
    dolt.close();
    dolt =
        DoltServer.start(ManagedServerConfig.builder(root).port(port).maxConnections(10).build());
    DoltDatabase full = dolt.database(RIG);
    List<Socket> others = new ArrayList<>();
    try (BranchDataSource source =
        full.open(TOAST, BranchSession.of(TestBranch.TOAST).withPatience(Duration.ZERO))) {
      for (int i = 0; i < 62; i++) {
        others.add(new Socket("127.0.0.1", port));
      }
      Throwable failure = catchThrowable(source::getConnection);
      assertThat(DoltError.of(failure)).isEqualTo(DoltError.TOO_MANY_CONNECTIONS);
      assertThat(failure).hasMessageContaining("max_connections");
    } finally {
      for (Socket other : others) {
        other.close();
      }
    }
  }
}
