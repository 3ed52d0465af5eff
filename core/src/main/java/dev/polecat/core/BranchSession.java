package dev.polecat.core;

import java.util.Objects;

/**
 * How connections to a branch behave. Immutable and safe to share; start from {@link #of(Author)}.
 *
 * @param author who the Dolt commits are attributed to
 * @param commitMode when a write becomes a Dolt commit; default {@link CommitMode#PER_TRANSACTION}
 * @param commitMessage the message of the commits made per transaction; default "Transaction
 *     commit", Dolt's own
 * @param maxConnections how many connections may be open at once, at least 1; default 4
 */
public record BranchSession(
    Author author, CommitMode commitMode, String commitMessage, int maxConnections) {

  /**
   * Validates the settings.
   *
   * @param author who the Dolt commits are attributed to
   * @param commitMode when a write becomes a Dolt commit
   * @param commitMessage the message of the commits made per transaction
   * @param maxConnections how many connections may be open at once
   * @throws InvalidNameException if the message is blank or the limit below 1
   */
  public BranchSession {
    Objects.requireNonNull(author, "author");
    Objects.requireNonNull(commitMode, "commitMode");
    if (commitMessage.isBlank()) {
      throw new InvalidNameException("commit message", commitMessage, "Give a message.");
    }
    if (maxConnections < 1) {
      throw new InvalidNameException(
          "connection limit", Integer.toString(maxConnections), "Give at least 1.");
    }
  }

  /**
   * The defaults.
   *
   * @param author who the Dolt commits are attributed to
   * @return the settings
   */
  public static BranchSession of(Author author) {
    return new BranchSession(author, CommitMode.PER_TRANSACTION, "Transaction commit", 4);
  }

  /**
   * The same with another commit mode.
   *
   * @param mode when a write becomes a Dolt commit
   * @return the new settings
   */
  public BranchSession withCommitMode(CommitMode mode) {
    return new BranchSession(author, mode, commitMessage, maxConnections);
  }

  /**
   * The same with another commit message.
   *
   * @param message the message of the commits made per transaction
   * @return the new settings
   */
  public BranchSession withCommitMessage(String message) {
    return new BranchSession(author, commitMode, message, maxConnections);
  }

  /**
   * The same with another limit.
   *
   * @param limit how many connections may be open at once
   * @return the new settings
   */
  public BranchSession withMaxConnections(int limit) {
    return new BranchSession(author, commitMode, commitMessage, limit);
  }
}
