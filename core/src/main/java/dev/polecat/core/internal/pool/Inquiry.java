package dev.polecat.core.internal.pool;

import dev.polecat.core.DoltError;
import dev.polecat.core.Endpoint;
import dev.polecat.core.internal.sql.Connector;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what became of a statement whose answer was lost: first makes sure that its session is
 * over, so that nothing can come after, then looks. Thread-safe.
 *
 * <p>A session is over when the server process it belonged to is gone, or when it has left the
 * process list: Dolt takes it from there after its last statement has ended.
 */
public final class Inquiry {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_TRY = Duration.ofSeconds(10);

  private final Endpoint endpoint;
  private final Duration limit;

  Inquiry(Endpoint endpoint, Duration limit) {
    this.endpoint = endpoint;
    this.limit = limit;
  }

  /** Looks at a branch, on a connection of its own. */
  public interface Look<T> {
    T at(Connection connection) throws SQLException;
  }

  /** Nothing could be found out within the limit. */
  static final class NoAnswerException extends Exception {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Ends a session, then looks at its branch, or at the database if the branch is gone.
   *
   * @throws NoAnswerException if the server does not answer, or the session does not end in time
   */
  <T> T afterEndOf(ServerSession session, Look<T> look) throws NoAnswerException {
    long deadline = System.nanoTime() + limit.toNanos();
    Duration pause = FIRST_PAUSE;
    @Nullable SQLException failure = null;
    while (true) {
      Duration left = Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
      try (Connection connection =
          connect(session.path(), left.compareTo(LONGEST_TRY) < 0 ? left : LONGEST_TRY)) {
        failure = null;
        if (isOver(connection, session)) {
          return look.at(connection);
        }
      } catch (SQLException e) {
        failure = e;
      }
      if (deadline - System.nanoTime() <= 0 || Thread.currentThread().isInterrupted()) {
        String after = " after " + limit.toMillis() / 1000.0 + " s";
        throw new NoAnswerException(
            failure == null
                ? "its session " + session.id() + " has not ended" + after
                : "the server does not answer" + after + ": " + failure.getMessage(),
            failure);
      }
      LockSupport.parkNanos(pause.toNanos());
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
  }

  private Connection connect(String path, Duration limit) throws SQLException {
    try {
      return Connector.open(endpoint, path, limit);
    } catch (SQLException e) {
      if (DoltError.of(e) != DoltError.NOT_FOUND) {
        throw e;
      }
      return Connector.open(endpoint, path.substring(0, path.indexOf('/')), limit);
    }
  }

  /** Whether a session is over; asks the server to end it if not. */
  private boolean isOver(Connection connection, ServerSession session) throws SQLException {
    if (!ConnectionPool.serverIdentity(connection).equals(session.server())) {
      return true; // that process is gone, and its id may be a stranger's by now
    }
    try (PreparedStatement find =
        connection.prepareStatement(
            "SELECT db FROM information_schema.processlist WHERE id = ? AND user = ?")) {
      find.setLong(1, session.id());
      find.setString(2, session.user());
      try (ResultSet rows = find.executeQuery()) {
        if (!rows.next()) {
          return true;
        }
        if (!session.path().equalsIgnoreCase(rows.getString(1))) {
          return false;
        }
      }
    }
    try (Statement kill = connection.createStatement()) {
      kill.execute("KILL " + session.id());
    } catch (SQLException e) {
      if (DoltError.of(e) != DoltError.NO_PERMISSION) {
        throw e;
      }
      // who has no administrator's password may not; a statement there ends by itself
    }
    return false;
  }
}
