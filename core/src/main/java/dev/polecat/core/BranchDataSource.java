package dev.polecat.core;

import dev.polecat.core.internal.pool.BranchPool;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A pool of connections to one branch and no other. Opens its first connection when it is first
 * asked for one, keeps few, and has no threads of its own. Thread-safe.
 *
 * <p>A statement that would leave the branch ({@code USE}, {@code DOLT_CHECKOUT}, a write to a
 * table qualified with another branch) is refused with {@link LeftBranchException} before it is
 * sent; a connection that left its branch by other means is thrown away when it is closed.
 *
 * <p>With {@link CommitMode#PER_TRANSACTION}, {@code Connection.commit()} makes a Dolt commit
 * attributed to the session's author; outside a transaction every writing statement, and every
 * batch as a whole, does.
 */
public final class BranchDataSource implements DataSource, AutoCloseable {
  private final BranchPool pool;

  BranchDataSource(BranchPool pool) {
    this.pool = pool;
  }

  /**
   * The branch.
   *
   * @return its name
   */
  public BranchName branch() {
    return pool.branch();
  }

  /**
   * Opens a connection to the branch.
   *
   * @return a connection; closing it gives it back to the pool, and rolls back what is uncommitted
   * @throws SQLException if the pool is drained or closed, the branch is gone, or no connection is
   *     free within the session's patience; see {@link BranchClosedException} and {@link
   *     ConnectionUnavailableException}
   */
  @Override
  public Connection getConnection() throws SQLException {
    return pool.connection();
  }

  /**
   * Not supported: the pool has the user of its server.
   *
   * @throws SQLFeatureNotSupportedException always
   */
  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException("The user is the one of the server's endpoint.");
  }

  /**
   * Stops handing out connections and waits for those in use.
   *
   * @param limit how long to wait
   * @return true if none is in use any more; false if the limit passed, and then connections are
   *     handed out again
   * @throws InterruptedException if the thread is interrupted while it waits; connections are then
   *     handed out again
   */
  public boolean drain(Duration limit) throws InterruptedException {
    return pool.drain(limit);
  }

  /**
   * As {@link #drain}, but those who ask for a connection meanwhile are not refused: they wait for
   * {@link #resume}, at most for the session's patience.
   *
   * @param limit how long to wait for the connections in use
   * @return true if none is in use any more; false if the limit passed, and then connections are
   *     handed out again
   * @throws InterruptedException if the thread is interrupted while it waits; connections are then
   *     handed out again
   */
  public boolean pause(Duration limit) throws InterruptedException {
    return pool.pause(limit);
  }

  /**
   * Hands out connections again after {@link #drain} or {@link #pause}. Does nothing if the pool is
   * closed.
   */
  public void resume() {
    pool.resume();
  }

  /**
   * The branch's head, if that is all there is on it. Can be asked after {@link #drain}, too.
   *
   * @return its head; empty if the branch has uncommitted changes
   * @throws SQLException if the server refuses, or the connection is lost
   */
  public Optional<CommitHash> headIfClean() throws SQLException {
    return pool.headIfClean();
  }

  /** Closes the pool and its connections, also those in use. May be called again. */
  @Override
  public void close() {
    pool.close();
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
    throw new SQLFeatureNotSupportedException("Logging goes through SLF4J.");
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    throw new SQLFeatureNotSupportedException("BranchSession.withPatience says how long it waits.");
  }

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("Logging goes through SLF4J.");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    throw new SQLException("Not a wrapper for " + type.getName());
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }

  @Override
  public String toString() {
    return "connections to " + pool;
  }
}
