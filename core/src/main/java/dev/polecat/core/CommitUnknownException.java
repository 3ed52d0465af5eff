package dev.polecat.core;

import java.sql.SQLNonTransientConnectionException;

/**
 * The connection was lost while a transaction was being committed, and the server could not be
 * asked what became of it. The commit may be on the branch, may still come, or may be lost. Before
 * the work is done again, look for it: its commit has the trailer {@code Transaction-Id} with
 * {@link #transactionId()} in its message.
 *
 * @serial exclude
 */
public final class CommitUnknownException extends SQLNonTransientConnectionException
    implements Classified {
  private static final long serialVersionUID = 1L;

  private final String branch;
  private final String transactionId;

  /**
   * Creates the exception.
   *
   * @param branch the branch that was written
   * @param transactionId what its commit would have as trailer {@code Transaction-Id}
   * @param why why the server could not be asked
   * @param cause how the connection was lost
   */
  public CommitUnknownException(
      BranchName branch, String transactionId, String why, Throwable cause) {
    super(
        "The connection to branch "
            + branch
            + " was lost during a commit, and nobody could be asked what became of it ("
            + why
            + "). Before running it again look for it, once the server answers:"
            + " SELECT commit_hash FROM dolt_log('"
            + branch
            + "') WHERE message LIKE '%Transaction-Id: "
            + transactionId
            + "%'",
        "08007",
        cause);
    this.branch = branch.value();
    this.transactionId = transactionId;
  }

  /**
   * The branch that was written.
   *
   * @return its name
   */
  public BranchName branch() {
    return BranchName.of(branch);
  }

  /**
   * What to look for.
   *
   * @return the value of the trailer {@code Transaction-Id} in the commit's message
   */
  public String transactionId() {
    return transactionId;
  }

  @Override
  public DoltError error() {
    return DoltError.COMMIT_UNKNOWN;
  }
}
