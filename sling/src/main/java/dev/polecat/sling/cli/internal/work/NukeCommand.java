package dev.polecat.sling.cli.internal.work;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polecat polecat nuke}. */
@Command(
    name = "nuke",
    description = {
      "Throws a branch away, and ends the sessions on it.",
      "What is on it, uncommitted rows included, stays reachable as tag nuked/<branch>."
    },
    footer = {"", "Example: polecat polecat nuke polecat-toast-20260216120000000-a1b2c"})
final class NukeCommand extends TownCommand {
  @Parameters(paramLabel = "<branch>", description = "The branch; always to be named.")
  private String branch;

  @Option(names = "--no-tag", description = "Keep no tag: its work is lost.")
  private boolean noTag;

  @Override
  protected ExitCode run(Town town) {
    BranchName name = BranchName.of(branch);
    Rig rig = rigOf(town, name);
    Optional<CommitHash> kept = Optional.empty();
    if (noTag) {
      rig.nukeWithoutTag(name);
    } else {
      kept = rig.nuke(name);
    }
    String tag = "nuked/" + name;
    console()
        .document(
            Console.map(
                "rig", rig.name(), "branch", name, "tag", kept.map(commit -> tag), "commit", kept));
    console()
        .line(
            name
                + " is gone"
                + kept.map(commit -> "; " + commit + " is kept as tag " + tag).orElse("")
                + ".");
    return ExitCode.DONE;
  }
}
