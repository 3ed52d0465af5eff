package dev.polecat.core;

import java.time.Duration;
import java.util.Objects;

/**
 * How connections to a branch behave. Immutable and safe to share; start from {@link #of(Author)}.
 *
 * @param author who the Dolt commits are attributed to
 * @param commitMode when a write becomes a Dolt commit; default {@link CommitMode#PER_TRANSACTION}
 * @param commitMessage the message of the commits made per transaction; default "Transaction
 *     commit", Dolt's own
 * @param maxConnections how many connections may be open at once, at least 1; default 4
 * @param patience how long a request for a connection waits while the server is away or all
 *     connections are in use; zero means that it fails at once; default 30 seconds
 */
public record BranchSession(
    Author author,
    CommitMode commitMode,
    String commitMessage,
    int maxConnections,
    Duration patience) {

  /**
   * Validates the settings.
   *
   * @param author who the Dolt commits are attributed to
   * @param commitMode when a write becomes a Dolt commit
   * @param commitMessage the message of the commits made per transaction
   * @param maxConnections how many connections may be open at once
   * @param patience how long a request for a connection waits
   * @throws InvalidNameException if the message is blank, the limit below 1 or the patience
   *     negative
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
    if (patience.isNegative()) {
      throw new InvalidNameException("patience", patience.toString(), "Give zero or more.");
    }
  }

  /**
   * The defaults.
   *
   * @param author who the Dolt commits are attributed to
   * @return the settings
   */
  public static BranchSession of(Author author) {
    return new BranchSession(
        author, CommitMode.PER_TRANSACTION, "Transaction commit", 4, Duration.ofSeconds(30));
  }

  /**
   * The same with another commit mode.
   *
   * @param mode when a write becomes a Dolt commit
   * @return the new settings
   */
  public BranchSession withCommitMode(CommitMode mode) {
    return new BranchSession(author, mode, commitMessage, maxConnections, patience);
  }

  /**
   * The same with another commit message.
   *
   * @param message the message of the commits made per transaction
   * @return the new settings
   */
  public BranchSession withCommitMessage(String message) {
    return new BranchSession(author, commitMode, message, maxConnections, patience);
  }

  /**
   * The same with another limit.
   *
   * @param limit how many connections may be open at once
   * @return the new settings
   */
  public BranchSession withMaxConnections(int limit) {
    return new BranchSession(author, commitMode, commitMessage, limit, patience);
  }

  /**
   * The same with another patience.
   *
   * @param limit how long a request for a connection waits while the server is away or all
   *     connections are in use; zero means that it fails at once
   * @return the new settings
   */
  public BranchSession withPatience(Duration limit) {
    return new BranchSession(author, commitMode, commitMessage, maxConnections, limit);
  }
}
