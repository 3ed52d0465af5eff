package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where settings come from, and what a broken one says. No server is needed. */
class SettingsTest {
  @TempDir private Path town;

  private Shell shell;

  @BeforeEach
  void inTheTown() {
    shell = new Shell(town);
  }

  private void write(String file, String text) throws IOException {
    Path path = town.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  /** Value and source of a setting. */
  private String found(String name, String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--explain-config";
    all[arguments.length + 1] = "--json";
    for (JsonNode setting : shell.done(all).json().get("settings")) {
      if (setting.get("name").asText().equals(name)) {
        return setting.get("value").asText() + " from " + setting.get("from").asText();
      }
    }
    return "nothing";
  }

  @Test
  void aFlagComesBeforeTheEnvironmentThenTheTownsFileThenThatOfBeads() throws IOException {
    assertThat(found("port")).isEqualTo("3307 from default");
    write(".beads/config.yaml", "database: dolt\ndolt:\n  mode: server\n  port: 3001\n");
    assertThat(found("port")).isEqualTo("3001 from " + town + "/.beads/config.yaml line 4");
    write("mayor/daemon.json", "{\n\t\"patrols\": {\n\t\"dolt_server\": {\n\t\"port\":\t3002}}}");
    assertThat(found("port")).isEqualTo("3002 from " + town + "/mayor/daemon.json line 4");
    shell.with("GT_DOLT_PORT", "3003");
    assertThat(found("port")).isEqualTo("3003 from environment GT_DOLT_PORT");
    assertThat(found("port", "--port", "3004")).isEqualTo("3004 from --port");
    assertThat(found("port", "queue", "list", "--port", "3005")).isEqualTo("3005 from --port");
  }

  @Test
  void theSectionOfTheDaemonMayBeAtTheTopToo() throws IOException {
    write("mayor/daemon.json", "{\"dolt_server\": {\"port\": 3100, \"user\": null}}");
    assertThat(found("port")).startsWith("3100 from");
    assertThat(found("user")).isEqualTo("root from default");
  }

  @Test
  void theServerOfAnEmbeddedDatabaseMeansNothing() throws IOException {
    write(".beads/config.yaml", "dolt:\n  mode: embedded\n  port: 3001\n  auto-commit: off\n");
    write("mayor/daemon.json", "{}");
    assertThat(found("port")).isEqualTo("3307 from default");
    assertThat(found("auto-commit")).startsWith("off from");
    shell.with("BD_DOLT_MODE", "server");
    assertThat(found("port")).startsWith("3001 from");
  }

  @Test
  void aPasswordIsNeverShown() throws IOException {
    write("mayor/daemon.json", "{\"dolt_server\": {\"password\": \"s3cret-in-file\"}}");
    assertThat(shell.done("--explain-config").out())
        .contains("(not shown)", "daemon.json line 1")
        .doesNotContain("s3cret");
    shell.with("BEADS_DOLT_PASSWORD", "s3cret");
    assertThat(shell.done("--explain-config").out())
        .contains("(not shown)", "BEADS_DOLT_PASSWORD")
        .doesNotContain("s3cret");
    assertThat(shell.done("--explain-config", "--json").out()).doesNotContain("s3cret");
  }

  @Test
  void aHostThatIsNamedIsSomebodyElsesServerUnlessTheTownIsNamedCloser() throws IOException {
    write("mayor/daemon.json", "{\"dolt_server\": {\"host\": \"127.0.0.1\"}}");
    assertThat(shell.done("--explain-config").out()).contains("the town's own");
    shell.with("GT_DOLT_HOST", "127.0.0.1");
    assertThat(shell.done("--explain-config").out()).contains("somebody else's");
    assertThat(shell.done("--explain-config", "--town", town.toString()).out())
        .contains("the town's own");
    shell.with("GT_DOLT_HOST", "");
    write("mayor/daemon.json", "{\"dolt_server\": {\"external\": true}}");
    assertThat(shell.done("--explain-config").out()).contains("somebody else's");
    shell.run("dolt", "start").fails(ExitCode.USAGE, "somebody else's", "--town");
  }

  @Test
  void theTownIsFoundFromBelow() throws IOException {
    write("mayor/daemon.json", "{}");
    Files.createDirectories(town.resolve("gastown/deep"));
    shell = new Shell(town.resolve("gastown/deep"));
    assertThat(found("town")).startsWith(town.toString());
    write("gastown/.beads/config.yaml", "dolt.port: 3200\n");
    assertThat(found("port")).endsWith("gastown/.beads/config.yaml line 1");
  }

  @Test
  void brokenFilesAreNamedWithTheirLine() throws IOException {
    write("mayor/daemon.json", "{\n  \"dolt_server\": {\n    \"port\": 3307,,\n  }\n}");
    shell.run("queue", "list").fails(ExitCode.USAGE, "daemon.json line 3", "is no JSON", "Mend");
    write("mayor/daemon.json", "{\"dolt_server\": {\n\"port\": [1]}}");
    shell.run("queue", "list").fails(ExitCode.USAGE, "daemon.json line 2", "single value");
    write("mayor/daemon.json", "{}");
    write(".beads/config.yaml", "dolt:\n  port: 3307\n mode: server\n");
    shell.run("queue", "list").fails(ExitCode.USAGE, "config.yaml line 3", "is no YAML", "Mend");
    write(".beads/config.yaml", "dolt:\n  port: many\n");
    shell
        .run("queue", "list")
        .fails(ExitCode.USAGE, "config.yaml line 2", "port is 'many'", "1 to 65535");
    write(".beads/config.yaml", "dolt:\n  auto-commit: sometimes\n");
    shell.run("queue", "list").fails(ExitCode.USAGE, "config.yaml line 2", "on or off");
    Files.delete(town.resolve(".beads/config.yaml"));
    shell.with("GT_DOLT_PORT", "70000");
    shell.run("queue", "list").fails(ExitCode.USAGE, "environment GT_DOLT_PORT", "70000");
  }

  @Test
  void dataElsewhereIsRefusedRatherThanStartedEmpty() throws IOException {
    write("mayor/daemon.json", "{\"dolt_server\": {\n\"data_dir\": \"/var/lib/dolt\"}}");
    shell
        .run("dolt", "start")
        .fails(ExitCode.USAGE, "daemon.json line 2", "/var/lib/dolt", "external");
    assertThat(town.resolve("daemon")).doesNotExist();
  }

  @Test
  void whereThereIsNoTownAndNoServerBothWaysOutAreNamed() {
    shell
        .with("GT_DOLT_PORT", "1")
        .run("queue", "list")
        .fails(ExitCode.NO_SERVER, "127.0.0.1, port 1", "--town", "dolt start");
    shell.run("dolt", "start").fails(ExitCode.USAGE, "--town", "GT_TOWN_ROOT");
  }
}
