package dev.polecat.core.internal.pool;

import dev.polecat.core.BranchSession;
import dev.polecat.core.DoltError;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** The connections the library itself uses, in autocommit mode. Thread-safe. */
public final class AdminPool implements AutoCloseable {
  private static final int ATTEMPTS = 5;
  private static final int READ_ATTEMPTS = 2;

  /** For work that is done again when its connection turns out to be lost. */
  private static final Duration TRUST = Duration.ofSeconds(1);

  private final ConnectionPool pool;
  private final Inquiry inquiry;

  AdminPool(ConnectionPool pool, Inquiry inquiry) {
    this.pool = pool;
    this.inquiry = inquiry;
  }

  /** A statement or several, whose effect on the database is one. */
  public interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  /** Does something, once. */
  public <T> T run(Work<T> work) throws SQLException {
    return run(work, pool.borrow(BranchSession.SHORTEST_TRUST));
  }

  /** Reads something, and reads it again when the connection is lost. */
  public <T> T read(Work<T> work) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        return run(work, pool.borrow(TRUST));
      } catch (SQLException e) {
        if (DoltError.of(e) != DoltError.CONNECTION_LOST || attempt == READ_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * Does something whose effect can be seen. When the connection is lost its session is ended, then
   * the effect is looked for; without it the work is done again.
   *
   * @param effect looks for the effect: the work's result if it was done, empty if it was not
   * @throws SQLException if the server refuses, or if it cannot be known what became of it
   */
  public <T> T run(Work<T> work, Inquiry.Look<Optional<T>> effect) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      PhysicalConnection connection = pool.borrow(TRUST);
      try {
        return run(work, connection);
      } catch (SQLException e) {
        if (DoltError.of(e) != DoltError.CONNECTION_LOST) {
          throw e;
        }
        Optional<T> done = lookFor(effect, connection.session(), e);
        if (done.isPresent()) {
          return done.get();
        }
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private <T> T run(Work<T> work, PhysicalConnection connection) throws SQLException {
    boolean usable = false;
    try {
      T result = work.on(connection.driver());
      usable = true;
      return result;
    } catch (SQLException e) {
      usable = DoltError.of(e) != DoltError.CONNECTION_LOST;
      throw e;
    } finally {
      pool.giveBack(connection, usable);
    }
  }

  private <T> Optional<T> lookFor(
      Inquiry.Look<Optional<T>> effect, ServerSession session, SQLException lost)
      throws SQLException {
    try {
      return inquiry.afterEndOf(session, effect);
    } catch (Inquiry.NoAnswerException e) {
      lost.addSuppressed(e);
      throw lost;
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
