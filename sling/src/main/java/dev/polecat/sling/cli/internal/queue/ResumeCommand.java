package dev.polecat.sling.cli.internal.queue;

import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code polecat queue resume}. */
@Command(
    name = "resume",
    description = {
      "Lets merging go on, for one rig or for all. What waits is merged by queue run, or by the next"
          + " done."
    },
    footer = {"", "Example: polecat queue resume && polecat queue run --until-empty"})
final class ResumeCommand extends TownCommand {
  @Override
  protected ExitCode run(Town town) {
    List<Rig> rigs = rigs(town);
    rigs.forEach(rig -> rig.queue().resume());
    List<String> names = rigs.stream().map(Rig::name).toList();
    console().document(Console.map("resumed", names));
    console().line("Merging goes on: " + String.join(", ", names));
    return ExitCode.DONE;
  }
}
