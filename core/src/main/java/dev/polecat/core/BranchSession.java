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
 * @param silence how long the server may be silent during a statement before the connection counts
 *     as lost; zero, the default, means as long as it takes
 * @param trust how long an idle connection is taken to be alive without asking the server; default
 *     {@link #SHORTEST_TRUST}
 */
public record BranchSession(
    Author author,
    CommitMode commitMode,
    String commitMessage,
    int maxConnections,
    Duration patience,
    Duration silence,
    Duration trust) {

  /**
   * 0.1 ms: less than the server needs to end a session, and more than a loop of writes leaves
   * between two of them.
   */
  public static final Duration SHORTEST_TRUST = Duration.ofNanos(100_000);

  /**
   * Validates the settings.
   *
   * @param author who the Dolt commits are attributed to
   * @param commitMode when a write becomes a Dolt commit
   * @param commitMessage the message of the commits made per transaction
   * @param maxConnections how many connections may be open at once
   * @param patience how long a request for a connection waits
   * @param silence how long the server may be silent
   * @param trust how long an idle connection is taken to be alive
   * @throws InvalidNameException if the message is blank, the limit below 1 or a duration negative
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
    requireNotNegative("patience", patience);
    requireNotNegative("silence", silence);
    requireNotNegative("trust", trust);
  }

  /**
   * The defaults.
   *
   * @param author who the Dolt commits are attributed to
   * @return the settings
   */
  public static BranchSession of(Author author) {
    return new BranchSession(
        author,
        CommitMode.PER_TRANSACTION,
        "Transaction commit",
        4,
        Duration.ofSeconds(30),
        Duration.ZERO,
        SHORTEST_TRUST);
  }

  /**
   * The same with another commit mode.
   *
   * @param mode when a write becomes a Dolt commit
   * @return the new settings
   */
  public BranchSession withCommitMode(CommitMode mode) {
    return new BranchSession(author, mode, commitMessage, maxConnections, patience, silence, trust);
  }

  /**
   * The same with another commit message.
   *
   * @param message the message of the commits made per transaction
   * @return the new settings
   */
  public BranchSession withCommitMessage(String message) {
    return new BranchSession(author, commitMode, message, maxConnections, patience, silence, trust);
  }

  /**
   * The same with another limit.
   *
   * @param limit how many connections may be open at once
   * @return the new settings
   */
  public BranchSession withMaxConnections(int limit) {
    return new BranchSession(author, commitMode, commitMessage, limit, patience, silence, trust);
  }

  /**
   * The same with another patience.
   *
   * @param limit how long a request for a connection waits while the server is away or all
   *     connections are in use; zero means that it fails at once
   * @return the new settings
   */
  public BranchSession withPatience(Duration limit) {
    return new BranchSession(
        author, commitMode, commitMessage, maxConnections, limit, silence, trust);
  }

  /**
   * The same with another limit for the server's silence. What a statement did on a connection that
   * is given up is not known.
   *
   * @param limit how long the server may be silent during a statement; zero means as long as it
   *     takes
   * @return the new settings
   */
  public BranchSession withSilence(Duration limit) {
    return new BranchSession(
        author, commitMode, commitMessage, maxConnections, patience, limit, trust);
  }

  /**
   * The same with another trust. Asking costs a round trip per connection that is handed out; who
   * does not ask may get one whose server or branch is gone, and finds out by the first statement.
   * It is for work that is done again then.
   *
   * @param time how long an idle connection is taken to be alive without asking
   * @return the new settings
   */
  public BranchSession withTrust(Duration time) {
    return new BranchSession(
        author, commitMode, commitMessage, maxConnections, patience, silence, time);
  }

  private static void requireNotNegative(String what, Duration time) {
    if (time.isNegative()) {
      throw new InvalidNameException(what, time.toString(), "Give zero or more.");
    }
  }
}
