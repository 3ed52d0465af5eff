package dev.polecat.mergequeue;

import dev.polecat.core.CommitHash;
import java.util.Optional;

/** How a merge request ended. A parked branch is kept; nothing is lost in any of these. */
public sealed interface MergeOutcome {
  /**
   * The request this is the outcome of.
   *
   * @return the request
   */
  MergeRequest request();

  /**
   * The branch's work is on main.
   *
   * @param request the request
   * @param report what the merge did and decided
   * @param branchKept why the branch is still there although it is merged; empty if it was deleted
   */
  record Merged(MergeRequest request, MergeReport report, Optional<String> branchKept)
      implements MergeOutcome {}

  /**
   * The branch's work was on main when this queue came to it: another process merged it, or an
   * attempt of which the answer was lost, or somebody by hand.
   *
   * @param request the request
   * @param commit the merge commit that brought it; main's head if it came in another way
   * @param branchKept why the branch is still there; empty if it was deleted
   */
  record AlreadyMerged(MergeRequest request, CommitHash commit, Optional<String> branchKept)
      implements MergeOutcome {}

  /**
   * The branch has no commit of its own.
   *
   * @param request the request
   * @param branchKept why the branch is still there; empty if it was deleted
   */
  record NothingToMerge(MergeRequest request, Optional<String> branchKept)
      implements MergeOutcome {}

  /**
   * Not merged: a person is needed. Main is as before, the branch is kept. {@link
   * MergeQueue#parked()} lists what is parked, and the queue's other methods act on it.
   *
   * @param request the request
   * @param reason why
   */
  record Parked(MergeRequest request, ParkReason reason) implements MergeOutcome {}

  /**
   * Only looked at, as a dry run asks for. Nothing was changed.
   *
   * @param request the request
   * @param preview what the merge would do
   */
  record Previewed(MergeRequest request, MergePreview preview) implements MergeOutcome {}
}
