package dev.polecat.core;

import static dev.polecat.core.DoltServerStartTest.onFreePort;
import static dev.polecat.core.ServerEvent.Kind.CHECK_FAILED;
import static dev.polecat.core.ServerEvent.Kind.CRASHED;
import static dev.polecat.core.ServerEvent.Kind.GAVE_UP;
import static dev.polecat.core.ServerEvent.Kind.REPLACED;
import static dev.polecat.core.ServerEvent.Kind.RESTARTED;
import static dev.polecat.core.ServerEvent.Kind.RESTART_FAILED;
import static dev.polecat.core.ServerEvent.Kind.RESTART_SCHEDULED;
import static dev.polecat.core.ServerEvent.Kind.STARTED;
import static dev.polecat.core.ServerEvent.Kind.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A server that ends or hangs comes back by itself, and not for ever. */
@Timeout(90)
@DisabledOnOs(OS.WINDOWS)
class ServerRestartTest {
  private static final DatabaseName HQ = DatabaseName.of("hq");

  @TempDir Path root;
  @TempDir Path elsewhere;
  private final ServerEvents events = new ServerEvents();

  private ManagedServerConfig.Builder config() {
    return onFreePort(root).supervision(ServerEvents.QUICK).listener(events);
  }

  @Test
  void aKilledServerRunsAgainOnItsPortWithItsData() throws Exception {
    try (DoltServer server = DoltServer.start(config().build())) {
      insert(server, 1);
      long first = server.pid().orElseThrow();

      ServerEvents.kill(first);

      ServerEvent crash = events.await(CRASHED);
      assertThat(crash.message()).contains("process " + first, "exit code 137");
      assertThat(crash.state().status()).isEqualTo(ServerState.Status.DOWN);
      assertThat(crash.state().lastCrash().orElseThrow().exitCode()).hasValue(137);
      assertThat(events.await(RESTART_SCHEDULED).state().nextRestart()).isPresent();
      ServerState after = events.await(RESTARTED).state();
      assertThat(after.status()).isEqualTo(ServerState.Status.RUNNING);
      assertThat(after.port()).isEqualTo(server.endpoint().port());
      assertThat(after.restarts()).isEqualTo(1);
      assertThat(server.pid()).hasValue(after.pid().orElseThrow());
      assertThat(server.pid().orElseThrow()).isNotEqualTo(first);
      assertThat(count(server)).isEqualTo("1");
      insert(server, 2);
    }
    assertThat(events.kinds())
        .containsExactly(STARTED, CRASHED, RESTART_SCHEDULED, RESTARTED, STOPPED);
  }

  @Test
  void whoeverWaitsIsToldWhenTheServerAnswersAgain() throws Exception {
    try (DoltServer server = DoltServer.start(config().build())) {
      for (int i = 1; i <= 3; i++) {
        long before = server.pid().orElseThrow();
        ServerEvents.kill(before);
        ProcessHandle.of(before).ifPresent(process -> process.onExit().join());

        server.awaitHealthy(Duration.ofSeconds(30));

        assertThat(server.databases()).isEmpty();
      }
    }
  }

  @Test
  void waitingEndsInTimeAndSaysWhatIsWrong() throws Exception {
    Supervision slow =
        ServerEvents.QUICK.withDelays(
            Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(5));
    try (DoltServer server = DoltServer.start(config().supervision(slow).build())) {
      ServerEvents.kill(server.pid().orElseThrow());
      events.await(RESTART_SCHEDULED);

      assertThatExceptionOfType(ServerException.Unreachable.class)
          .isThrownBy(() -> server.awaitHealthy(Duration.ofMillis(200)))
          .withMessageContainingAll("DOWN", "0.2 s", "exit code 137");
      assertThat(server.pid()).isEmpty();
    }
    assertThat(events.kinds()).endsWith(STOPPED);
  }

  @Test
  void aFrozenServerIsNoticedKilledAndReplaced() throws Exception {
    Supervision impatient =
        ServerEvents.QUICK.withHealth(Duration.ofMillis(50), Duration.ofMillis(400), 2);
    ManagedServerConfig config =
        config().supervision(impatient).stopTimeout(Duration.ofMillis(300)).build();
    try (DoltServer server = DoltServer.start(config)) {
      insert(server, 1);
      long frozen = server.pid().orElseThrow();

      ServerEvents.signal("-STOP", frozen);

      ServerEvent failed = events.await(CHECK_FAILED);
      assertThat(failed.state().status()).isEqualTo(ServerState.Status.UNRESPONSIVE);
      assertThat(failed.message()).contains("check 1 of 2", "process " + frozen);
      assertThat(events.await(REPLACED).message()).contains("process " + frozen, "2 health checks");
      events.await(RESTARTED);
      assertThat(FakeDolt.runs(frozen)).isFalse();
      assertThat(count(server)).isEqualTo("1");
    }
  }

  @Test
  void aServerThatKeepsEndingIsGivenUpAndSaysWhatToDo() throws Exception {
    Path broken = elsewhere.resolve("broken");
    FakeDolt dolt =
        new FakeDolt(
            elsewhere,
            "if [ -e '%s' ]; then echo 'no luck today'; exit 7; fi; exec '%s' \"$@\""
                .formatted(broken, DoltBinary.find().path()));
    Supervision three = ServerEvents.QUICK.withLimit(3, Duration.ofMinutes(10));
    ManagedServerConfig config = config().binary(dolt.search()).supervision(three).build();
    try (DoltServer server = DoltServer.start(config)) {
      insert(server, 1);
      Files.createFile(broken);
      ServerEvents.kill(server.pid().orElseThrow());

      ServerEvent end = events.await(GAVE_UP);

      assertThat(end.message())
          .contains("3 times", "PT10M", "dolt-server.log", "start it again", "no luck today");
      assertThat(Collections.frequency(events.kinds(), RESTART_FAILED)).isEqualTo(3);
      assertThat(end.state().status()).isEqualTo(ServerState.Status.GAVE_UP);
      assertThat(state().path("status").asText()).isEqualTo("GAVE_UP");
      assertThatExceptionOfType(ServerException.Unreachable.class)
          .isThrownBy(() -> server.awaitHealthy(Duration.ofMinutes(1)))
          .withMessageContainingAll("GAVE_UP", "start it again");

      assertThatExceptionOfType(ServerException.StartFailed.class)
          .as("as long as the cause is there")
          .isThrownBy(() -> DoltServer.start(config))
          .withMessageContaining("no luck today");
      Files.delete(broken);
      try (DoltServer again = DoltServer.start(config)) {
        assertThat(again.endpoint()).isEqualTo(server.endpoint());
      }
      assertThat(count(server)).as("who used it goes on").isEqualTo("1");
    }
  }

  @Test
  void theStateFileTellsWhatTheServerIsAndWhatItWent() throws Exception {
    try (DoltServer server = DoltServer.start(config().build())) {
      JsonNode state = state();
      assertThat(state.path("status").asText()).isEqualTo("RUNNING");
      assertThat(state.path("pid").asLong()).isEqualTo(server.pid().orElseThrow());
      assertThat(state.path("port").asInt()).isEqualTo(server.endpoint().port());
      assertThat(state.path("command").asText()).contains("sql-server --config");
      assertThat(state.path("dataDirectory").asText()).isEqualTo("" + root.resolve(".dolt-data"));
      assertThat(state.path("version").asText()).isEqualTo(DoltBinary.find().version());
      assertThat(state.path("keeperPid").asLong()).isEqualTo(ProcessHandle.current().pid());
      assertThat(state.path("startedAt").asText()).isNotEmpty();
      assertThat(state.has("lastCrash")).isFalse();

      ServerEvents.kill(server.pid().orElseThrow());
      events.await(RESTARTED);
      state = state();
      assertThat(state.path("pid").asLong()).isEqualTo(server.pid().orElseThrow());
      assertThat(state.path("restarts").asInt()).isEqualTo(1);
      assertThat(state.path("countedRestarts")).hasSize(1);
      assertThat(state.path("lastCrash").path("exitCode").asInt()).isEqualTo(137);
      assertThat(state.has("lastError")).isFalse();
    }
    assertThat(state().path("status").asText()).isEqualTo("STOPPED");
    assertThat(state().has("pid")).isFalse();
  }

  @Test
  void aListenerThatThrowsDoesNotEndTheSupervision() throws Exception {
    ManagedServerConfig config =
        config()
            .listener(
                event -> {
                  events.accept(event);
                  throw new IllegalStateException("a listener of a test throws");
                })
            .build();
    try (DoltServer server = DoltServer.start(config)) {
      ServerEvents.kill(server.pid().orElseThrow());
      events.await(RESTARTED);
      ServerEvents.kill(server.pid().orElseThrow());
      events.await(RESTARTED);
    }
  }

  @Test
  void whileAServerIsDownClosingStartsNone() throws Exception {
    for (int i = 0; i < 5; i++) {
      try (DoltServer server = DoltServer.start(config().build())) {
        ServerEvents.kill(server.pid().orElseThrow());
        events.await(i % 2 == 0 ? CRASHED : RESTART_SCHEDULED);
      }
      assertThat(DoltServer.adopt(config().build())).isEmpty();
      assertThat(root.resolve("daemon/dolt.pid")).doesNotExist();
    }
  }

  @Test
  void noThreadOfItIsLeftAfterTheClose() throws Exception {
    Set<Thread> before = threads(); // the tests' shared server may have some
    try (DoltServer server = DoltServer.start(config().build())) {
      insert(server, 1);
      ServerEvents.kill(server.pid().orElseThrow());
      events.await(RESTARTED);
      assertThat(threads()).hasSizeGreaterThan(before.size());
    }
    assertThat(before).containsAll(threads());
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("dolt-supervisor|dolt-server-events"))
        .collect(Collectors.toSet());
  }

  private JsonNode state() throws IOException {
    return new ObjectMapper().readTree(root.resolve("daemon/dolt-state.json").toFile());
  }

  private static void insert(DoltServer server, int id) throws SQLException {
    try (Connection connection = server.database(HQ).connect(BranchName.MAIN)) {
      TestBranch.run(
          connection,
          "CREATE TABLE IF NOT EXISTS t (id INT PRIMARY KEY)",
          "INSERT INTO t VALUES (" + id + ")",
          "CALL DOLT_COMMIT('-Am', 'a row')");
    }
  }

  private static String count(DoltServer server) throws SQLException {
    try (Connection connection = server.database(HQ).connect(BranchName.MAIN)) {
      return TestBranch.read(connection, "SELECT COUNT(*) FROM t").get(0);
    }
  }
}
