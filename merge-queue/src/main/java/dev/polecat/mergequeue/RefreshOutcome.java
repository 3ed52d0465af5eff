package dev.polecat.mergequeue;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;

/** How bringing main into a branch ended. */
public sealed interface RefreshOutcome {
  /**
   * The branch.
   *
   * @return its name
   */
  BranchName branch();

  /**
   * Main is on the branch.
   *
   * @param branch the branch
   * @param main main's commit that is on it now
   * @param head the branch's head now, a merge of its head before and of main
   * @param decisions what the policies decided
   */
  record Refreshed(BranchName branch, CommitHash main, CommitHash head, Decisions decisions)
      implements RefreshOutcome {}

  /**
   * The branch had all of main already.
   *
   * @param branch the branch
   * @param head the branch's head
   */
  record UpToDate(BranchName branch, CommitHash head) implements RefreshOutcome {}

  /**
   * Main's changes and the branch's cannot be brought together without a person: merging the branch
   * into main would park for the same reason. The branch is as it was, but that uncommitted rows
   * are committed.
   *
   * @param branch the branch
   * @param head the branch's head
   * @param reason why
   */
  record Parked(BranchName branch, CommitHash head, ParkReason reason) implements RefreshOutcome {}
}
