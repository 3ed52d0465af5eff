package dev.polecat.core;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an error from a Dolt server means. Dolt reports nearly everything as 1105/HY000, so most
 * kinds are told apart by the message; this is the only place that does.
 */
public enum DoltError {
  /** Another transaction won; the whole transaction can be run again. */
  SERIALIZATION_FAILURE(true),
  /**
   * The branch moved between reading its head and writing it, or the store refused the write on
   * account of another session's; nothing was written.
   */
  OPTIMISTIC_LOCK(true),
  /**
   * The connection was lost, and the transaction is known not to be committed; it can be run again
   * as a whole.
   */
  NOT_COMMITTED(true),
  /** No server answers where it should; nothing was sent. It may be starting again. */
  SERVER_AWAY(true),
  /** The server closes new connections at once, as it has all it allows; nothing was sent. */
  TOO_MANY_CONNECTIONS(true),
  /** All connections a pool may open are in use; nothing was sent. */
  CONNECTIONS_IN_USE(true),
  /** The connection broke; whether the last statement took effect is unknown. */
  CONNECTION_LOST(false),
  /**
   * The connection broke at a commit, and nobody could be asked whether it took effect: look for
   * its transaction id before the work is done again.
   */
  COMMIT_UNKNOWN(false),
  /** The statement was ended from outside, or took longer than it was allowed to. */
  QUERY_KILLED(false),
  /** The server's disk is full; it must be given room before anything can be written. */
  DISK_FULL(false),
  /** The server, or the database, can only be read. */
  READ_ONLY(false),
  /** The branch a pool belongs to was deleted. */
  BRANCH_DELETED(false),
  /** The branch, commit or database does not exist, or was deleted under an open session. */
  NOT_FOUND(false),
  /** A branch or object of that name is there already. */
  ALREADY_EXISTS(false),
  /** A row breaks a primary or unique key, a foreign key, a check or NOT NULL. */
  CONSTRAINT_VIOLATION(false),
  /** Uncommitted rows of the target branch stand in a merge's way. */
  LOCAL_CHANGES(false),
  /** Two branches changed a table's schema in ways that Dolt refuses to look at any further. */
  SCHEMA_CONFLICT(false),
  /** A branch is open in another session, so the server will not delete it. */
  BRANCH_IN_USE(false),
  /** The user may not do this on this branch. */
  NO_PERMISSION(false),
  /** Anything else: the statement itself is wrong, or the data is. */
  OTHER(false);

  /** NULL in a NOT NULL column, duplicate key, foreign key (child, parent), check. */
  private static final Set<Integer> CONSTRAINT_CODES =
      Set.of(1048, 1062, 1216, 1217, 1364, 1451, 1452, 3819);

  private static final Pattern DISK_FULL_TEXT =
      Pattern.compile("no space left on device|disk quota exceeded|enospc");

  private final boolean retryable;

  DoltError(boolean retryable) {
    this.retryable = retryable;
  }

  /**
   * Whether running the whole transaction again is known to be safe: the server said that it did
   * not commit.
   *
   * @return true if the transaction can be repeated
   */
  public boolean isRetryable() {
    return retryable;
  }

  /**
   * Whether a statement that failed so may have taken effect all the same.
   *
   * @return true if only a look can tell
   */
  public boolean mayHaveTakenEffect() {
    return switch (this) {
      case CONNECTION_LOST, COMMIT_UNKNOWN, QUERY_KILLED, DISK_FULL, OTHER -> true;
      default -> false;
    };
  }

  /**
   * Classifies a failure by the first {@link Classified} or {@link SQLException} in its chain of
   * causes.
   *
   * @param failure any exception, also one that wraps the driver's
   * @return the kind; {@link #OTHER} if neither is in the chain
   */
  public static DoltError of(Throwable failure) {
    for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof Classified classified) {
        return classified.error();
      }
      if (t instanceof SQLException sql) {
        return ofSql(sql);
      }
    }
    return OTHER;
  }

  private static DoltError ofSql(SQLException e) {
    String message = e.getMessage() == null ? "" : e.getMessage().toLowerCase(Locale.ROOT);
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (e.getErrorCode() == 1213 || state.equals("40001")) {
      return SERIALIZATION_FAILURE;
    }
    if (message.contains("optimistic lock failed")
        || message.contains("dataset head is not ancestor of commit")
        || message.contains("found dangling references")
        || message.contains("resulted in a working set with constraint violations")) {
      return OPTIMISTIC_LOCK;
    }
    if (DISK_FULL_TEXT.matcher(message).find()) {
      return DISK_FULL;
    }
    if (state.startsWith("08")) {
      return ofBrokenConnection(e, message);
    }
    if (e.getErrorCode() == 1040) {
      return TOO_MANY_CONNECTIONS;
    }
    if (e.getErrorCode() == 1317
        || e instanceof SQLTimeoutException
        || message.contains("context canceled")) {
      return QUERY_KILLED;
    }
    if (e.getErrorCode() == 1290
        || e.getErrorCode() == 1792
        || e.getErrorCode() == 1836
        || message.contains("read only")
        || message.contains("read-only")) {
      return READ_ONLY;
    }
    if (e.getErrorCode() == 1049
        || message.contains("branch not found")
        || message.contains("invalid ref spec")
        || message.contains("invalid ancestor spec")
        || message.contains("target commit not found")
        || message.contains("is not a commit and a branch")) {
      return NOT_FOUND;
    }
    if (e.getErrorCode() == 1007 || message.contains("already exists")) {
      return ALREADY_EXISTS;
    }
    if (CONSTRAINT_CODES.contains(e.getErrorCode())
        || message.contains("duplicate unique key")
        || message.startsWith("check constraint")) {
      return CONSTRAINT_VIOLATION;
    }
    if (message.contains("local changes would be stomped")) {
      return LOCAL_CHANGES;
    }
    if (message.contains("cannot merge because table")
        || message.contains("default collation setting has changed on both sides")
        || message.matches("(?s).*table with same name '.*' added in \\d+ commits.*")) {
      return SCHEMA_CONFLICT;
    }
    if (message.contains("in use in other sessions")) {
      return BRANCH_IN_USE;
    }
    if (e.getErrorCode() == 1045
        || message.contains("does not have the correct permissions")
        || message.contains("command denied to user")
        || message.matches("(?s).*`@`[^`]*` cannot (?:create|delete|add|update) .*")
        || message.contains("access denied")) {
      return NO_PERMISSION;
    }
    return OTHER;
  }

  /** A connection on which the server never said a word has carried nothing. */
  private static DoltError ofBrokenConnection(SQLException e, String message) {
    boolean closedAtOnce = false;
    for (@Nullable Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof ConnectException
          || t instanceof NoRouteToHostException
          || t instanceof UnknownHostException) {
        return SERVER_AWAY;
      }
      closedAtOnce |= t instanceof EOFException || t instanceof SocketException;
    }
    if (!message.contains("has not received any packets from the server")) {
      return CONNECTION_LOST;
    }
    return closedAtOnce ? TOO_MANY_CONNECTIONS : SERVER_AWAY;
  }
}
