package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.sling.cli.internal.Surroundings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Every command explains itself. */
class HelpTest {
  @TempDir private Path directory;

  @TestFactory
  List<DynamicTest> everyCommandHasAnExampleAndNamesItsExitCodes() {
    List<DynamicTest> tests = new ArrayList<>();
    collect(Main.commandLine(new Surroundings(Map.of(), directory)), List.of(), tests);
    assertThat(tests).hasSizeGreaterThan(25);
    return tests;
  }

  private void collect(CommandLine command, List<String> path, List<DynamicTest> tests) {
    tests.add(DynamicTest.dynamicTest("polecat " + String.join(" ", path), () -> check(path)));
    command
        .getSubcommands()
        .forEach(
            (name, below) -> {
              List<String> longer = new ArrayList<>(path);
              longer.add(name);
              collect(below, longer, tests);
            });
  }

  private void check(List<String> path) {
    List<String> command = new ArrayList<>(path);
    command.add("--help");
    Shell.Said help = new Shell(directory).done(command.toArray(String[]::new));
    assertThat(help.out())
        .contains("Usage: polecat", "Example", "Exit codes:", "--json", "--town")
        .doesNotContain("\u001b", "null", "<main class>");
    for (ExitCode code : ExitCode.values()) {
      assertThat(help.out()).contains("  " + code.code() + "   ");
    }
    assertThat(help.err()).isEmpty();
  }

  @Test
  void aCommandThatDoesNotExistAndAGroupWithoutOneAreUsage() {
    Shell shell = new Shell(directory);
    shell.run("slung").fails(ExitCode.USAGE, "slung");
    shell.run("queue").fails(ExitCode.USAGE, "Name one of: list, show, run");
    shell.run("sling").fails(ExitCode.USAGE, "<bead>");
    shell.run("sling", "gt-1", "--lease", "soon").fails(ExitCode.USAGE, "--lease", "24h");
    shell.run("done", "b", "--wait", "--no-wait").fails(ExitCode.USAGE, "--no-wait");
  }

  @Test
  void theCompletionScriptIsOneABashCanRead() throws Exception {
    Path script = directory.resolve("completion");
    Files.writeString(script, new Shell(directory).done("completion", "bash").out());
    Process bash =
        new ProcessBuilder(
                "bash", "-c", "source \"$1\" && complete -p polecat", "bash", script.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(bash.getInputStream().readAllBytes())).contains("_complete_polecat");
    assertThat(bash.waitFor()).isZero();
  }
}
