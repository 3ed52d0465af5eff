package dev.polecat.sling.cli.internal.queue;

import dev.polecat.core.BranchName;
import dev.polecat.sling.Rig;
import dev.polecat.sling.TownConfig;
import dev.polecat.sling.cli.ExitCode;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;

/** {@code polecat queue retry}. */
@Command(
    name = "retry",
    description =
        "Tries a parked branch again, after somebody changed what was wrong, and waits for the outcome.",
    footer = {"", "Example: polecat queue retry polecat-toast-... --by max"})
final class RetryCommand extends BranchCommand {
  @Override
  protected TownConfig config(TownConfig standard) {
    return standard; // merged here, if nobody else does
  }

  @Override
  ExitCode run(Rig rig, BranchName name, String person)
      throws InterruptedException, ExecutionException {
    return report(rig, name, rig.queue().retry(name, person));
  }
}
