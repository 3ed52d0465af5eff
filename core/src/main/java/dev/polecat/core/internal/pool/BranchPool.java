package dev.polecat.core.internal.pool;

import com.mysql.cj.jdbc.JdbcConnection;
import com.zaxxer.hikari.HikariDataSource;
import dev.polecat.core.BranchName;
import dev.polecat.core.BranchSession;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltError;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The connections of one branch, counted. Thread-safe. */
public final class BranchPool implements AutoCloseable {
  private enum State {
    OPEN,
    DRAINED,
    CLOSED
  }

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final Pools pools;
  private final DatabaseName database;
  private final BranchName branch;
  private final BranchSession session;
  private final Runnable onClose;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private State state = State.OPEN;
  private int inUse;
  private @Nullable HikariDataSource hikari;

  public BranchPool(
      Pools pools,
      DatabaseName database,
      BranchName branch,
      BranchSession session,
      Runnable onClose) {
    this.pools = pools;
    this.database = database;
    this.branch = branch;
    this.session = session;
    this.onClose = onClose;
  }

  public BranchName branch() {
    return branch;
  }

  public Connection connection() throws SQLException {
    HikariDataSource source = enter();
    @Nullable Connection pooled = null;
    boolean handedOut = false;
    try {
      pooled = borrow(source);
      Connection driver = pooled.unwrap(JdbcConnection.class);
      Connection guarded =
          new GuardedConnection(pooled, driver, database, branch, session, c -> giveBack(source, c))
              .proxy();
      handedOut = true;
      return guarded;
    } finally {
      if (!handedOut) {
        if (pooled != null) {
          source.evictConnection(pooled);
        }
        leave();
      }
    }
  }

  public boolean drain(Duration limit) throws InterruptedException {
    lock.lock();
    boolean drained = false;
    try {
      if (state == State.CLOSED) {
        drained = true;
        return true;
      }
      state = State.DRAINED;
      long left = limit.toNanos();
      while (inUse > 0 && left > 0) {
        left = released.awaitNanos(left);
      }
      drained = inUse == 0;
      return drained;
    } finally {
      if (!drained && state == State.DRAINED) {
        state = State.OPEN;
      }
      lock.unlock();
    }
  }

  public void resume() {
    lock.lock();
    try {
      if (state == State.DRAINED) {
        state = State.OPEN;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    @Nullable HikariDataSource source;
    lock.lock();
    try {
      if (state == State.CLOSED) {
        return;
      }
      state = State.CLOSED;
      source = hikari;
      hikari = null;
    } finally {
      lock.unlock();
    }
    if (source != null) {
      source.close();
    }
    onClose.run();
  }

  @Override
  public String toString() {
    return database + "/" + branch;
  }

  private HikariDataSource enter() throws SQLException {
    lock.lock();
    try {
      requireOpen();
      if (hikari == null) {
        boolean autoCommit = session.commitMode() == CommitMode.EXPLICIT;
        hikari =
            pools.branchPool(
                database + "/" + branch, session.maxConnections(), autoCommit, LOOK_AGAIN);
      }
      inUse++;
      return hikari;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for a connection. Hikari goes on trying whatever the server says, so it is asked for a
   * second at a time, and a branch that is gone is reported then.
   */
  private Connection borrow(HikariDataSource source) throws SQLException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return source.getConnection();
      } catch (SQLTransientConnectionException e) {
        if (e.getCause() instanceof SQLException why
            && (DoltError.of(why) == DoltError.NOT_FOUND
                || DoltError.of(why) == DoltError.NO_PERMISSION)) {
          throw why;
        }
        requireOpen();
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
    }
  }

  private void requireOpen() throws SQLException {
    lock.lock();
    try {
      if (state != State.OPEN) {
        throw new SQLException(
            "Branch "
                + this
                + (state == State.CLOSED ? " is closed here." : " takes no more writes here.")
                + " Open another branch for further work.",
            "08003");
      }
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    lock.lock();
    try {
      inUse--;
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(HikariDataSource source, GuardedConnection connection) {
    try {
      if (connection.isBroken()) {
        source.evictConnection(connection.pooled());
      }
      connection.pooled().close();
    } catch (SQLException e) {
      // the pool has dropped the connection either way; the work on it was ended before
      source.evictConnection(connection.pooled());
    } finally {
      leave();
    }
  }
}
