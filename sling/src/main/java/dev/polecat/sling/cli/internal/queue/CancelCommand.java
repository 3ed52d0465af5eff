package dev.polecat.sling.cli.internal.queue;

import dev.polecat.core.BranchName;
import dev.polecat.sling.Rig;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code polecat queue cancel}. */
@Command(
    name = "cancel",
    description = "Takes back a branch that is handed in and not merged yet; it is parked then.",
    footer = {"", "Example: polecat queue cancel polecat-toast-... --reason 'too early'"})
final class CancelCommand extends BranchCommand {
  @Option(names = "--reason", required = true, description = "Why.")
  private String reason;

  @Override
  ExitCode run(Rig rig, BranchName name, String person) {
    rig.queue().cancel(name, person, reason);
    console().document(Console.map("rig", rig.name(), "branch", name, "cancelledBy", person));
    console().line(name + " is taken back, and parked.");
    return ExitCode.DONE;
  }
}
