package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.polecat.core.DoltServer;
import dev.polecat.core.ManagedServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code polecat dolt}, on a town with a server of its own. */
@Timeout(120)
class ServerCommandsTest {
  @TempDir private Path town;

  private Shell shell;

  @BeforeEach
  void onAnyPort() {
    shell = new Shell(town).with("GT_TOWN_ROOT", town.toString()).with("GT_DOLT_PORT", "0");
  }

  @AfterEach
  void stop() {
    shell.done("dolt", "stop");
  }

  private ProcessHandle server() {
    long pid = shell.run("dolt", "status", "--json").json().get("pid").asLong();
    return ProcessHandle.of(pid).orElseThrow();
  }

  private static void kill(ProcessHandle process) throws Exception {
    process.destroyForcibly();
    process.onExit().get(30, TimeUnit.SECONDS);
  }

  @Test
  void aServerThatWasStartedGoesOnAndIsFoundUntilItIsStopped() {
    shell.run("queue", "list").fails(ExitCode.NO_SERVER, "does not run", "dolt start");
    Shell.Said never = shell.run("dolt", "status").exits(ExitCode.NO_SERVER);
    assertThat(never.out()).contains("No server was ever started");
    assertThat(town).isEmptyDirectory();

    assertThat(shell.line("dolt", "start")).contains("runs on port");
    JsonNode status = shell.done("dolt", "status", "--json").json();
    assertThat(status.get("status").asText()).isEqualTo("RUNNING");
    assertThat(status.get("keepRunning").asBoolean()).isTrue();
    assertThat(shell.done("dolt", "start", "--json").json().get("pid"))
        .as("the same")
        .isEqualTo(status.get("pid"));
    ProcessHandle process = server();

    assertThat(shell.line("dolt", "stop")).contains("does not run any more");
    assertThat(process.isAlive()).isFalse();
    shell.run("queue", "list").fails(ExitCode.NO_SERVER, "dolt start");
    assertThat(shell.run("dolt", "status").exits(ExitCode.NO_SERVER).out()).contains("STOPPED");
  }

  @Test
  void rigsAreMadeAndListed() {
    shell.done("dolt", "start");
    shell.run("sling", "gt-1").fails(ExitCode.NOT_FOUND, "no rig", "init-rig");
    assertThat(shell.line("dolt", "init-rig", "gastown")).isEqualTo("Made rig gastown.");
    assertThat(shell.line("dolt", "init-rig", "gastown")).contains("is up to date");
    shell.run("dolt", "init-rig", "Gas Town").fails(ExitCode.USAGE, "lower-case");
    shell.done("dolt", "init-rig", "beads", "--empty");
    assertThat(shell.done("dolt", "list").lines()).containsExactly("beads", "gastown");
    assertThat(shell.done("dolt", "list", "--json").out())
        .isEqualToIgnoringNewLines("{\"rigs\":[\"beads\",\"gastown\"]}");
    shell.run("sling", "gt-1").fails(ExitCode.USAGE, "--rig", "beads, gastown");
    shell.run("sling", "gt-1", "nowhere").fails(ExitCode.NOT_FOUND, "nowhere", "beads, gastown");
    String branch = shell.line("sling", "gt-1", "gastown");
    assertThat(shell.done("done", branch).out()).as("rig found by branch").contains("nothing");
  }

  @Test
  void aServerThatDiedIsStartedAgainByTheNextCommandThatNeedsIt() throws Exception {
    shell.done("dolt", "start");
    shell.done("dolt", "init-rig", "gastown");
    kill(server());
    Shell.Said down = shell.run("dolt", "status").exits(ExitCode.NO_SERVER);
    assertThat(down.out()).contains("DOWN");
    assertThat(down.err()).contains("the next command that needs it starts it again");
    assertThat(shell.done("dolt", "list").lines()).containsExactly("gastown");
    assertThat(server().isAlive()).isTrue();
  }

  @Test
  void aServerThatDiedComesBackOnThePortItHad() throws Exception {
    shell.done("dolt", "start");
    String port = shell.done("dolt", "status", "--json").json().get("port").asText();
    kill(server());
    shell.with("GT_DOLT_PORT", "").done("dolt", "list");
    assertThat(shell.done("dolt", "status", "--json").json().get("port").asText()).isEqualTo(port);
  }

  @Test
  void aServerOthersUseIsStoppedByTheLastOfThem() {
    shell.done("dolt", "start");
    ProcessHandle process = server();
    try (DoltServer user = DoltServer.start(ManagedServerConfig.builder(town).port(0).build())) {
      shell.run("dolt", "stop").fails(ExitCode.FAILED, "Other processes use", "process ");
      assertThat(user.databases()).isEmpty();
    }
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void aPortThatIsTakenIsSaid() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      shell.run("dolt", "start", "--port", port).fails(ExitCode.FAILED, port, "choose another");
    }
  }

  @Test
  void theLogsLastLinesArePrinted() throws IOException {
    shell.run("dolt", "logs").fails(ExitCode.NOT_FOUND, "no server was started");
    shell.done("dolt", "start");
    Path log = town.resolve("daemon/dolt-server.log");
    Files.writeString(log, "one\ntwo\nthree\n");
    assertThat(shell.done("dolt", "logs", "-n", "2").lines()).containsExactly("two", "three");
    assertThat(shell.done("dolt", "logs", "-n", "1", "--json").out()).contains("{\"line\":\"three");
    Files.write(log, new byte[] {'a', (byte) 0xff, '\n'});
    assertThat(shell.done("dolt", "logs").line()).as("what is no text").startsWith("a");
    shell.run("dolt", "logs", "-n", "-1").fails(ExitCode.USAGE, "-n");
  }

  @Test
  void aSecuredTownIsUsedLikeAnyOther() {
    shell.done("dolt", "start", "--secured");
    shell.done("dolt", "init-rig", "gastown");
    Shell.Said slung = shell.done("sling", "gt-1", "--env");
    assertThat(slung.out()).contains("POLECAT_PASSWORD_FILE=", "POLECAT_USER=polecat");
    String branch =
        slung.out().lines().filter(l -> l.startsWith("BD_BRANCH")).findFirst().orElseThrow();
    shell.with("BD_BRANCH", branch.split("=")[1]);
    shell.done("dolt", "sql", "-q", "INSERT INTO issues (id, title) VALUES ('gt-1', 'Fix')");
    assertThat(shell.done("done").out()).contains("is merged");
    assertThat(shell.done("dolt", "status").out()).contains("gastown");
    shell.done("dolt", "stop");
    shell.done("dolt", "start");
    assertThat(shell.done("dolt", "list").lines()).containsExactly("gastown");
  }

  @Test
  void statementsThatAreWrongFailWithWhatTheServerSays() {
    shell.done("dolt", "start");
    shell.done("dolt", "init-rig", "gastown");
    shell.run("dolt", "sql", "-q", "SELEC 1").fails(ExitCode.FAILED, "syntax");
    assertThat(shell.done("dolt", "sql", "-q", "SELECT 'a\\nb' AS t, NULL AS n").lines())
        .containsExactly("t     n", "a\\nb  null");
  }
}
