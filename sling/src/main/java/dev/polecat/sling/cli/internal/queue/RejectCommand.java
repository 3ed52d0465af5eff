package dev.polecat.sling.cli.internal.queue;

import dev.polecat.core.BranchName;
import dev.polecat.sling.Rig;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code polecat queue reject}. */
@Command(
    name = "reject",
    description = "Decides against a parked branch; it stays listed, and its branch is kept.",
    footer = {"", "Example: polecat queue reject polecat-toast-... --reason 'not wanted'"})
final class RejectCommand extends BranchCommand {
  @Option(names = "--reason", required = true, description = "Why.")
  private String reason;

  @Override
  ExitCode run(Rig rig, BranchName name, String person) {
    rig.queue().reject(name, person, reason);
    console().document(Console.map("rig", rig.name(), "branch", name, "rejectedBy", person));
    console().line(name + " is rejected; its branch is kept.");
    return ExitCode.DONE;
  }
}
