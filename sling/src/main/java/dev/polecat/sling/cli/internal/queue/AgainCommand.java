package dev.polecat.sling.cli.internal.queue;

import dev.polecat.core.BranchName;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeQueue;
import dev.polecat.sling.Rig;
import dev.polecat.sling.TownConfig;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Awaited;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.OutcomeReport;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/** A command that has a parked branch merged after all, and waits for the outcome. */
abstract class AgainCommand extends BranchCommand {
  @Override
  protected final TownConfig config(TownConfig standard) {
    return standard; // merged here, if nobody else does
  }

  /** Hands the branch in again. */
  abstract CompletionStage<MergeOutcome> again(MergeQueue queue, BranchName name, String person);

  @Override
  final ExitCode run(Rig rig, BranchName name, String person)
      throws InterruptedException, ExecutionException {
    Optional<MergeOutcome> outcome = Awaited.outcome(rig, again(rig.queue(), name, person), false);
    if (outcome.isPresent()) {
      return new OutcomeReport(rig.name(), outcome.get()).print(console());
    }
    console().document(Console.map("rig", rig.name(), "branch", name, "outcome", "Waiting"));
    console().line(name + " is handed in, and not merged yet.");
    return ExitCode.WAITING;
  }
}
