package dev.polecat.mergequeue;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltException;

/**
 * The queue takes no more requests. The branch is kept, and can be submitted to another queue.
 *
 * @serial exclude
 */
public final class QueueClosedException extends DoltException {
  private static final long serialVersionUID = 1L;

  private final transient BranchName branch;

  /**
   * Creates the exception.
   *
   * @param branch the branch that was not merged
   */
  public QueueClosedException(BranchName branch) {
    super(
        "The merge queue is closed; branch "
            + branch
            + " is kept as it is. A shared ledger keeps its request for the next queue; else submit it"
            + " to one that is open.",
        null);
    this.branch = branch;
  }

  /**
   * The branch that was not merged.
   *
   * @return its name
   */
  public BranchName branch() {
    return branch;
  }
}
