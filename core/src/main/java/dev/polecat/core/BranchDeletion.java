package dev.polecat.core;

import java.util.Optional;

/**
 * What became of a branch that was to be deleted if that loses nothing. Immutable.
 *
 * @param branch the branch
 * @param result whether it is gone, or why it was kept
 * @param message what is in the way, for a person; empty if the branch is gone
 */
public record BranchDeletion(BranchName branch, Result result, String message) {
  /** Whether the branch is gone, or why it was kept. */
  public enum Result {
    /** It was deleted. */
    DELETED,
    /** There was no such branch. */
    ALREADY_GONE,
    /** Its head is not the expected one: somebody committed on it. */
    MOVED,
    /** Its head is not part of main. */
    NOT_MERGED,
    /** It has rows that are in no commit. */
    UNCOMMITTED_ROWS,
    /** A session is on it, of this process or of another. */
    IN_USE
  }

  /**
   * Whether the branch exists no more.
   *
   * @return true if it was deleted, or was gone before
   */
  public boolean isGone() {
    return result == Result.DELETED || result == Result.ALREADY_GONE;
  }

  /**
   * Why the branch was kept.
   *
   * @return a sentence; empty if the branch is gone
   */
  public Optional<String> kept() {
    return isGone() ? Optional.empty() : Optional.of(message);
  }
}
