package dev.polecat.sling.crash;

import dev.polecat.core.DoltError;
import dev.polecat.core.DoltSqlException;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.sling.Abandoned;
import dev.polecat.sling.Rig;
import dev.polecat.sling.SweepReport;
import dev.polecat.sling.SweepReport.Action;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a town comes to rest after damage, and what may be left then: the one place that knows what
 * the library does by itself.
 */
final class Finish {
  static final String MERGED = "merged";
  static final String PARKED = "parked";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private Finish() {}

  /**
   * Lets the queue merge what waits, and sweeps until nothing is left to be swept: what dead JVMs
   * left is abandoned as soon as their leases have run out.
   */
  static void run(Rig rig, Abandoned abandoned) throws InterruptedException {
    rig.queue(); // merges what waits
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isFinished(rig, abandoned)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "Not finished after "
                + PATIENCE
                + ": "
                + rig.ledger().entries(EnumSet.complementOf(EnumSet.of(State.PARKED))));
      }
      try {
        rig.sweep(abandoned);
      } catch (DoltSqlException e) {
        if (e.error() != DoltError.CONNECTION_LOST) {
          throw e;
        }
      }
      Thread.sleep(LOOK_AGAIN.toMillis());
    }
  }

  /** Nothing waits, and what is abandoned with work of its own is kept or handed in, as asked. */
  private static boolean isFinished(Rig rig, Abandoned abandoned) {
    SweepReport next = rig.sweepDryRun(abandoned);
    return rig.ledger().entries(EnumSet.of(State.SEALED, State.NUKED, State.MERGED)).isEmpty()
        && next.branches().stream().allMatch(swept -> swept.action() == Action.KEPT)
        && rig.ledger().entries(EnumSet.of(State.ACTIVE)).stream()
            .allMatch(entry -> entry.isExpired(rig.ledger().now()));
  }

  /** Whether a branch of this state may exist when all is finished. */
  static boolean mayStay(Evidence evidence, String branch, @Nullable String state) {
    boolean finished = evidence.sealed.containsKey(branch) || evidence.nuked.containsKey(branch);
    return "PARKED".equals(state) || (!finished && "ACTIVE".equals(state));
  }

  static void note(Acks acks, MergeOutcome outcome) {
    String branch = outcome.request().branch().value();
    if (outcome instanceof MergeOutcome.Merged merged) {
      noteMerged(acks, branch, merged.branchKept());
    } else if (outcome instanceof MergeOutcome.AlreadyMerged already) {
      noteMerged(acks, branch, already.branchKept());
    } else if (outcome instanceof MergeOutcome.NothingToMerge nothing) {
      noteMerged(acks, branch, nothing.branchKept());
    } else if (outcome instanceof MergeOutcome.Parked parked) {
      String reason = parked.reason().getClass().getSimpleName();
      acks.note(Acks.Kind.OUTCOME, branch, PARKED, reason + ": " + parked.reason().message());
    } else {
      throw new IllegalStateException("an outcome nobody asked for: " + outcome);
    }
  }

  private static void noteMerged(Acks acks, String branch, Optional<String> kept) {
    acks.note(Acks.Kind.OUTCOME, branch, MERGED, kept.map(why -> "kept: " + why).orElse(""));
  }
}
