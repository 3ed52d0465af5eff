package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes of their own, as a shell starts them. */
@Timeout(600)
class ManyShellsTest {
  private static final int SHELLS = 10;

  @TempDir private Path town;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void stop() {
    started.forEach(Process::destroy);
    shell().run("dolt", "stop");
  }

  private Shell shell() {
    return new Shell(town).with("GT_TOWN_ROOT", town.toString()).with("GT_DOLT_PORT", "0");
  }

  private Process script(int number, String script) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", "set -e\n" + script).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", OtherJvm.classPath());
    builder
        .environment()
        .put("P", java + " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC " + Main.class.getName());
    builder.environment().put("GT_TOWN_ROOT", town.toString());
    builder.environment().put("GT_DOLT_PORT", "0");
    builder.environment().put("N", Integer.toString(number));
    builder.redirectOutput(output(number).toFile());
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private Path output(int number) {
    return town.resolve("output-" + number);
  }

  private void awaitAll() throws Exception {
    for (int i = 0; i < started.size(); i++) {
      assertThat(started.get(i).waitFor(500, TimeUnit.SECONDS)).as("shell " + i).isTrue();
      assertThat(started.get(i).exitValue()).as(Files.readString(output(i))).isZero();
      assertThat(Files.readString(output(i))).doesNotContain("\u001b", "Exception");
    }
  }

  @Test
  void tenAtOnceStartOneServerSlingAndFinishAndNothingIsLost() throws Exception {
    shell().done("dolt", "start");
    shell().done("dolt", "init-rig", "gastown");
    shell().done("dolt", "stop");
    for (int i = 0; i < SHELLS; i++) {
      script(
          i,
          """
          $P dolt start
          eval "$($P sling gt-$N gastown --polecat toast-$N --env)"
          export BD_BRANCH GT_RIG GT_TOWN_ROOT
          $P dolt sql -q "INSERT INTO issues (id, title) VALUES ('gt-$N', 'by $N')"
          $P done
          """);
    }
    awaitAll();

    assertThat(
            shell().done("dolt", "sql", "-q", "SELECT COUNT(*) AS n FROM issues", "--json").out())
        .contains("\"n\":" + SHELLS);
    assertThat(shell().done("polecat", "list", "--json").out()).contains("{\"branches\":[]}");
    String pids = "SELECT COUNT(DISTINCT title) AS n FROM issues";
    assertThat(shell().done("dolt", "sql", "-q", pids, "--json").out()).contains("\"n\":" + SHELLS);
  }

  @Test
  void doltsOwnShellTakesStatementsFromAPipe() throws Exception {
    shell().done("dolt", "start");
    shell().done("dolt", "init-rig", "gastown");
    script(0, "echo 'SELECT 40 + 2 AS answer, active_branch()' | $P dolt sql");
    awaitAll();
    assertThat(Files.readString(output(0))).contains("answer", "42", "main");
  }

  @Test
  void aQueueThatRunsMergesWhatShellsLeaveAndEndsWhenItIsTold() throws Exception {
    shell().done("dolt", "start");
    shell().done("dolt", "init-rig", "gastown");
    Process queue = script(0, "exec $P queue run --json");
    String branch = shell().line("sling", "gt-1");
    Shell polecat = shell().with("BD_BRANCH", branch);
    polecat.done("dolt", "sql", "-q", "INSERT INTO issues (id, title) VALUES ('gt-1', 'Fix')");
    polecat.done("done", "--no-wait");
    while (polecat.run("queue", "show").code() == ExitCode.DONE.code()) {
      assertThat(queue.isAlive()).as(Files.readString(output(0))).isTrue();
    }
    assertThat(polecat.done("dolt", "sql", "--branch", "main", "-q", "SELECT id FROM issues").out())
        .contains("gt-1");
    queue.destroy(); // SIGTERM
    assertThat(queue.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(shell().done("dolt", "status").out()).contains("RUNNING");
  }
}
