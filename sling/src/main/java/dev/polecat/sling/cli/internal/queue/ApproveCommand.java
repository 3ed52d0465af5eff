package dev.polecat.sling.cli.internal.queue;

import dev.polecat.core.BranchName;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeQueue;
import java.util.concurrent.CompletionStage;
import picocli.CommandLine.Command;

/** {@code polecat queue approve}. */
@Command(
    name = "approve",
    description =
        "Lets a branch through that was handed in with --hold, and waits for the outcome.",
    footer = {"", "Example: polecat queue approve polecat-toast-... --by max"})
final class ApproveCommand extends AgainCommand {
  @Override
  CompletionStage<MergeOutcome> again(MergeQueue queue, BranchName name, String person) {
    return queue.approve(name, person);
  }
}
