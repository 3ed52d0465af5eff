package dev.polecat.core.history;

import dev.polecat.core.InvalidNameException;

/**
 * Two revisions whose difference is asked for. Immutable and safe to share.
 *
 * @param from the earlier one
 * @param to the later one
 * @param sinceFork whether the difference begins at the commit both have in common, so that only
 *     what {@code to} changed is seen (three dots); else at {@code from} itself (two dots)
 */
public record RevisionRange(Revision from, Revision to, boolean sinceFork) {
  /**
   * Refuses what Dolt cannot compare.
   *
   * @param from the earlier one
   * @param to the later one
   * @param sinceFork whether the difference begins at the commit both have in common
   * @throws InvalidNameException if {@code from} is a branch with uncommitted rows, and {@code to}
   *     is another, or the fork is asked for
   */
  public RevisionRange {
    if (from.workingOf().isPresent() && (sinceFork || to.workingOf().isPresent())) {
      throw new InvalidNameException(
          "revision to compare from",
          from.toString(),
          "Compare from a commit; uncommitted rows can be on one side only.");
    }
  }

  /**
   * What changed from one revision to another ({@code from..to}).
   *
   * @param from the earlier one
   * @param to the later one
   * @return the range
   * @throws InvalidNameException if both are branches with uncommitted rows
   */
  public static RevisionRange between(Revision from, Revision to) {
    return new RevisionRange(from, to, false);
  }

  /**
   * What a revision changed since it left another ({@code from...to}).
   *
   * @param from the one it left
   * @param to the one whose changes are asked for
   * @return the range
   * @throws InvalidNameException if {@code from} is a branch with uncommitted rows
   */
  public static RevisionRange sinceFork(Revision from, Revision to) {
    return new RevisionRange(from, to, true);
  }

  /**
   * Reads {@code from..to} or {@code from...to}.
   *
   * @param text two revisions joined by two or three dots
   * @return the range
   * @throws InvalidNameException if it is not of that form
   */
  public static RevisionRange parse(String text) {
    int at = text.indexOf("..");
    if (at < 0) {
      throw new InvalidNameException(
          "range of revisions", text, "Join two revisions by .. or ..., such as main...toast.");
    }
    boolean three = text.startsWith("...", at);
    return new RevisionRange(
        Revision.of(text.substring(0, at)),
        Revision.of(text.substring(at + (three ? 3 : 2))),
        three);
  }

  /** The end that has to be read on its branch, if one does. */
  Revision working() {
    return to.workingOf().isPresent() ? to : from;
  }

  @Override
  public String toString() {
    return from + (sinceFork ? "..." : "..") + to;
  }
}
