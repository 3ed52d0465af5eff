package dev.polecat.sling;

import java.util.List;

/**
 * What a sweep found and did, or would do. Immutable and safe to share.
 *
 * @param dryRun whether nothing was changed
 * @param branches the branches it found something about, in the order in which it came to them
 */
public record SweepReport(boolean dryRun, List<Swept> branches) {
  /**
   * Copies the list.
   *
   * @param dryRun whether nothing was changed
   * @param branches the branches
   */
  public SweepReport {
    branches = List.copyOf(branches);
  }

  /** What became, or would become, of a branch. */
  public enum Action {
    /** Deleted: all of it is on main. */
    DELETED,
    /** Only the ledger knew it any more; it was forgotten there. */
    FORGOTTEN,
    /** A nuke that had been begun was finished. */
    NUKED,
    /** It has work that is not on main: it was sealed and handed in. */
    SUBMITTED,
    /** Left as it is; the detail says why. */
    KEPT,
    /** The ledger does not know it, so it was left alone; {@link Rig#adopt} makes it known. */
    UNKNOWN
  }

  /**
   * A branch.
   *
   * @param branch its name
   * @param action what became of it
   * @param detail more about it; may be empty
   */
  public record Swept(String branch, Action action, String detail) {}

  /**
   * The branches of which something became.
   *
   * @param action what
   * @return their names
   */
  public List<String> branches(Action action) {
    return branches.stream().filter(s -> s.action() == action).map(Swept::branch).toList();
  }
}
