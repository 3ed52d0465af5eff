package dev.polecat.sling.cli.internal.server;

import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.TownCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polecat dolt init-rig}. */
@Command(
    name = "init-rig",
    description = {
      "Makes a rig: a database with the town's tables (issues, mail, channels).",
      "A rig that exists is brought up to date, and keeps what is in it."
    },
    footer = {"", "Example: polecat dolt init-rig gastown"})
final class InitRigCommand extends TownCommand {
  @Parameters(paramLabel = "NAME", description = "Lower-case letters, digits, '_' and '-'.")
  private String name;

  @Option(names = "--empty", description = "Make the database without tables.")
  private boolean empty;

  @Override
  protected ExitCode run(Town town) {
    boolean existed = town.rigs().contains(name);
    if (empty) {
      town.rig(name);
    } else {
      town.rig(name).initSchema();
    }
    console().document(Console.map("rig", name, "created", !existed));
    console().line((existed ? "Rig " + name + " is up to date." : "Made rig " + name + "."));
    return ExitCode.DONE;
  }
}
