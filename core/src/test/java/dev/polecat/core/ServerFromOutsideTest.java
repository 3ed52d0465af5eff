package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that one use started is looked at, and stopped, by others that come and go. */
@Timeout(60)
class ServerFromOutsideTest {
  @TempDir Path root;

  private ManagedServerConfig config() {
    return ManagedServerConfig.builder(root).port(0).build();
  }

  private long startAndLeave() {
    ManagedServerConfig kept = ManagedServerConfig.builder(root).port(0).keepRunning(true).build();
    try (DoltServer server = DoltServer.start(kept)) {
      return server.pid().orElseThrow();
    }
  }

  @Test
  void lookingStartsAndMakesNothing() {
    assertThat(DoltServer.stateOf(config())).isEmpty();
    assertThat(DoltServer.stop(config())).isTrue();
    assertThat(Files.exists(root.resolve("daemon"))).isFalse();
  }

  @Test
  void aServerThatWasLeftRunningIsSeenAndStopped() throws Exception {
    long pid = startAndLeave();
    ServerState seen = DoltServer.stateOf(config()).orElseThrow();
    assertThat(seen.status()).isEqualTo(ServerState.Status.RUNNING);
    assertThat(seen.pid()).hasValue(pid);
    assertThat(seen.keepRunning()).isTrue();

    assertThat(DoltServer.stop(config())).isTrue();

    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    ServerState stopped = DoltServer.stateOf(config()).orElseThrow();
    assertThat(stopped.status()).isEqualTo(ServerState.Status.STOPPED);
    assertThat(stopped.keepRunning()).isFalse();
  }

  @Test
  void aServerThatDiedUnwatchedIsSeenAsDownAndMeantToRun() throws Exception {
    ProcessHandle process = ProcessHandle.of(startAndLeave()).orElseThrow();
    process.destroyForcibly();
    process.onExit().get(30, TimeUnit.SECONDS);

    ServerState seen = DoltServer.stateOf(config()).orElseThrow();
    assertThat(seen.status()).isEqualTo(ServerState.Status.DOWN);
    assertThat(seen.pid()).isEmpty();
    assertThat(seen.keepRunning()).isTrue();

    assertThat(DoltServer.stop(config())).isTrue();
    assertThat(DoltServer.stateOf(config()).orElseThrow().keepRunning()).isFalse();
  }

  @Test
  void aServerOthersUseGoesOnUntilTheLastOfThemCloses() {
    long pid = startAndLeave();
    try (DoltServer user = DoltServer.start(config())) {
      assertThat(user.pid()).hasValue(pid);
      assertThat(DoltServer.stop(config())).isFalse();
      assertThat(user.databases()).isEmpty();
    }
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }
}
