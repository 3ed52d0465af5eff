package dev.polecat.sling.crash;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.sling.Rig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * How a town comes to rest after damage, and what may be left then: the one place that knows what
 * the library does by itself.
 */
final class Finish {
  static final String MERGED = "merged";
  static final String PARKED = "parked";
  private static final Author AUTHOR = new Author("finish", "finish@polecat.local");

  private Finish() {}

  /** Submits every branch whose done was acknowledged, and waits for the outcomes. */
  static void run(Rig rig, Evidence evidence, Acks acks) throws Exception {
    List<CompletionStage<MergeOutcome>> stages = new ArrayList<>();
    for (String branch : rig.polecatBranches()) {
      if (evidence.sealed.containsKey(branch)) {
        stages.add(
            rig.queue()
                .submit(
                    MergeRequest.of(
                        BranchName.of(branch),
                        CommitHash.of(evidence.slung.get(branch)),
                        CommitHash.of(evidence.sealed.get(branch)),
                        AUTHOR)));
      }
    }
    for (CompletionStage<MergeOutcome> stage : stages) {
      note(acks, stage.toCompletableFuture().get(60, TimeUnit.SECONDS));
    }
  }

  /** Branches of this round that may exist when all is finished: those nobody knows to be done. */
  static Set<String> mayStay(Evidence evidence, Set<String> branches) {
    Set<String> known = new TreeSet<>();
    for (String branch : branches) {
      boolean parked = PARKED.equals(evidence.outcomes.get(branch));
      boolean unfinished =
          !evidence.sealed.containsKey(branch) && !evidence.nuked.containsKey(branch);
      if (parked || unfinished) {
        known.add(branch);
      }
    }
    return known;
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
