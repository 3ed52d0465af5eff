package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** overlay, radar and refresh, as a shell uses them. */
@ExtendWith(DoltTestServer.class)
@Timeout(120)
class LookingCommandsTest {
  @TempDir private Path directory;

  private Shell shell;
  private DoltDatabase rig;

  @BeforeEach
  void aRig(DoltDatabase database) {
    rig = database;
    shell = Shell.of(directory, database);
    shell.done("dolt", "init-rig", database.name().value());
    onMain("CREATE TABLE t (id INT PRIMARY KEY, v INT)");
    onMain("INSERT INTO t VALUES (1, 0), (2, 0)");
  }

  private void onMain(String sql) {
    shell.done("dolt", "sql", "--branch", "main", "-q", sql);
  }

  private String slung(String polecat, String sql) {
    String branch = shell.line("sling", "gt-1", "--polecat", polecat);
    shell.with("BD_BRANCH", branch);
    shell.done("dolt", "sql", "-q", sql);
    return branch;
  }

  @Test
  void theOverlayHasWhatCanBeMergedAndNamesWhatCannot() {
    String merged = slung("toast", "INSERT INTO t VALUES (3, 3)");
    String left = slung("nux", "UPDATE t SET v = 1 WHERE id = 1");
    onMain("UPDATE t SET v = 2 WHERE id = 1");
    Shell.Said text = shell.done("overlay", "t");
    assertThat(text.lines()).hasSize(4).first().asString().matches("id +v");
    assertThat(text.lines()).contains("1   2", "3   3");
    assertThat(text.err()).contains(left, "would be parked", "no policy").doesNotContain(merged);

    Shell.Said json = shell.done("overlay", "t", "--json");
    JsonNode about = Shell.json(json.lines().get(0));
    assertThat(about.get("merged").get(0).asText()).isEqualTo(merged);
    assertThat(about.get("leftOut").get(0).get("branch").asText()).isEqualTo(left);
    assertThat(about.get("leftOut").get(0).get("reason").asText()).isEqualTo("NoPolicy");
    assertThat(about.get("main").asText()).hasSize(32);
    assertThat(json.lines()).contains("{\"row\":{\"id\":3,\"v\":3}}").hasSize(4);

    assertThat(shell.done("overlay", "t", "--changes").lines())
        .containsExactly("ADDED {id=3}", "+ {id=3, v=3}");
    assertThat(shell.done("overlay", "t", "--changes", "--json").lines().get(1))
        .isEqualTo(
            "{\"change\":\"ADDED\",\"key\":{\"id\":3},\"before\":null,\"after\":{\"id\":3,\"v\":3}}");
    assertThat(shell.done("dolt", "sql", "--branch", "main", "-q", "SELECT * FROM t").lines())
        .as("main is as it was")
        .hasSize(3);
    shell.run("overlay", "nothing").fails(ExitCode.NOT_FOUND, "nothing");
  }

  @Test
  void theRadarShowsContestedRowsAndWhatWouldDecide() {
    assertThat(shell.done("radar").out()).contains("No row is contested");
    onMain("INSERT INTO issues (id, title) VALUES ('gt-1', 'Old')");
    String one = slung("toast", "UPDATE issues SET title = 'One'");
    String other = slung("nux", "UPDATE issues SET title = 'Other'");
    String text = shell.done("radar").out();
    assertThat(text).contains("{id=gt-1}", "title", "newest", one, other);
    JsonNode collision = shell.done("radar", "--json").json().get("collisions").get(0);
    assertThat(collision.get("table").asText()).isEqualTo("issues");
    assertThat(collision.get("key").get("id").asText()).isEqualTo("gt-1");
    assertThat(collision.get("branches")).hasSize(2);
    assertThat(collision.get("parked")).isEmpty();
    assertThat(collision.get("decidedBy").get("title").asText()).contains("newest");
  }

  @Test
  void theRadarNamesWhatWouldBeParked() {
    String branch = slung("toast", "UPDATE t SET v = 1 WHERE id = 1");
    onMain("UPDATE t SET v = 2 WHERE id = 1");
    assertThat(shell.done("radar").out()).contains("nobody: parked", branch + " (gt-1) would be");
    JsonNode json = shell.done("radar", "--json").json();
    assertThat(json.get("parked").get(0).get("branch").asText()).isEqualTo(branch);
    assertThat(json.get("collisions").get(0).get("main").asBoolean()).isTrue();
  }

  @Test
  void refreshBringsMainIntoTheBranchAndItsDoneGoesOn() {
    String branch = slung("toast", "INSERT INTO t VALUES (3, 3)");
    onMain("INSERT INTO t VALUES (4, 4)");
    Shell.Said said = shell.done("polecat", "refresh");
    assertThat(said.out()).contains(branch + " has main as of ");
    assertThat(shell.done("dolt", "sql", "-q", "SELECT * FROM t").lines()).hasSize(5);
    assertThat(shell.done("polecat", "refresh").out()).contains("had all of main already");
    JsonNode json = shell.done("polecat", "refresh", branch, "--json").json();
    assertThat(json.get("outcome").asText()).isEqualTo("UpToDate");
    assertThat(shell.done("done").out()).contains("is merged");
    shell.run("polecat", "refresh").fails(ExitCode.NOT_FOUND, branch);
  }

  @Test
  void whatNothingDecidesIsNotRefreshedAndExitsWithThree() {
    String branch = slung("toast", "UPDATE t SET v = 1 WHERE id = 1");
    onMain("UPDATE t SET v = 2 WHERE id = 1");
    String head = rig.head(BranchName.of(branch)).orElseThrow().value();
    Shell.Said said = shell.run("polecat", "refresh", "--json").exits(ExitCode.PARKED);
    assertThat(said.json().get("reason").asText()).isEqualTo("NoPolicy");
    assertThat(said.json().get("head").asText()).isEqualTo(head);
    assertThat(shell.run("polecat", "refresh").exits(ExitCode.PARKED).out())
        .contains(branch + " cannot be refreshed");
    assertThat(rig.head(BranchName.of(branch)).orElseThrow().value()).isEqualTo(head);
  }

  @Test
  void refreshMakesNoLeaseShorter() {
    String branch = shell.line("sling", "gt-1", "--lease", "7d");
    shell.done("polecat", "refresh", branch);
    assertThat(lease()).isAfter(Instant.now().plus(Duration.ofDays(6)));
  }

  private Instant lease() {
    JsonNode branches = shell.done("polecat", "list", "--json").json().get("branches");
    return Instant.parse(branches.get(0).get("leaseUntil").asText());
  }
}
