package dev.polecat.sling.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.polecat.sling.cli.internal.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** {@code polecat demo}: fifty writers at once, and the proof that nothing was lost. */
@CommandLine.Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a town in a temporary directory, lets many writers work at once, each on a branch of"
          + " its own, merges them, and checks that every acknowledged write is on main.",
      "Exit code 1 if anything is missing."
    },
    footer = "%nExample: java -jar polecat.jar demo --writers 50 --commits 5 --overlap 20")
final class DemoCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

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
  public Integer call() throws IOException, InterruptedException {
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
    return result.isSound() ? 0 : ExitCode.FAILED.code();
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
    PrintWriter out = spec.commandLine().getOut();
    row(out, "writers", report.writers());
    row(out, "Dolt commits", report.doltCommits());
    row(out, "merged", report.merged());
    row(out, "parked", report.parked());
    row(out, "conflicted rows resolved", report.conflictedRows());
    row(out, "  cells decided by newest", report.cellsByPolicy().newest());
    row(out, "  cells decided by union", report.cellsByPolicy().union());
    row(out, "  cells decided by max", report.cellsByPolicy().max());
    row(out, "lost writes", report.lostWrites());
    row(out, "branches left", report.branchesLeft());
    row(out, "sling, ms", report.slingMillis());
    row(out, "write, ms", report.writeMillis());
    row(out, "merge, ms", report.mergeMillis());
    row(out, "delete, ms", report.deleteMillis());
    List<String> findings = result.findings();
    findings.stream().limit(20).forEach(finding -> out.println("MISSING: " + finding));
    out.println(
        result.isSound()
            ? "Every acknowledged write is on main."
            : "FAILED: " + findings.size() + " findings.");
    out.flush();
  }

  private static void row(PrintWriter out, String what, long value) {
    out.printf("%-28s %,10d%n", what, value);
  }

  private void requireRange(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), option + " is " + value + "; give " + least + " to " + most + ".");
    }
  }

  /** Minutes of work are not thrown away over a misspelt file name. */
  private void requireWritable(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null
        || !java.nio.file.Files.isDirectory(directory)
        || java.nio.file.Files.isDirectory(file)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--report " + file + ": no such directory, or a directory itself.");
    }
  }
}
