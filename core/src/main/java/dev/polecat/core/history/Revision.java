package dev.polecat.core.history;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.InvalidNameException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A state of a database: a commit, named by its hash, by a branch or tag that points to it, or by
 * an ancestor of one of these ({@code main~2}); or a branch with its uncommitted rows. Immutable
 * and safe to share.
 *
 * @param ref what Dolt calls it
 * @param workingOf the branch, if its uncommitted rows belong to it
 */
public record Revision(String ref, Optional<BranchName> workingOf) {
  private static final Pattern VALID = Pattern.compile("[\\p{Alnum}_][\\p{Alnum}_./-]*[~^0-9]*");
  private static final int MAX_LENGTH = 250;
  private static final String RULE =
      "Name a branch, a tag or a commit, perhaps with ~ and a number for an ancestor, at most "
          + MAX_LENGTH
          + " characters.";

  /** Main's head. */
  public static final Revision MAIN = of(BranchName.MAIN);

  /**
   * Validates the name.
   *
   * @param ref what Dolt calls it
   * @param workingOf the branch, if its uncommitted rows belong to it
   * @throws InvalidNameException if Dolt could not take it for a revision
   */
  public Revision {
    if (ref.length() > MAX_LENGTH || !VALID.matcher(ref).matches() || ref.contains("..")) {
      throw new InvalidNameException("revision", ref, RULE);
    }
  }

  /**
   * A commit by any of its names.
   *
   * @param ref a branch, a tag, a hash, or one of these followed by {@code ~} and a number
   * @return the revision; whether there is such a commit shows when it is used
   * @throws InvalidNameException if it cannot be the name of a commit
   */
  public static Revision of(String ref) {
    return new Revision(ref, Optional.empty());
  }

  /**
   * A branch's head.
   *
   * @param branch the branch
   * @return the revision
   */
  public static Revision of(BranchName branch) {
    return of(branch.value());
  }

  /**
   * A commit.
   *
   * @param commit its hash
   * @return the revision
   */
  public static Revision of(CommitHash commit) {
    return of(commit.value());
  }

  /**
   * A branch with its uncommitted rows.
   *
   * @param branch the branch
   * @return the revision
   */
  public static Revision working(BranchName branch) {
    return new Revision(branch.value(), Optional.of(branch));
  }

  /**
   * Refuses uncommitted rows, which no commit brought.
   *
   * @throws InvalidNameException if they belong to it
   */
  void requireCommitted() {
    if (workingOf.isPresent()) {
      throw new InvalidNameException(
          "revision with a history",
          toString(),
          "Uncommitted rows have no commit yet. Name a commit, a tag or a branch.");
    }
  }

  @Override
  public String toString() {
    return workingOf.isPresent() ? ref + " with its uncommitted rows" : ref;
  }
}
