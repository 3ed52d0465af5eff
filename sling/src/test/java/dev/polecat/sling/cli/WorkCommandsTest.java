package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** sling, done, commit, nuke, sweep and inflight, as a shell uses them. */
@ExtendWith(DoltTestServer.class)
@Timeout(120)
class WorkCommandsTest {
  private static final String INSERT =
      "INSERT INTO issues (id, title, priority) VALUES ('gt-1', 'Fix', 1)";

  @TempDir private Path directory;

  private Shell shell;
  private DoltDatabase rig;

  @BeforeEach
  void aRig(DoltDatabase database) {
    rig = database;
    shell = Shell.of(directory, database);
    shell.done("dolt", "init-rig", database.name().value());
  }

  private String sling(String polecat) {
    String branch = shell.line("sling", "gt-1", "--polecat", polecat);
    shell.with("BD_BRANCH", branch);
    return branch;
  }

  private String select(String sql) {
    return shell.done("dolt", "sql", "--branch", "main", "-q", sql, "--json").out().strip();
  }

  @Test
  void slingPrintsTheBranchAndNothingElse() {
    String branch = shell.line("sling", "gt-1", rig.name().value(), "--polecat", "toast");
    assertThat(branch).matches("polecat-toast-\\d{17}-[a-z0-9]{5}");
    assertThat(rig.branches()).contains(branch);
    assertThat(shell.line("sling", "GT.1")).startsWith("polecat-gt-1-");
  }

  @Test
  void whatSlingPrintsForAShellIsAllThatDoneNeeds() throws Exception {
    Shell.Said said = shell.done("sling", "gt-1", "--polecat", "toast", "--env");
    Shell bare = new Shell(directory);
    Process evaluated =
        new ProcessBuilder("/bin/sh", "-c", "set -a; eval \"$1\"; env", "sh", said.out())
            .redirectErrorStream(true)
            .start();
    String environment = new String(evaluated.getInputStream().readAllBytes());
    assertThat(evaluated.waitFor()).isZero();
    assertThat(environment).contains("BD_BRANCH=polecat-toast-", "POLECAT_JDBC_URL=jdbc:mysql://");
    environment
        .lines()
        .filter(line -> line.matches("(BD|GT)_[A-Z_]+=.*"))
        .forEach(line -> bare.with(line.split("=", 2)[0], line.split("=", 2)[1]));

    bare.done("dolt", "sql", "-q", INSERT);
    assertThat(bare.done("done").out()).contains("is merged into main of " + rig.name());
  }

  @Test
  void slingAsJsonHasStableNames() {
    JsonNode json = shell.done("sling", "gt-1", "--polecat", "toast", "--json").json();
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("branch", "rig", "polecat", "bead", "base", "environment");
    assertThat(json.get("environment").get("BD_BRANCH")).isEqualTo(json.get("branch"));
  }

  @Test
  void aBranchSlungFromAShellIsNoBodysPreyForADay() {
    sling("toast");
    JsonNode branch = shell.done("polecat", "list", "--json").json().get("branches").get(0);
    Instant until = Instant.parse(branch.get("leaseUntil").asText());
    assertThat(until).isAfter(Instant.now().plus(Duration.ofHours(23)));
    assertThat(shell.done("sweep").out()).contains("Nothing to sweep");
  }

  @Test
  void aShorterLeaseRunsOutAndWorkIsKeptAllTheSame() throws Exception {
    String branch = shell.line("sling", "gt-1", "--lease", "1s");
    try (Connection connection = rig.connect(BranchName.of(branch));
        Statement statement = connection.createStatement()) {
      statement.execute(INSERT);
      statement.execute("CALL DOLT_COMMIT('-Am', 'work')");
    }
    String empty = shell.line("sling", "gt-2", "--lease", "1s");
    TimeUnit.MILLISECONDS.sleep(1_100); // until the leases have run out
    assertThat(shell.done("sweep", "--dry-run").out())
        .contains("KEPT", branch, "DELETED", empty, "commits that are not on main");
    assertThat(rig.branches()).contains(branch, empty);
    JsonNode swept = shell.done("sweep", "--json").json();
    assertThat(swept.get("dryRun").asBoolean()).isFalse();
    assertThat(rig.branches()).contains(branch).doesNotContain(empty);
    shell.done("sweep", "--submit");
    assertThat(shell.done("done", branch).out()).contains("is merged");
  }

  @Test
  void whoeverWritesThroughTheCommandLineRenewsTheLease() {
    shell.with("BD_BRANCH", shell.line("sling", "gt-1", "--lease", "1m"));
    shell.done("dolt", "sql", "-q", INSERT);
    assertThat(lease()).isAfter(Instant.now().plus(Duration.ofHours(23)));
    shell.with("BD_BRANCH", shell.line("sling", "gt-2", "--lease", "7d"));
    shell.done("commit", "-m", "nothing");
    assertThat(lease()).as("not shortened").isAfter(Instant.now().plus(Duration.ofDays(6)));
  }

  /** That of the branch slung last. */
  private Instant lease() {
    JsonNode branches = shell.done("polecat", "list", "--json").json().get("branches");
    return Instant.parse(branches.get(branches.size() - 1).get("leaseUntil").asText());
  }

  @Test
  void aBranchThatSomebodyDeletedIsNotFoundAlthoughTheLedgerKnowsIt() {
    String branch = sling("toast");
    rig.deleteBranchWithItsCommits(BranchName.of(branch));
    shell.run("done").fails(ExitCode.NOT_FOUND, branch, "polecat sweep");
    shell.run("commit", "-m", "x").fails(ExitCode.NOT_FOUND, branch);
    shell.run("queue", "show", "--diff").fails(ExitCode.NOT_FOUND, branch);
    shell.run("dolt", "sql", "-q", "SELECT 1").fails(ExitCode.NOT_FOUND, branch, "unset that");
  }

  @Test
  void doneMergesWithoutAQueueThatRuns() {
    String branch = sling("toast");
    shell.done("dolt", "sql", "-q", INSERT);
    JsonNode outcome = shell.done("done", "--json", "-m", "Fix the pump").json();
    assertThat(outcome.get("outcome").asText()).isEqualTo("Merged");
    assertThat(outcome.get("branch").asText()).isEqualTo(branch);
    assertThat(outcome.get("commit").asText()).hasSize(32);
    assertThat(rig.branches()).doesNotContain(branch);
    assertThat(select("SELECT title FROM issues")).isEqualTo("{\"rows\":[{\"title\":\"Fix\"}]}");
    assertThat(select("SELECT COUNT(*) AS n FROM dolt_log WHERE message LIKE 'Fix the pump%'"))
        .contains("\"n\":1");
  }

  @Test
  void doneWithoutWaitingLeavesItForTheNextDoneOrQueueRun() {
    sling("toast");
    shell.done("dolt", "sql", "-q", INSERT);
    Shell.Said left = shell.done("done", "--no-wait", "-m", "Later");
    assertThat(left.out()).contains("handed in, and not merged yet");
    assertThat(shell.done("queue", "list").out()).contains("SEALED");
    assertThat(shell.done("done").out()).contains("is merged"); // the same request, waited for
    assertThat(select("SELECT COUNT(*) AS n FROM issues")).contains("\"n\":1");
  }

  @Test
  void whatIsHandedInIsNotMergedByWhoeverWantsItHeld() {
    String branch = sling("toast");
    shell.done("dolt", "sql", "-q", INSERT);
    shell.done("done", "--no-wait");
    shell.run("done", "--hold").fails(ExitCode.FAILED, branch, "queue cancel");
    assertThat(select("SELECT COUNT(*) AS n FROM issues")).contains("\"n\":0");
    shell.done("queue", "cancel", branch, "--reason", "to be looked at");
    shell.done("done", "--hold");
    assertThat(select("SELECT COUNT(*) AS n FROM issues")).contains("\"n\":0");
    shell.done("queue", "approve", branch);
    assertThat(select("SELECT COUNT(*) AS n FROM issues")).contains("\"n\":1");
  }

  @Test
  void anEmptyBranchIsDoneToo() {
    sling("toast");
    assertThat(shell.done("done").out()).contains("had nothing to merge.");
  }

  @Test
  void aBranchThatIsGoneIsNotFoundAndSaysWhatToDo() {
    String branch = sling("toast");
    shell.done("done");
    for (String[] command :
        new String[][] {
          {"done"},
          {"queue", "show"},
          {"queue", "retry"},
          {"commit", "-m", "x"},
          {"polecat", "nuke", branch},
          {"dolt", "sql", "-q", "SELECT 1"}
        }) {
      shell.run(command).fails(ExitCode.NOT_FOUND, branch);
    }
    shell.with("BD_BRANCH", "").run("done").fails(ExitCode.USAGE, "BD_BRANCH");
  }

  @Test
  void aConflictThatNothingDecidesIsParkedAndExitsWithThree() {
    shell.done("dolt", "sql", "-q", "CREATE TABLE t (id INT PRIMARY KEY, v INT)");
    shell.done("dolt", "sql", "-q", "INSERT INTO t VALUES (1, 0)");
    String branch = sling("toast");
    shell.done("dolt", "sql", "-q", "UPDATE t SET v = 1");
    shell.done("dolt", "sql", "--branch", "main", "-q", "UPDATE t SET v = 2");
    Shell.Said parked = shell.run("done").exits(ExitCode.PARKED);
    assertThat(parked.out()).contains(branch, "is parked", "no policy");
    assertThat(rig.branches()).contains(branch);

    assertThat(shell.done("queue", "show").out()).contains("reason: NoPolicy");
    shell.run("queue", "retry").exits(ExitCode.PARKED);
    shell.done("queue", "reject", "--reason", "not wanted");
    assertThat(shell.done("queue", "list").out()).contains("PARKED (rejected)");
    shell.run("queue", "retry").fails(ExitCode.FAILED, "was rejected");
    assertThat(shell.done("polecat", "nuke", branch).out()).contains("nuked/" + branch);
    assertThat(rig.branches()).doesNotContain(branch);
    assertThat(rig.head(BranchName.of("nuked/" + branch))).isPresent();
  }

  @Test
  void aHeldBranchWaitsForAPerson() {
    String branch = sling("toast");
    shell.done("dolt", "sql", "-q", INSERT);
    assertThat(shell.done("done", "--hold").out()).contains("is parked", "approve");
    assertThat(shell.done("queue", "show", "--diff").out()).contains("held: true", "gt-1", "+ ");
    Shell.Said approved = shell.done("queue", "approve", branch, "--by", "witness", "--json");
    assertThat(approved.json().get("outcome").asText()).isEqualTo("Merged");
    assertThat(select("SELECT COUNT(*) AS n FROM dolt_log WHERE message LIKE '%witness%'"))
        .contains("\"n\":1");
  }

  @Test
  void whileMergingIsPausedDoneHandsInAndSaysWho() {
    sling("toast");
    shell.done("dolt", "sql", "-q", INSERT);
    shell.done("queue", "pause", "--reason", "release day");
    Shell.Said waiting = shell.run("done").exits(ExitCode.WAITING);
    assertThat(waiting.err()).contains("paused by max: release day", "queue resume");
    shell.run("done").exits(ExitCode.WAITING); // again is the same
    shell.run("queue", "run", "--until-empty").fails(ExitCode.WAITING, "paused by max");
    assertThat(shell.done("queue", "list").out()).contains("is paused by max", "SEALED");
    shell.done("queue", "cancel", "--reason", "too early");
    assertThat(shell.done("queue", "list", "--json").json().get("requests").get(0).get("reason"))
        .hasToString("\"Cancelled\"");
    shell.run("queue", "run", "--until-empty").exits(ExitCode.DONE);
    shell.done("queue", "resume");
    assertThat(shell.done("queue", "retry").out()).contains("is merged");
  }

  @Test
  void aQueueMergesWhatOthersLeft() {
    for (int i = 0; i < 3; i++) {
      sling("toast-" + i);
      shell.done("dolt", "sql", "-q", INSERT.replace("gt-1", "gt-" + i));
      shell.done("done", "--no-wait");
    }
    Shell.Said merged = shell.done("queue", "run", "--until-empty", "--json");
    assertThat(merged.lines()).hasSize(3).allMatch(line -> line.contains("erged\""));
    assertThat(select("SELECT COUNT(*) AS n FROM issues")).contains("\"n\":3");
  }

  @Test
  void eachWriteIsADoltCommitUntilAutoCommitIsOff() {
    sling("toast");
    String count = "SELECT COUNT(*) AS n FROM dolt_log";
    String before = shell.done("dolt", "sql", "-q", count).out();
    shell.done("dolt", "sql", "-q", INSERT);
    shell.done("dolt", "sql", "-q", "UPDATE issues SET priority = 2");
    String after = shell.done("dolt", "sql", "-q", count).out();
    assertThat(number(after)).isEqualTo(number(before) + 2);

    shell.with("BD_DOLT_AUTO_COMMIT", "off");
    shell.done("dolt", "sql", "-q", "UPDATE issues SET priority = 3");
    shell.done("dolt", "sql", "-q", "UPDATE issues SET title = 'Batch'");
    assertThat(number(shell.done("dolt", "sql", "-q", count).out())).isEqualTo(number(after));
    assertThat(shell.done("inflight").out()).contains("issues", "yes");
    String commit = shell.line("commit", "-m", "Batch: two", "--author", "Ann <ann@example.org>");
    String log =
        "SELECT commit_hash, committer, message FROM dolt_log ORDER BY commit_order DESC LIMIT 1";
    assertThat(shell.done("dolt", "sql", "-q", log, "--json").out()).contains(commit, "Batch: two");
    assertThat(number(shell.done("dolt", "sql", "-q", count).out())).isEqualTo(number(after) + 1);
    assertThat(shell.line("commit", "-m", "again")).contains("Nothing was uncommitted", commit);
  }

  private static int number(String table) {
    return Integer.parseInt(table.lines().skip(1).findFirst().orElseThrow().strip());
  }

  @Test
  void theCommitsAuthorIsWhoWasNamed() {
    sling("toast");
    shell.with("BD_DOLT_AUTO_COMMIT", "off").done("dolt", "sql", "-q", INSERT);
    shell.run("commit", "-m", "x", "--author", "nobody").fails(ExitCode.USAGE, "Name <name@");
    shell.done("commit", "-m", "x", "--author", "Ann <ann@example.org>");
    String last = "SELECT committer, email FROM dolt_log ORDER BY commit_order DESC LIMIT 1";
    assertThat(shell.done("dolt", "sql", "-q", last, "--json").out()).contains("ann@example.org");
  }

  @Test
  void workInFlightIsSeenRowByRow() {
    String branch = sling("toast");
    shell.done("dolt", "sql", "-q", INSERT);
    assertThat(shell.done("inflight").out()).contains("issues", branch, "toast");
    assertThat(shell.done("inflight", "issues").out()).contains("ADDED {id=gt-1} on " + branch);
    JsonNode row = shell.done("inflight", "issues", "--json").json();
    assertThat(row.get("after").get("title").asText()).isEqualTo("Fix");
    assertThat(row.get("before").isNull()).isTrue();
    shell.run("inflight", "nothing").fails(ExitCode.NOT_FOUND, "nothing");
  }
}
