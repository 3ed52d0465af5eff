package dev.polecat.core;

import java.sql.SQLException;

/**
 * A statement was refused, before it reached the server, because it would have left the branch of
 * its connection.
 *
 * @serial exclude
 */
public final class LeftBranchException extends SQLException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param branch the branch the connection belongs to
   * @param why what the statement would have done
   */
  public LeftBranchException(BranchName branch, String why) {
    super(
        "This connection belongs to branch "
            + branch
            + "; "
            + why
            + ". Nothing was sent. Use a connection of the branch you mean.");
  }
}
