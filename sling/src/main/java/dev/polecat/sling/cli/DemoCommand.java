package dev.polecat.sling.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.polecat.sling.cli.internal.PolecatCommand;
import dev.polecat.sling.cli.internal.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** {@code polecat demo}: fifty writers at once, and the proof that nothing was lost. */
@CommandLine.Command(
    name = "demo",
    description = {
      "Starts a town in a temporary directory, lets many writers work at once, each on a branch of"
          + " its own, merges them, and checks that every acknowledged write is on main.",
      "Exit code 1 if anything is missing."
    },
    footer = "%nExample: java -jar polecat.jar demo --writers 50 --commits 5 --overlap 20")
final class DemoCommand extends PolecatCommand {
  @CommandLine.Option(
      names = "--writers",
      defaultValue = "50",
      description = "Writers at once, 1 to 500. Default: ${DEFAULT-VALUE}.")
  private int writers;

  @CommandLine.Option(
      names = "--commits",
      defaultValue = "5",
      description = "Dolt commits per writer, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int commits;

  @CommandLine.Option(
      names = "--overlap",
      defaultValue = "20",
      description =
          "How many percent of the writes go to rows others write too, 0 to 100."
              + " Default: ${DEFAULT-VALUE}.")
  private int overlap;

  @CommandLine.Option(names = "--report", description = "Write the figures to this file as JSON.")
  private @Nullable Path report;

  @Override
  protected ExitCode run() throws IOException, InterruptedException {
    requireRange("--writers", writers, 1, 500);
    requireRange("--commits", commits, 1, 1000);
    requireRange("--overlap", overlap, 0, 100);
    Path target = report;
    if (target != null) {
      requireWritable(target);
    }
    Demo.Result result;
    try (Stage stage = new Stage();
        Progress progress = new Progress()) {
      result = run(stage, progress);
    }
    if (target != null) {
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(target.toFile(), result.report());
    }
    print(result);
    return result.isSound() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private Demo.Result run(Stage stage, Progress progress) throws InterruptedException {
    try {
      return new Demo(stage, progress, new Workload(writers, commits, overlap)).run();
    } catch (RuntimeException e) {
      if (stage.isCleared()) {
        throw new InterruptedException("The demo was stopped; its town is gone.");
      }
      throw e;
    }
  }

  private void print(Demo.Result result) {
    DemoReport report = result.report();
    ObjectNode json = new ObjectMapper().valueToTree(report);
    json.putPOJO("findings", result.findings());
    console().document(json);
    row("writers", report.writers());
    row("Dolt commits", report.doltCommits());
    row("merged", report.merged());
    row("parked", report.parked());
    row("conflicted rows resolved", report.conflictedRows());
    row("  cells decided by newest", report.cellsByPolicy().newest());
    row("  cells decided by union", report.cellsByPolicy().union());
    row("  cells decided by max", report.cellsByPolicy().max());
    row("lost writes", report.lostWrites());
    row("branches left", report.branchesLeft());
    row("sling, ms", report.slingMillis());
    row("write, ms", report.writeMillis());
    row("merge, ms", report.mergeMillis());
    row("delete, ms", report.deleteMillis());
    List<String> findings = result.findings();
    findings.stream().limit(20).forEach(finding -> console().line("MISSING: " + finding));
    console()
        .line(
            result.isSound()
                ? "Every acknowledged write is on main."
                : "FAILED: " + findings.size() + " findings.");
  }

  private void row(String what, long value) {
    console().line("%-28s %,10d".formatted(what, value));
  }

  private void requireRange(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw usage(option + " is " + value + "; give " + least + " to " + most + ".");
    }
  }

  /** Minutes of work are not thrown away over a misspelt file name. */
  private void requireWritable(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null
        || !java.nio.file.Files.isDirectory(directory)
        || java.nio.file.Files.isDirectory(file)) {
      throw usage("--report " + file + ": no such directory, or a directory itself.");
    }
  }
}
