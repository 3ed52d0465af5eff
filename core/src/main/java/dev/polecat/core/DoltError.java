package dev.polecat.core;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
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
   * The connection broke or could not be made; whether the last statement took effect is unknown.
   */
  CONNECTION_LOST(false),
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
   * Classifies a failure by the first {@link SQLException} in its chain of causes.
   *
   * @param failure any exception, also one that wraps the driver's
   * @return the kind; {@link #OTHER} if no SQL exception is in the chain
   */
  public static DoltError of(Throwable failure) {
    for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
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
    if (state.startsWith("08")) {
      return CONNECTION_LOST;
    }
    if (e.getErrorCode() == 1049
        || message.contains("branch not found")
        || message.contains("invalid ref spec")
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
}
