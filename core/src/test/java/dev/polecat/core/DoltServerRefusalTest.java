package dev.polecat.core;

import static dev.polecat.core.DoltServerStartTest.freePort;
import static dev.polecat.core.DoltServerStartTest.onFreePort;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Why a server is not started, and that nothing is left behind then. */
@Timeout(60)
class DoltServerRefusalTest {
  @TempDir Path root;
  @TempDir Path elsewhere;

  @Test
  void aTakenPortIsNamedAndTheDirectoryStaysFree() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      assertThatExceptionOfType(ServerException.PortInUse.class)
          .isThrownBy(() -> DoltServer.start(onFreePort(root).port(port).build()))
          .withMessageContaining("Port " + port)
          .satisfies(e -> assertThat(e.port()).isEqualTo(port));
    }
    DoltServer.start(onFreePort(root).build()).close();
  }

  @Test
  void aDirectoryThatAServerStartedByHandUsesIsRefusedWithItsPid() throws Exception {
    Path data = Files.createDirectories(ManagedServerConfig.builder(root).build().dataDirectory());
    ProcessBuilder byHand =
        new ProcessBuilder(
            DoltBinary.find().path().toString(),
            "sql-server",
            "--host=127.0.0.1",
            "--port=" + freePort(),
            "--data-dir=" + data);
    byHand.environment().put("DOLT_ROOT_PATH", elsewhere.toString());
    Process foreign = byHand.redirectErrorStream(true).directory(elsewhere.toFile()).start();
    try {
      FakeDolt.awaitExists(data.resolve(".dolt").resolve("sql-server.info"));
      isInUseBy(foreign.pid());
      assertThat(foreign.isAlive()).as("it is left alone").isTrue();
    } finally {
      foreign.destroy();
      foreign.waitFor();
    }
    DoltServer.start(onFreePort(root).build()).close();
  }

  @Test
  void aProcessThatEndsAtOnceIsQuoted() throws IOException {
    FakeDolt dolt = new FakeDolt(elsewhere, "seq 1 40; echo 'no such luck' >&2; exit 7");
    assertThatExceptionOfType(ServerException.StartFailed.class)
        .isThrownBy(() -> DoltServer.start(onFreePort(root).binary(dolt.search()).build()))
        .withMessageContainingAll("exit code 7", "  40\n  no such luck\n", "dolt-server.log")
        .withMessageNotContaining("  20\n");
    assertThat(root.resolve("daemon/dolt.pid")).doesNotExist();
    DoltServer.start(onFreePort(root).build()).close();
  }

  @Test
  void onlyThisStartsLinesAreQuotedNotAnEarlierServers() throws IOException {
    Path log = root.resolve("daemon/dolt-server.log");
    Files.createDirectories(log.getParent());
    Files.writeString(log, "earlier trouble\n");
    FakeDolt dolt = new FakeDolt(elsewhere, "exit 7");
    assertThatExceptionOfType(ServerException.StartFailed.class)
        .isThrownBy(() -> DoltServer.start(onFreePort(root).binary(dolt.search()).build()))
        .withMessageNotContaining("earlier trouble");
  }

  @Test
  void aProcessThatNeverListensIsEndedWithinTheTimeout() throws IOException {
    // a signal that is ignored stays so across exec
    FakeDolt dolt = new FakeDolt(elsewhere, "echo I wait; trap '' TERM; exec sleep 300");
    startFailsInTime(onFreePort(root), dolt, "did not answer within", "I wait");
    assertThat(dolt.isGone()).isTrue();
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aProcessThatListensButNeverAnswersIsEndedWithinTheTimeout() throws Exception {
    int port = freePort();
    FakeDolt dolt = new FakeDolt(elsewhere, "exec sleep 300");
    CompletableFuture<ServerSocket> silent =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                dolt.awaitStart();
                return new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    startFailsInTime(onFreePort(root).port(port), dolt, "did not answer within");
    assertThat(dolt.isGone()).isTrue();
    silent.get().close();
  }

  @Test
  void aServerThatAnswersButIsNotTheOneThatWasStartedIsNotTaken() throws IOException {
    FakeDolt dolt =
        new FakeDolt(
            elsewhere,
            """
            port=$(sed -n 's/ *port: //p' "$3")
            cd '%s' && exec '%s' sql-server --host=127.0.0.1 --port="$port" --data-dir=.
            """
                .formatted(
                    Files.createDirectory(elsewhere.resolve("data")), DoltBinary.find().path()));
    startFailsInTime(onFreePort(root), dolt, "did not answer within");
    assertThat(dolt.isGone()).isTrue();
  }

  @Test
  void withoutABinaryNothingIsTouched() {
    DoltBinarySearch nowhere =
        DoltBinarySearch.builder().given(elsewhere.resolve("missing")).build();
    assertThatExceptionOfType(DoltBinaryException.class)
        .isThrownBy(() -> DoltServer.start(onFreePort(root).binary(nowhere).build()));
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    ManagedServerConfig.Builder builder = ManagedServerConfig.builder(root);
    for (Runnable wrong :
        new Runnable[] {
          () -> builder.port(-1),
          () -> builder.port(65_536),
          () -> builder.startTimeout(Duration.ZERO),
          () -> builder.stopTimeout(Duration.ofSeconds(-1)),
          () -> builder.maxConnections(9),
          () -> ManagedServerConfig.builder(root.resolve("100%")),
          () -> ManagedServerConfig.builder(root.resolve("a\\b"))
        }) {
      assertThatExceptionOfType(InvalidNameException.class).isThrownBy(wrong::run);
    }
  }

  private void isInUseBy(long pid) {
    ServerException.DataDirectoryInUse refusal =
        catchThrowableOfType(
            ServerException.DataDirectoryInUse.class,
            () -> DoltServer.start(onFreePort(root).build()));
    assertThat(refusal).isNotNull().hasMessageContainingAll(".dolt-data", "process " + pid);
    assertThat(refusal.pid()).isEqualTo(pid);
  }

  private static void startFailsInTime(
      ManagedServerConfig.Builder config, FakeDolt dolt, String... message) {
    ManagedServerConfig impatient =
        config
            .binary(dolt.search())
            .startTimeout(Duration.ofMillis(600))
            .stopTimeout(Duration.ofMillis(200))
            .build();
    long start = System.nanoTime();
    assertThatExceptionOfType(ServerException.StartFailed.class)
        .isThrownBy(() -> DoltServer.start(impatient))
        .withMessageContainingAll(message);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }
}
