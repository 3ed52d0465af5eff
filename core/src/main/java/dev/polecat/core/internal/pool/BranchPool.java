package dev.polecat.core.internal.pool;

import dev.polecat.core.BranchClosedException;
import dev.polecat.core.BranchName;
import dev.polecat.core.BranchSession;
import dev.polecat.core.CommitHash;
import dev.polecat.core.ConnectionUnavailableException;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltError;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The connections of one branch, counted. Thread-safe. */
public final class BranchPool implements AutoCloseable {
  private enum State {
    OPEN,
    PAUSED,
    DRAINED,
    CLOSED,
    DELETED
  }

  /** Not by dolt_status, which shows no change of a column's comment. */
  private static final String HEAD_IF_CLEAN =
      "VALUES ROW(active_branch(), DOLT_HASHOF_DB('WORKING') = DOLT_HASHOF_DB('HEAD')"
          + " AND DOLT_HASHOF_DB('STAGED') = DOLT_HASHOF_DB('HEAD'), HASHOF('HEAD'))";

  private static final Duration ASKED_ANYWAY = Duration.ofDays(1);

  private final Inquiry inquiry;
  private final DatabaseName database;
  private final BranchName branch;
  private final BranchSession session;
  private final Runnable onClose;
  private final ConnectionPool connections;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private State state = State.OPEN;
  private int inUse;

  public BranchPool(
      Pools pools,
      DatabaseName database,
      BranchName branch,
      BranchSession session,
      Runnable onClose) {
    this.inquiry = pools.inquiry(session.patience());
    this.database = database;
    this.branch = branch;
    this.session = session;
    this.onClose = onClose;
    this.connections = pools.branchPool(database + "/" + branch, session);
  }

  public BranchName branch() {
    return branch;
  }

  public Connection connection() throws SQLException {
    enter();
    boolean handedOut = false;
    try {
      PhysicalConnection physical = borrow();
      Connection guarded =
          new GuardedConnection(
                  physical,
                  new CommitInquiry(inquiry, branch, physical.session()),
                  database,
                  branch,
                  session,
                  this::giveBack)
              .proxy();
      handedOut = true;
      return guarded;
    } finally {
      if (!handedOut) {
        leave();
      }
    }
  }

  public boolean drain(Duration limit) throws InterruptedException {
    return empty(State.DRAINED, limit);
  }

  /** As {@link #drain}, but who asks for a connection waits until {@link #resume}. */
  public boolean pause(Duration limit) throws InterruptedException {
    return empty(State.PAUSED, limit);
  }

  private boolean empty(State meanwhile, Duration limit) throws InterruptedException {
    lock.lock();
    boolean drained = false;
    try {
      if (isOver()) {
        drained = true;
        return true;
      }
      state = meanwhile;
      long left = limit.toNanos();
      while (inUse > 0 && left > 0) {
        left = released.awaitNanos(left);
      }
      drained = inUse == 0;
      return drained;
    } finally {
      if (!drained) {
        resume();
      }
      lock.unlock();
    }
  }

  public void resume() {
    lock.lock();
    try {
      if (!isOver()) {
        state = State.OPEN;
        released.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The branch's head, if that is all there is on it; also when nothing is handed out any more. */
  public Optional<CommitHash> headIfClean() throws SQLException {
    PhysicalConnection physical = connections.borrow(ASKED_ANYWAY);
    try (Statement ask = physical.driver().createStatement();
        ResultSet answer = ask.executeQuery(HEAD_IF_CLEAN)) {
      answer.next();
      return branch.value().equals(answer.getString(1)) && answer.getBoolean(2)
          ? Optional.of(CommitHash.of(answer.getString(3)))
          : Optional.empty();
    } finally {
      connections.giveBack(physical, false); // with the snapshot it took
    }
  }

  /** Closes the connections, also those in use. */
  @Override
  public void close() {
    if (over(State.CLOSED)) {
      connections.close();
      onClose.run();
    }
  }

  /** Hands out no more connections; those in use are left to what the server says. */
  public void closeAsDeleted() {
    if (over(State.DELETED)) {
      connections.retire();
      onClose.run();
    }
  }

  private boolean over(State end) {
    lock.lock();
    try {
      if (isOver()) {
        return false;
      }
      state = end;
      released.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isOver() {
    return state == State.CLOSED || state == State.DELETED;
  }

  @Override
  public String toString() {
    return database + "/" + branch;
  }

  private void enter() throws SQLException {
    lock.lock();
    try {
      if (state == State.PAUSED) {
        awaitResumed();
      }
      requireOpen();
      inUse++;
    } finally {
      lock.unlock();
    }
  }

  private void awaitResumed() throws SQLException {
    long left = session.patience().toNanos();
    try {
      while (state == State.PAUSED && left > 0) {
        left = released.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw ConnectionPool.interrupted(toString(), e);
    }
    if (state == State.PAUSED) {
      throw new ConnectionUnavailableException(
          DoltError.CONNECTIONS_IN_USE,
          "Branch "
              + this
              + " is being brought up to date, which took longer than "
              + session.patience().toSeconds()
              + " s. Nothing was sent; try again.",
          null);
    }
  }

  private PhysicalConnection borrow() throws SQLException {
    try {
      return connections.borrow(session.trust());
    } catch (SQLException e) {
      lock.lock();
      try {
        requireOpen(); // tells why, if it was closed while this thread waited
      } finally {
        lock.unlock();
      }
      throw e;
    }
  }

  private void requireOpen() throws SQLException {
    if (state != State.OPEN) {
      String why =
          switch (state) {
            case DELETED -> " was deleted.";
            case CLOSED -> " is closed here.";
            default -> " takes no more writes here.";
          };
      throw new BranchClosedException(
          state == State.DELETED,
          "Branch " + this + why + " Open another branch for further work.");
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

  private void giveBack(GuardedConnection connection) {
    try {
      connections.giveBack(connection.physical(), !connection.isBroken());
    } finally {
      leave();
    }
  }
}
