package dev.polecat.sling.cli.internal;

import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.sling.Rig;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what becomes of a branch that was handed in. */
public final class Awaited {
  /** How long a command waits that was not told to. */
  public static final Duration LIMIT = Duration.ofSeconds(60);

  /** After this time somebody who watches is told that it takes longer. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private Awaited() {}

  /**
   * Waits for an outcome; this process merges meanwhile if no other does.
   *
   * @param forEver whether it is waited for without a limit
   * @return the outcome, or empty if it takes too long: then the ledger keeps the request, this
   *     process merges no more, and the rig is closed
   */
  public static Optional<MergeOutcome> outcome(
      Rig rig, CompletionStage<MergeOutcome> stage, boolean forEver)
      throws InterruptedException, ExecutionException {
    Optional<MergeOutcome> soon = outcome(stage, SOON);
    if (soon.isPresent()) {
      return soon;
    }
    Progress.hint("Waiting for the merge; " + rig.queue().pending() + " branches are handed in.");
    if (forEver) {
      return Optional.of(stage.toCompletableFuture().get());
    }
    Optional<MergeOutcome> outcome = outcome(stage, LIMIT.minus(SOON));
    if (outcome.isEmpty()) {
      Thread.currentThread().interrupt(); // closing would wait for it, too
      rig.close();
      Thread.interrupted();
    }
    return outcome;
  }

  private static Optional<MergeOutcome> outcome(CompletionStage<MergeOutcome> stage, Duration limit)
      throws InterruptedException, ExecutionException {
    try {
      return Optional.of(stage.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    }
  }
}
