package dev.polecat.core;

import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;

/**
 * The connection was lost, and it is certain that its transaction was not committed: either its
 * commit was never asked for, or the session has ended and its commit is not on the branch. The
 * whole transaction can be run again, on another connection.
 *
 * @serial exclude
 */
public final class NotCommittedException extends SQLTransactionRollbackException
    implements Classified {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param branch the branch that was written
   * @param cause how the connection was lost
   */
  public NotCommittedException(BranchName branch, SQLException cause) {
    super(
        "The connection to branch "
            + branch
            + " was lost, and its transaction was not committed. Run the whole transaction again"
            + " on another connection.",
        "40000",
        cause);
  }

  @Override
  public DoltError error() {
    return DoltError.NOT_COMMITTED;
  }
}
