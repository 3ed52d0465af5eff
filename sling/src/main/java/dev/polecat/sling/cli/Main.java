package dev.polecat.sling.cli;

import dev.polecat.core.DoltException;
import picocli.CommandLine;

/** The entry point of {@code polecat.jar}. */
@CommandLine.Command(
    name = "polecat",
    description = "Branch-per-writer work on Dolt.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {DemoCommand.class})
public final class Main implements Runnable {
  /** The exit code of a command that ran and failed. */
  static final int FAILED = 1;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Made by picocli. */
  private Main() {}

  /**
   * Runs a command. Exit codes: 0 it went well, 1 it failed, 2 the command line was wrong.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    CommandLine line = new CommandLine(new Main());
    line.setExecutionExceptionHandler(
        (failure, command, result) -> {
          if (failure instanceof DoltException || failure instanceof InterruptedException) {
            command.getErr().println("polecat: " + failure.getMessage());
          } else {
            failure.printStackTrace(command.getErr());
          }
          return FAILED;
        });
    System.exit(line.execute(args));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
    throw new CommandLine.ParameterException(spec.commandLine(), "Name a command.");
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
