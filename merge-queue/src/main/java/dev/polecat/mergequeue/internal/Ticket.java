package dev.polecat.mergequeue.internal;

import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Somebody of this process who waits for the outcome of a request. */
final class Ticket {
  /** A thread per outcome: in a shared pool, slow listeners of some would hold up the others. */
  private static final Executor LISTENERS =
      work -> {
        Thread thread = new Thread(work, "merge-outcome");
        thread.setDaemon(true);
        thread.start();
      };

  private final MergeRequest request;
  private final CompletableFuture<MergeOutcome> outcome = new CompletableFuture<>();
  private boolean recorded;

  Ticket(MergeRequest request) {
    this.request = request;
  }

  MergeRequest request() {
    return request;
  }

  /** Each caller's stage is his own: what he does to it is nobody else's business. */
  CompletionStage<MergeOutcome> stage() {
    return outcome.copy();
  }

  /** Whether the ledger has the request; before, its absence there means nothing. */
  boolean isRecorded() {
    return recorded;
  }

  void setRecorded() {
    recorded = true;
  }

  /** Whether an entry is about what this one waits for. */
  boolean isFor(LedgerEntry entry) {
    return entry.branch().equals(request.branch())
        && entry.request().sealed().equals(request.sealed());
  }

  void complete(MergeOutcome value) {
    outcome.completeAsync(() -> value, LISTENERS);
  }

  void fail(Throwable failure) {
    LISTENERS.execute(() -> outcome.completeExceptionally(failure));
  }
}
