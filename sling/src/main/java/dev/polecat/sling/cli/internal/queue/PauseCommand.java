package dev.polecat.sling.cli.internal.queue;

import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code polecat queue pause}. */
@Command(
    name = "pause",
    description =
        "Pauses merging in all processes, for one rig or for all; branches are still taken.",
    footer = {"", "Example: polecat --rig gastown queue pause --reason 'release day'"})
final class PauseCommand extends TownCommand {
  @Option(names = "--reason", required = true, description = "Why.")
  private String reason;

  @Option(names = "--by", paramLabel = "NAME", description = "Who says so. Default: you.")
  private @Nullable String by;

  @Override
  protected ExitCode run(Town town) {
    List<Rig> rigs = rigs(town);
    String person = by == null ? surroundings().user() : by;
    rigs.forEach(rig -> rig.queue().pause(person, reason));
    List<String> names = rigs.stream().map(Rig::name).toList();
    console().document(Console.map("paused", names));
    console().line("Merging is paused: " + String.join(", ", names));
    return ExitCode.DONE;
  }
}
