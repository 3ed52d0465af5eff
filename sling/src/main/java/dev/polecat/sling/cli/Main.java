package dev.polecat.sling.cli;

import dev.polecat.sling.cli.internal.ExplainConfig;
import dev.polecat.sling.cli.internal.Failures;
import dev.polecat.sling.cli.internal.Root;
import dev.polecat.sling.cli.internal.StandardOutput;
import dev.polecat.sling.cli.internal.Surroundings;
import dev.polecat.sling.cli.internal.history.AsOfCommand;
import dev.polecat.sling.cli.internal.history.BlameCommand;
import dev.polecat.sling.cli.internal.history.DiffCommand;
import dev.polecat.sling.cli.internal.history.HistoryCommand;
import dev.polecat.sling.cli.internal.history.LogCommand;
import dev.polecat.sling.cli.internal.history.StatusCommand;
import dev.polecat.sling.cli.internal.history.TagsCommand;
import dev.polecat.sling.cli.internal.jsonl.ExportCommand;
import dev.polecat.sling.cli.internal.jsonl.ImportCommand;
import dev.polecat.sling.cli.internal.queue.QueueCommand;
import dev.polecat.sling.cli.internal.server.DoltCommand;
import dev.polecat.sling.cli.internal.work.CommitCommand;
import dev.polecat.sling.cli.internal.work.DoneCommand;
import dev.polecat.sling.cli.internal.work.InFlightCommand;
import dev.polecat.sling.cli.internal.work.OverlayCommand;
import dev.polecat.sling.cli.internal.work.PolecatsCommand;
import dev.polecat.sling.cli.internal.work.RadarCommand;
import dev.polecat.sling.cli.internal.work.SlingCommand;
import dev.polecat.sling.cli.internal.work.SweepCommand;
import java.util.Optional;
import picocli.CommandLine;

/** The entry point of {@code polecat.jar}. */
@CommandLine.Command(
    name = "polecat",
    description = "Branch-per-writer work on Dolt.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      SlingCommand.class,
      DoneCommand.class,
      CommitCommand.class,
      PolecatsCommand.class,
      QueueCommand.class,
      SweepCommand.class,
      InFlightCommand.class,
      OverlayCommand.class,
      RadarCommand.class,
      LogCommand.class,
      DiffCommand.class,
      HistoryCommand.class,
      AsOfCommand.class,
      BlameCommand.class,
      TagsCommand.class,
      StatusCommand.class,
      ImportCommand.class,
      ExportCommand.class,
      DoltCommand.class,
      DemoCommand.class,
      CompletionCommand.class
    },
    footer = {
      "",
      "Settings come from flags, else from the environment (GT_TOWN_ROOT, GT_DOLT_HOST,"
          + " GT_DOLT_PORT, BEADS_DOLT_PASSWORD, GT_RIG, BD_BRANCH, BD_DOLT_AUTO_COMMIT), else from"
          + " mayor/daemon.json of the town, else from .beads/config.yaml; --explain-config shows"
          + " where each came from.",
      "",
      "Example:",
      "  polecat --town ~/gt dolt start",
      "  polecat --town ~/gt dolt init-rig gastown",
      "  polecat --town ~/gt sling gt-42 gastown"
    })
public final class Main extends Root implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Main(Surroundings surroundings) {
    super(surroundings);
  }

  /**
   * Runs a command, and ends the JVM with one of {@link ExitCode}.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    StandardOutput output = new StandardOutput();
    CommandLine line = commandLine(Surroundings.ofProcess()).setOut(output.writer());
    int code = line.execute(args);
    Optional<String> problem = output.problem();
    problem.ifPresent(what -> line.getErr().println("polecat: " + what));
    boolean failed = problem.isPresent() && code == ExitCode.DONE.code();
    System.exit(failed ? ExitCode.FAILED.code() : code);
  }

  /** The command line, for one use. */
  static CommandLine commandLine(Surroundings surroundings) {
    Main main = new Main(surroundings);
    CommandLine line = new CommandLine(main);
    describeExitCodes(line);
    line.setExecutionStrategy(
        parsed -> {
          LogLevel.set(main.options().verbose());
          if (main.options().explainConfig() && !isHelp(parsed)) {
            return ExplainConfig.print(main.settings(), main.console(line)).code();
          }
          return new CommandLine.RunLast().execute(parsed);
        });
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println("polecat: " + Failures.message(failure));
          if (main.options().verbose()) {
            failure.printStackTrace(command.getErr());
          }
          return Failures.code(failure).code();
        });
    return line;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Name a command.");
  }

  private static boolean isHelp(CommandLine.ParseResult parsed) {
    for (CommandLine.ParseResult at = parsed; at != null; at = at.subcommand()) {
      if (at.isUsageHelpRequested() || at.isVersionHelpRequested()) {
        return true;
      }
    }
    return false;
  }

  private static void describeExitCodes(CommandLine line) {
    line.getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(ExitCode.list());
    line.getSubcommands().values().forEach(Main::describeExitCodes);
  }

  /** Reads the version from the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"polecat " + (version == null ? "(not packaged)" : version)};
    }
  }
}
