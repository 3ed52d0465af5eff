package dev.polecat.core;

import java.sql.SQLNonTransientConnectionException;

/**
 * A pool hands out no connections to its branch any more: it was closed, its branch was sealed or
 * deleted. Nothing was sent.
 *
 * @serial exclude
 */
public final class BranchClosedException extends SQLNonTransientConnectionException
    implements Classified {
  private static final long serialVersionUID = 1L;

  private final DoltError error;

  /**
   * Creates the exception.
   *
   * @param deleted whether the branch was deleted
   * @param message what happened, and what to do about it
   */
  public BranchClosedException(boolean deleted, String message) {
    super(message, "08003");
    this.error = deleted ? DoltError.BRANCH_DELETED : DoltError.OTHER;
  }

  @Override
  public DoltError error() {
    return error;
  }
}
