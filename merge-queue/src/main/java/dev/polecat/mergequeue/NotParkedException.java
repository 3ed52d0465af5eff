package dev.polecat.mergequeue;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltException;

/**
 * What was asked for is possible only with a parked request, or with one parked for another reason.
 *
 * @serial exclude
 */
public final class NotParkedException extends DoltException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param branch the branch
   * @param why what it is instead, and what can be done
   */
  public NotParkedException(BranchName branch, String why) {
    super("Branch " + branch + " " + why, null);
  }
}
