package dev.polecat.sling.cli.internal;

import picocli.CommandLine;

/** A command that only has others below it. */
@CommandLine.Command(mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND")
public abstract class Group implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public final void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Name one of: " + String.join(", ", spec.subcommands().keySet()) + ".");
  }
}
