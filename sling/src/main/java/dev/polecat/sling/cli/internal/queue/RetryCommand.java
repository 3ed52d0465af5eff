package dev.polecat.sling.cli.internal.queue;

import dev.polecat.core.BranchName;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeQueue;
import java.util.concurrent.CompletionStage;
import picocli.CommandLine.Command;

/** {@code polecat queue retry}. */
@Command(
    name = "retry",
    description =
        "Tries a parked branch again, after somebody changed what was wrong, and waits for the outcome.",
    footer = {"", "Example: polecat queue retry polecat-toast-... --by max"})
final class RetryCommand extends AgainCommand {
  @Override
  CompletionStage<MergeOutcome> again(MergeQueue queue, BranchName name, String person) {
    return queue.retry(name, person);
  }
}
