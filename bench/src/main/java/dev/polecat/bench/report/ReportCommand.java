package dev.polecat.bench.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code report}: measures, and writes the report. */
@Command(
    name = "report",
    description = "Measures the library against what people would use instead.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:Everything was measured, whether the targets were reached or not.",
      "1:A run failed, or lost a write that was acknowledged.",
      "2:The command was not understood."
    })
public final class ReportCommand implements Callable<Integer> {
  private final List<Section> sections;

  @Option(
      names = "--size",
      defaultValue = "standard",
      description = "How much is measured: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Size size;

  @Option(
      names = "--only",
      arity = "1..*",
      paramLabel = "NAME",
      description = "The sections to measure; all if none is named.")
  private List<String> only = new ArrayList<>();

  @Option(
      names = "--out",
      defaultValue = "polecat-report",
      paramLabel = "DIR",
      description = "Where the report is written (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Spec private CommandSpec spec;

  ReportCommand(List<Section> sections) {
    this.sections = sections;
  }

  /**
   * Runs the command.
   *
   * @param sections what can be measured
   * @param arguments what follows the command's name
   * @return the exit code
   */
  public static int run(List<Section> sections, String... arguments) {
    return new CommandLine(new ReportCommand(sections))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(arguments);
  }

  @Override
  public Integer call() throws Exception {
    List<String> known = sections.stream().map(Section::name).toList();
    for (String name : only) {
      if (!known.contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "There is no section " + name + ". Name some of: " + String.join(", ", known) + ".");
      }
    }
    List<Section> chosen =
        sections.stream()
            .filter(section -> only.isEmpty() || only.contains(section.name()))
            .toList();
    Report report =
        new Reporter(size, System.out).measure(chosen, soFar -> ReportFiles.write(soFar, out));
    Rows.targets(report).forEach(row -> System.out.println(String.join(" | ", row.cells())));
    report.faults().forEach(fault -> System.err.println("FAILED: " + fault));
    System.out.println("Written to " + out.resolve("report.html").toAbsolutePath());
    return report.faults().isEmpty() ? 0 : 1;
  }
}
