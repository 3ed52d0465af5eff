package dev.polecat.core;

import static dev.polecat.core.DoltServerStartTest.onFreePort;
import static dev.polecat.core.ServerEvent.Kind.ADOPTED;
import static dev.polecat.core.ServerEvent.Kind.BECAME_KEEPER;
import static dev.polecat.core.ServerEvent.Kind.CRASHED;
import static dev.polecat.core.ServerEvent.Kind.LEFT_RUNNING;
import static dev.polecat.core.ServerEvent.Kind.RESTARTED;
import static dev.polecat.core.ServerEvent.Kind.STARTED;
import static dev.polecat.core.ServerEvent.Kind.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Processes that use one directory share one server, whoever comes and goes. */
@Timeout(90)
@DisabledOnOs(OS.WINDOWS)
class ServerAdoptionTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path root;
  private final ServerEvents events = new ServerEvents();

  private ManagedServerConfig config() {
    return onFreePort(root).supervision(ServerEvents.QUICK).listener(events).build();
  }

  @Test
  void usesOfOneJvmShareTheServerAndTheLastStopsIt() {
    DoltServer first = DoltServer.start(config());
    DoltServer second = DoltServer.start(onFreePort(root).build());
    long pid = first.pid().orElseThrow();
    assertThat(second.pid()).hasValue(pid);
    assertThat(second.endpoint()).isEqualTo(first.endpoint());
    first.close();
    first.close();
    assertThat(second.databases()).isEmpty();
    second.close();
    assertThat(FakeDolt.runs(pid)).isFalse();
  }

  @Test
  void aGuestLeavesTheServerToItsKeeper() throws Exception {
    try (ServerJvm keeper = new ServerJvm(root)) {
      try (DoltServer guest = DoltServer.start(config())) {
        assertThat(guest.pid()).hasValue(keeper.serverPid());
        assertThat(guest.state().orElseThrow().keeperPid()).hasValue(keeper.pid());
        assertThat(guest.databases()).isEmpty();
      }
      assertThat(FakeDolt.runs(keeper.serverPid())).isTrue();
      assertThat(keeper.exit()).isEqualTo(3);
      assertThat(FakeDolt.runs(keeper.serverPid())).as("the last user has gone").isFalse();
    }
    assertThat(events.kinds()).containsExactly(ADOPTED, LEFT_RUNNING);
  }

  @Test
  void whenTheKeeperLeavesAGuestTakesItsPlaceAndStopsTheServerInTheEnd() throws Exception {
    try (ServerJvm keeper = new ServerJvm(root)) {
      long pid = keeper.serverPid();
      try (DoltServer guest = DoltServer.start(config())) {
        keeper.closeServer();
        events.await(BECAME_KEEPER);
        assertThat(guest.pid()).hasValue(pid);

        ServerEvents.kill(pid);
        events.await(RESTARTED);
        assertThat(guest.databases()).isEmpty();
        pid = guest.pid().orElseThrow();
      }
      assertThat(FakeDolt.runs(pid)).isFalse();
    }
    assertThat(events.kinds()).startsWith(ADOPTED, BECAME_KEEPER, CRASHED).endsWith(STOPPED);
  }

  @Test
  void whenTheKeeperIsKilledTheServerLivesAndAGuestBecomesKeeper() throws Exception {
    try (ServerJvm keeper = new ServerJvm(root);
        DoltServer guest = DoltServer.start(config())) {
      keeper.kill();
      events.await(BECAME_KEEPER);
      assertThat(guest.pid()).hasValue(keeper.serverPid());
      assertThat(guest.databases()).isEmpty();
    }
  }

  @Test
  void afterItsOnlyUserWasKilledTheServerIsAdoptedByTheNextOne() throws Exception {
    try (ServerJvm killed = new ServerJvm(root)) {
      killed.kill();
      assertThat(FakeDolt.runs(killed.serverPid())).isTrue();
      try (DoltServer next = DoltServer.start(config())) {
        assertThat(next.pid()).hasValue(killed.serverPid());
        assertThat(next.state().orElseThrow().keeperPid()).hasValue(ProcessHandle.current().pid());

        ServerEvents.kill(killed.serverPid());
        events.await(RESTARTED);
        assertThat(next.databases()).isEmpty();
      }
    }
    assertThat(events.kinds()).startsWith(ADOPTED).endsWith(STOPPED);
  }

  @Test
  void aGuestWaitsForTheKeepersRestart() throws Exception {
    try (ServerJvm keeper = new ServerJvm(root);
        DoltServer guest = DoltServer.start(config())) {
      ServerEvents.kill(keeper.serverPid());
      events.await(RESTARTED);
      keeper.await(RESTARTED);
      assertThat(guest.pid()).hasValue(keeper.askServerPid());
      assertThat(guest.databases()).isEmpty();
      assertThat(events.kinds()).doesNotContain(BECAME_KEEPER);
    }
  }

  @Test
  void whenServerAndKeeperAreKilledAGuestRestartsIt() throws Exception {
    try (ServerJvm keeper = new ServerJvm(root);
        DoltServer guest = DoltServer.start(config())) {
      keeper.kill();
      ServerEvents.kill(keeper.serverPid());
      events.await(RESTARTED);
      assertThat(guest.databases()).isEmpty();
      assertThat(guest.state().orElseThrow().port()).isEqualTo(guest.endpoint().port());
    }
    assertThat(events.kinds()).contains(BECAME_KEEPER).endsWith(STOPPED);
  }

  @Test
  void twoThatStartAtOnceEndUpOnOneServer() throws Exception {
    for (int i = 0; i < 3; i++) {
      List<ServerJvm> both = ServerJvm.two(root);
      try (ServerJvm one = both.get(0);
          ServerJvm other = both.get(1)) {
        assertThat(one.serverPid()).isEqualTo(other.serverPid());
        CompletableFuture<Void> leaving = CompletableFuture.runAsync(() -> exit(one));
        exit(other);
        leaving.join();
        assertThat(FakeDolt.runs(one.serverPid())).as("somebody was the last").isFalse();
      }
    }
  }

  @Test
  void aServerToBeKeptRunningOutlivesItsUsersUntilThatIsTakenBack() throws Exception {
    try (ServerJvm starter = new ServerJvm(root, true)) {
      starter.closeServer();
      starter.exit();
      long pid = starter.serverPid();
      assertThat(FakeDolt.runs(pid)).isTrue();
      DoltServer.start(config()).close();
      assertThat(FakeDolt.runs(pid)).as("a user who does not care leaves it").isTrue();
      try (DoltServer last = DoltServer.adopt(config()).orElseThrow()) {
        assertThat(last.pid()).hasValue(pid);
        assertThat(last.state().orElseThrow().keepRunning()).isTrue();
        last.keepRunning(false);
      }
      assertThat(FakeDolt.runs(pid)).isFalse();
    }
    assertThat(DoltServer.adopt(config())).isEmpty();
  }

  @Test
  void adoptingWhereNoneRunsTouchesNothing() {
    assertThat(DoltServer.adopt(config())).isEmpty();
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void aServerThatTheStateFileDoesNotDescribeIsNotAdopted() throws Exception {
    try (ServerJvm killed = new ServerJvm(root)) {
      killed.kill();
      String truth = Files.readString(stateFile());
      for (Consumer<ObjectNode> lie :
          List.<Consumer<ObjectNode>>of(
              state -> state.put("pid", ProcessHandle.current().pid()),
              state -> state.put("startedAt", "2020-01-01T00:00:00Z"),
              state -> state.put("command", "/usr/bin/dolt sql-server"),
              state -> state.put("dataDirectory", "/tmp"),
              state -> state.remove("pid"),
              state -> state.put("status", "NO SUCH STATUS"))) {
        tamper(truth, lie);
        refusedWith(killed.serverPid());
      }
      Files.writeString(stateFile(), "{ no json");
      refusedWith(killed.serverPid());
      Files.delete(stateFile());
      refusedWith(killed.serverPid());

      Files.writeString(stateFile(), truth);
      try (DoltServer adopted = DoltServer.start(config())) {
        assertThat(adopted.pid()).hasValue(killed.serverPid());
      }
    }
  }

  @Test
  void aNumberThatAnotherProcessHasByNowIsNotTheServers() throws Exception {
    Process other = new ProcessBuilder("sleep", "300").start();
    try {
      DoltServer.start(config()).close();
      tamper(
          Files.readString(stateFile()),
          state -> {
            state.put("status", "RUNNING");
            state.put("pid", other.pid());
            state.put("startedAt", other.info().startInstant().orElseThrow().toString());
          });
      try (DoltServer server = DoltServer.start(config())) {
        assertThat(server.pid().orElseThrow()).isNotEqualTo(other.pid());
      }
      assertThat(other.isAlive()).as("it was left alone").isTrue();
    } finally {
      other.destroyForcibly();
    }
    assertThat(events.kinds()).containsExactly(STARTED, STOPPED, STARTED, STOPPED);
  }

  private Path stateFile() {
    return root.resolve("daemon/dolt-state.json");
  }

  private void tamper(String truth, Consumer<ObjectNode> lie) throws IOException {
    ObjectNode state = (ObjectNode) JSON.readTree(truth);
    lie.accept(state);
    JSON.writeValue(stateFile().toFile(), state);
  }

  private void refusedWith(long pid) {
    assertThatExceptionOfType(ServerException.DataDirectoryInUse.class)
        .isThrownBy(() -> DoltServer.start(config()))
        .withMessageContaining("process " + pid)
        .satisfies(e -> assertThat(e.pid()).isEqualTo(pid));
    assertThat(FakeDolt.runs(pid)).isTrue();
  }

  private static void exit(ServerJvm jvm) {
    try {
      jvm.exit();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
