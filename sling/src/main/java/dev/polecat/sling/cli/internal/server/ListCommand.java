package dev.polecat.sling.cli.internal.server;

import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.TownCommand;
import picocli.CommandLine.Command;

/** {@code polecat dolt list}. */
@Command(
    name = "list",
    description = "Lists the town's rigs, one a line.",
    footer = {"", "Example: polecat dolt list --json"})
final class ListCommand extends TownCommand {
  @Override
  protected ExitCode run(Town town) {
    town.rigs().forEach(console()::line);
    console().document(Console.map("rigs", town.rigs()));
    return ExitCode.DONE;
  }
}
