package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** log, diff, history, as-of, blame, tags and status, as a shell uses them. */
@ExtendWith(DoltTestServer.class)
@Timeout(120)
class HistoryCommandsTest {
  @TempDir private Path directory;

  private Shell shell;
  private DoltDatabase rig;
  private String branch;

  /** One bead on main, changed by toast's merge. */
  @BeforeEach
  void aRig(DoltDatabase database) {
    rig = database;
    shell = Shell.of(directory, database);
    shell.done("dolt", "init-rig", database.name().value());
    onMain("INSERT INTO issues (id, title, priority) VALUES ('gt-1', 'Old', 1)");
    onMain("CREATE TABLE t (a INT, b VARCHAR(20), v BLOB, PRIMARY KEY (a, b))");
    onMain("INSERT INTO t VALUES (1, 'x=y', X'CAFE')");
    branch = slung("toast", "UPDATE issues SET title = 'New\nline'");
    shell.done("done", "-m", "Renamed");
    shell.with("BD_BRANCH", "");
  }

  private void onMain(String sql) {
    shell.done("dolt", "sql", "--branch", "main", "-q", sql);
  }

  private String slung(String polecat, String sql) {
    String slung = shell.line("sling", "gt-1", "--polecat", polecat);
    shell.with("BD_BRANCH", slung);
    shell.done("dolt", "sql", "-q", sql);
    return slung;
  }

  private List<JsonNode> json(String... command) {
    return shell.done(command).lines().stream().map(Shell::json).toList();
  }

  @Test
  void theLogSaysWhoAndWhatWithTrailers() {
    Shell.Said text = shell.done("log", "-n", "1");
    assertThat(text.lines()).first().asString().matches("commit [a-z0-9]{32}");
    assertThat(text.out()).contains("Merge:  ", "Author: toast <", "Date:   ", "    Renamed");
    assertThat(text.out()).contains("    Bead: gt-1").doesNotContain("write by hand");
    JsonNode merge = json("log", "--json", "-n", "1").get(0);
    assertThat(merge.fieldNames())
        .toIterable()
        .containsExactly("commit", "parents", "author", "email", "time", "message", "trailers");
    assertThat(merge.get("parents")).hasSize(2);
    assertThat(merge.get("trailers").get("Polecat").asText()).isEqualTo("toast");
    assertThat(Instant.parse(merge.get("time").asText())).isBefore(Instant.now().plusSeconds(1));
  }

  @Test
  void theLogIsOfARevisionARangeOrATable() {
    List<JsonNode> all = json("log", "--json");
    assertThat(json("log", "main~1", "--json")).isSubsetOf(all).doesNotContain(all.get(0));
    assertThat(json("log", "main~1..main", "--json")).hasSize(2); // the merge and its branch's
    assertThat(json("log", "--table", "t", "--json")).hasSize(2);
    assertThat(json("log", "main~1..main", "--table", "t", "--json")).isEmpty();
    assertThat(json("log", "-n", "0", "--json")).isEmpty();
    shell.with("BD_BRANCH", shell.line("sling", "gt-2"));
    shell.done("dolt", "sql", "-q", "UPDATE issues SET title = 'Branch'");
    assertThat(json("log", "--json")).as("of BD_BRANCH").hasSize(all.size() + 1);
  }

  @Test
  void whatIsNotThereIsNotFound() {
    shell.run("log", "nobody").fails(ExitCode.NOT_FOUND, "no revision nobody");
    shell.run("log", "--table", "nothing").fails(ExitCode.NOT_FOUND, "nothing");
    shell.run("log", "main..nobody").fails(ExitCode.NOT_FOUND, "nobody");
    shell.run("diff", "nobody", "main").fails(ExitCode.NOT_FOUND, "nobody");
    shell.run("diff", "main~1..main", "nothing").fails(ExitCode.NOT_FOUND, "nothing");
    shell.run("as-of", branch, "issues").fails(ExitCode.NOT_FOUND, branch, "merged");
    shell.run("as-of", branch, "issues", "--working").fails(ExitCode.NOT_FOUND, branch);
    shell.run("as-of", "main", "nothing").fails(ExitCode.NOT_FOUND, "nothing");
    shell.run("as-of", "main", "issues", "gt-9").fails(ExitCode.NOT_FOUND, "{id=gt-9}");
    shell
        .run("as-of", "1999-12-31T00:00:00Z", "issues")
        .fails(ExitCode.NOT_FOUND, "no commit on main yet");
    shell.run("history", "issues", "gt-9").fails(ExitCode.NOT_FOUND, "{id=gt-9}");
    shell.run("history", "nothing", "1").fails(ExitCode.NOT_FOUND, "nothing");
    shell.run("blame", "issues", "gt-9").fails(ExitCode.NOT_FOUND, "{id=gt-9}");
    shell.run("blame", "nothing").fails(ExitCode.NOT_FOUND, "nothing");
    shell.run("status", "nobody").fails(ExitCode.NOT_FOUND, "nobody");
    shell.with("GT_RIG", "no_rig").run("tags").fails(ExitCode.NOT_FOUND, "no_rig");
  }

  @Test
  void whatMakesNoSenseIsUsage() {
    shell.run("log", "-n", "-1").fails(ExitCode.USAGE, "-n is -1");
    shell.run("log", "a b").fails(ExitCode.USAGE, "a b");
    shell.run("diff", "main").fails(ExitCode.USAGE, "<from>..<to>");
    shell.run("diff", "main..main", "t", "t").fails(ExitCode.USAGE, "<from>..<to>");
    shell.run("as-of", "2026-02-16T12:00:00", "issues").fails(ExitCode.USAGE, "with an offset");
    shell.run("history", "issues").fails(ExitCode.USAGE, "<key>");
    shell.run("history", "t", "1").fails(ExitCode.USAGE, "[a, b]");
    shell.run("as-of", "main", "t", "a=x", "b=y").fails(ExitCode.USAGE, "key column a");
  }

  @Test
  void theDiffIsOfTablesOrOfRows() {
    Shell.Said text = shell.done("diff", "main~1", "main");
    assertThat(text.lines().get(1)).matches("issues +MODIFIED +changed");
    JsonNode tables = shell.done("diff", "main~1..main", "--json").json();
    assertThat(tables.get("tables").get(0).get("table").asText()).isEqualTo("issues");
    assertThat(tables.get("tables").get(0).get("rowsChanged").asBoolean()).isTrue();
    assertThat(shell.done("diff", "main..main").out()).contains("No table differs.");

    assertThat(shell.done("diff", "main~1..main", "issues").lines())
        .hasSize(3)
        .contains("MODIFIED {id=gt-1}")
        .anyMatch(line -> line.startsWith("+ {title=New\\nline"));
    JsonNode row = json("diff", "main~1", "main", "issues", "--json").get(0);
    assertThat(row.fieldNames())
        .toIterable()
        .containsExactly("table", "change", "key", "before", "after");
    assertThat(row.get("after").get("title").asText()).isEqualTo("New\nline");
    assertThat(shell.done("diff", "main~2..main~1", "t").out())
        .contains("+ {a=1, b=x=y, v=0xcafe}");
  }

  @Test
  void threeDotsAreWhatABranchChangedUncommittedRowsIncluded() {
    String toast = slung("toast", "UPDATE issues SET title = 'Toast'");
    onMain("DELETE FROM t");
    shell.with("BD_DOLT_AUTO_COMMIT", "off");
    shell.done("dolt", "sql", "-q", "UPDATE issues SET priority = 9");
    String range = "main..." + toast;
    assertThat(shell.done("diff", range).out()).contains("issues").doesNotContain("t  ");
    assertThat(shell.done("diff", range, "issues").out()).doesNotContain("priority=9");
    assertThat(shell.done("diff", range, "issues", "--working").out()).contains("priority=9");
    assertThat(shell.done("as-of", toast, "issues", "gt-1").out()).contains("priority: 1");
    assertThat(shell.done("as-of", toast, "issues", "gt-1", "--working").out())
        .contains("priority: 9");
    assertThat(shell.done("status").lines().get(1)).matches("issues +MODIFIED +no");
    JsonNode status = shell.done("status", toast, "--json").json();
    assertThat(status.get("tables").get(0).get("change").asText()).isEqualTo("MODIFIED");
    shell.done("commit", "-m", "x");
    assertThat(shell.done("status").out()).contains("Everything on " + toast + " is committed");
  }

  @Test
  void aRowsVersionsComeNewestFirstEachWithItsCommit() {
    Shell.Said text = shell.done("history", "issues", "gt-1");
    assertThat(text.out())
        .containsSubsequence("toast", "MODIFIED", "- {title=Old", "crew", "ADDED");
    List<JsonNode> versions = json("history", "issues", "id=gt-1", "--json");
    assertThat(versions).hasSize(2);
    assertThat(versions.get(0).get("commit").get("author").asText()).isEqualTo("toast");
    assertThat(versions.get(1).get("change").asText()).isEqualTo("ADDED");
    assertThat(json("history", "issues", "gt-1", "--at", "main~1", "--json")).hasSize(1);
    assertThat(json("history", "t", "b=x=y", "A=1", "--json")).hasSize(1);
  }

  @Test
  void aTableIsSeenAsItWas() {
    Shell.Said rows = shell.done("as-of", "main~1", "issues");
    assertThat(rows.lines()).hasSize(2);
    assertThat(rows.out()).contains("id", "gt-1", "Old", "NULL");
    String time = json("log", "--json").get(1).get("time").asText(); // the branch's last commit
    JsonNode row = json("as-of", time, "issues", "gt-1", "--json").get(0);
    assertThat(row.get("title").asText()).as("not merged yet").isEqualTo("Old");
    assertThat(json("as-of", "2999-01-01T00:00+01:00", "issues", "--json").get(0).get("title"))
        .hasToString("\"New\\nline\"");
    assertThat(shell.done("as-of", "main", "mail").out()).contains("There are no rows.");
    assertThat(shell.done("as-of", "main", "T", "a=1", "b=x=y").lines())
        .containsExactly("a: 1", "b: x=y", "v: 0xcafe");
  }

  @Test
  void blameNamesThePolecatThatBroughtAValue() {
    Shell.Said text = shell.done("blame", "issues", "gt-1");
    assertThat(text.lines()).anyMatch(l -> l.matches(".* toast +toast +gt-1 +title=New.nline"));
    assertThat(text.lines()).anyMatch(l -> l.matches(".* crew +priority=1"));
    JsonNode json = shell.done("blame", "issues", "gt-1", "--json").json();
    JsonNode title = json.get("columns").get("title");
    assertThat(title.get("commit").get("author").asText()).isEqualTo("toast");
    assertThat(title.get("arrival").get("trailers").get("Bead").asText()).isEqualTo("gt-1");
    assertThat(shell.done("blame", "issues").lines().get(1)).matches(".* toast .*\\{id=gt-1}");
    assertThat(json("blame", "issues", "--json").get(0).get("key").get("id").asText())
        .isEqualTo("gt-1");
    assertThat(shell.done("blame", "issues", "gt-1", "--at", "main~1").out())
        .doesNotContain("toast");
  }

  @Test
  void tagsAreListed() {
    assertThat(shell.done("tags").out()).contains("There are no tags.");
    String nuked = slung("nux", "DELETE FROM issues");
    shell.done("polecat", "nuke", nuked);
    assertThat(shell.done("tags").out()).contains("nuked/" + nuked);
    JsonNode tag = shell.done("tags", "--json").json().get("tags").get(0);
    assertThat(tag.get("tag").asText()).isEqualTo("nuked/" + nuked);
    assertThat(json("as-of", "nuked/" + nuked, "issues", "--json")).isEmpty();
    assertThat(rig.branches()).doesNotContain(nuked);
  }
}
