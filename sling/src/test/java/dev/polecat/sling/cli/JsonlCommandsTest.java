package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** import and export, as a shell uses them. */
@ExtendWith(DoltTestServer.class)
@Timeout(120)
class JsonlCommandsTest {
  @TempDir private Path directory;

  private Shell shell;
  private DoltDatabase rig;

  @BeforeEach
  void aRig(DoltDatabase database) {
    rig = database;
    shell = Shell.of(directory, database);
    shell.done("dolt", "init-rig", database.name().value());
  }

  private String file(String name, String... lines) throws IOException {
    return Files.write(directory.resolve(name), List.of(lines)).toString();
  }

  private void onMain(String sql) {
    shell.done("dolt", "sql", "--branch", "main", "-q", sql);
  }

  private String title() {
    return shell.done("as-of", "main", "issues", "gt-1", "--json").json().get("title").asText();
  }

  @Test
  void whatATownExportedComesBackTheSameThroughTheCommandLine() throws Exception {
    Path town = Path.of(Objects.requireNonNull(getClass().getResource("/jsonl")).toURI());
    for (String table : List.of("issues", "labels", "dependencies", "comments")) {
      Files.copy(
          town.resolve(table + ".jsonl"), directory.resolve(rig.name() + "-" + table + ".jsonl"));
    }
    shell.done("import", directory.resolve(rig.name() + "-issues.jsonl").toString());
    Path exported = directory.resolve("exported.jsonl");
    shell.done("export", "issues", exported.toString());
    String printed = shell.done("export", "issues").out();
    assertThat(exported).hasContent(printed.stripTrailing());
    assertThat(printed.lines().map(Shell::json).toList())
        .containsExactlyInAnyOrderElementsOf(
            Files.readAllLines(town.resolve("issues.jsonl")).stream().map(Shell::json).toList());
  }

  @Test
  void anImportIsOnMainAndSaysHowManyRows() throws Exception {
    String issues = file("issues.jsonl", "{\"id\":\"gt-1\",\"title\":\"One\"}");
    onMain("CREATE TABLE tags (id INT PRIMARY KEY)");
    Shell.Said said = shell.done("import", issues, "tags=" + file("other.txt", "{\"id\":7}"));
    assertThat(said.out()).contains("1 rows for issues", "1 rows for tags", "is merged");
    assertThat(title()).isEqualTo("One");
    file("issues.jsonl", "{\"id\":\"gt-1\",\"title\":\"Two\"}");
    JsonNode json = shell.done("import", issues, "-m", "Second", "--json").json();
    assertThat(json.get("imported").asBoolean()).isTrue();
    assertThat(json.get("rows")).hasToString("{\"issues\":1}");
    assertThat(json.get("merge").get("outcome").asText()).isEqualTo("Merged");
    assertThat(shell.done("log").out()).contains("    Second", "    Import from JSONL");
  }

  @Test
  void aBrokenLineIsNamedAndNothingIsImported() throws Exception {
    String broken = file("issues.jsonl", "{\"id\":\"gt-1\",\"title\":\"One\"}", "", "{\"id\":");
    Shell.Said said = shell.run("import", broken);
    said.fails(ExitCode.FAILED, broken + ", line 3: this is no JSON: ", "(column 7)");
    assertThat(said.err()).doesNotContain("Source");
    assertThat(shell.done("export", "issues").out()).isEmpty();
    assertThat(rig.branches()).containsExactly("main");
    shell.run("import", "issues.jsonl").fails(ExitCode.FAILED, "issues.jsonl: there is no such");
  }

  @Test
  void aFileHasToBeOfATableThatIsThere() throws Exception {
    String line = "{\"id\":\"gt-1\"}";
    shell.run("import", file("nothing.jsonl", line)).fails(ExitCode.NOT_FOUND, "nothing");
    shell.run("import", file("a.json", line)).fails(ExitCode.USAGE, "<table>=");
    shell.run("import", "issues=a", "issues=b").fails(ExitCode.USAGE, "one file for each table");
    shell.run("import").fails(ExitCode.USAGE, "<file>");
    shell
        .run("import", "--since", "nobody", file("issues.jsonl", line))
        .fails(ExitCode.NOT_FOUND, "nobody");
    shell.run("import", "--since", "main", "--bootstrap", "x=y").fails(ExitCode.USAGE, "--since");
  }

  @Test
  void aTableWithTheRigsNameIsMeantBeforeOneWithout() throws Exception {
    String table = rig.name() + "-issues";
    onMain("CREATE TABLE `" + table + "` (id INT PRIMARY KEY)");
    shell.done("import", file(table + ".jsonl", "{\"id\":1}"));
    assertThat(shell.done("export", table).lines()).containsExactly("{\"id\":1}");
  }

  @Test
  void sinceAnExportOnlyWhatWasChangedInTheFileCounts() throws Exception {
    shell.done("import", file("issues.jsonl", "{\"id\":\"gt-1\",\"title\":\"One\"}"));
    String file = directory.resolve("issues.jsonl").toString();
    String commit = shell.done("export", "issues", file, "--json").json().get("commit").asText();
    assertThat(commit).isEqualTo(rig.head(BranchName.MAIN).orElseThrow().value());
    onMain("UPDATE issues SET title = 'Main', updated_at = '2000-01-01' WHERE id = 'gt-1'");
    Files.writeString(
        Path.of(file), Files.readString(Path.of(file)).replace("\"priority\":2", "\"priority\":4"));
    shell.done("import", file, "--since", commit);
    assertThat(title()).as("the file did not change it").isEqualTo("Main");
  }

  @Test
  void bootstrapFillsAnEmptyRigOnce() throws Exception {
    String file = file("issues.jsonl", "{\"id\":\"gt-1\",\"title\":\"One\"}");
    assertThat(shell.done("import", "--bootstrap", file).out()).contains("1 rows for issues");
    assertThat(shell.done("log").out()).contains("    Bootstrap from JSONL");
    file("issues.jsonl", "{\"id\":\"gt-2\",\"title\":\"Two\"}");
    Shell.Said again = shell.done("import", "--bootstrap", file, "--json");
    assertThat(again.json().get("imported").asBoolean()).isFalse();
    assertThat(shell.done("import", "--bootstrap", file).out()).contains("nothing was imported");
    assertThat(shell.done("export", "issues").lines()).hasSize(1);
  }

  @Test
  void aConflictThatNothingDecidesIsParkedAndExitsWithThree() throws Exception {
    onMain("CREATE TABLE t (id INT PRIMARY KEY, v INT)");
    onMain("INSERT INTO t VALUES (1, 0)");
    Shell.Said parked =
        shell.run("import", file("t.jsonl", "{\"id\":1,\"v\":1}")).exits(ExitCode.PARKED);
    assertThat(parked.out()).contains("is parked", "polecat-import-");
    assertThat(shell.done("queue", "list").out()).contains("PARKED", "import");
  }

  @Test
  void whileMergingIsPausedNothingIsDone() throws Exception {
    shell.done("queue", "pause", "--reason", "release day");
    shell
        .run("import", file("issues.jsonl", "{\"id\":\"gt-1\",\"title\":\"One\"}"))
        .fails(ExitCode.FAILED, "paused by max: release day", "queue resume");
    assertThat(rig.branches()).containsExactly("main");
  }

  @Test
  void anExportIsOfAnyRevisionAndSaysWhichCommit() {
    onMain("INSERT INTO issues (id, title) VALUES ('gt-1', 'One')");
    String first = rig.head(BranchName.MAIN).orElseThrow().value();
    onMain("UPDATE issues SET title = 'Two'");
    Shell.Said then = shell.done("export", "issues", "--at", "main~1");
    assertThat(then.lines()).hasSize(1).first().asString().contains("One");
    assertThat(then.err()).contains("1 rows of issues as of " + first);
    shell.with("BD_DOLT_AUTO_COMMIT", "off");
    String branch = shell.line("sling", "gt-1");
    shell.done("dolt", "sql", "--branch", branch, "-q", "UPDATE issues SET title = 'Three'");
    assertThat(shell.done("export", "issues", "--at", branch).out()).contains("Two");
    Shell.Said now = shell.done("export", "issues", "--at", branch, "--working");
    assertThat(now.out()).contains("Three");
    assertThat(now.err()).contains("uncommitted rows of " + branch);
    shell.run("export", "nothing").fails(ExitCode.NOT_FOUND, "nothing");
    shell.run("export", "issues", "--at", "nobody").fails(ExitCode.NOT_FOUND, "nobody");
    shell.run("export", "issues", "no/such/file").fails(ExitCode.USAGE, "no directory");
  }

  @Test
  void allTablesAreExportedAsOfOneCommit() {
    onMain("INSERT INTO issues (id, title) VALUES ('gt-1', 'One')");
    onMain("CREATE TABLE keyless (v INT)");
    onMain("CREATE TABLE `a/b` (id INT PRIMARY KEY)");
    Path all = directory.resolve("all");
    Shell.Said said = shell.done("export", "--all", all.toString(), "--json");
    assertThat(said.err()).contains("keyless has no primary key", "a/b has a name no file");
    JsonNode json = said.json();
    assertThat(json.get("leftOut")).hasToString("[\"a/b\",\"keyless\"]");
    assertThat(json.get("tables"))
        .extracting(table -> table.get("table").asText())
        .contains("issues", "channels", "mail", "dependencies");
    assertThat(json.get("commit").asText()).hasSize(32);
    assertThat(all.resolve("issues.jsonl")).isNotEmptyFile();
    assertThat(all.resolve("channels.jsonl")).isEmptyFile();
    assertThat(shell.done("import", all.resolve("issues.jsonl").toString()).out())
        .contains("1 rows for issues");
  }
}
