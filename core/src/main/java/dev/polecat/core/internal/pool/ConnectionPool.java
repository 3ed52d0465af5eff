package dev.polecat.core.internal.pool;

import com.mysql.cj.jdbc.JdbcConnection;
import dev.polecat.core.ConnectionUnavailableException;
import dev.polecat.core.DoltError;
import dev.polecat.core.Endpoint;
import dev.polecat.core.internal.sql.Connector;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one {@code database/branch}: opened by the thread that asks for one, and never
 * more than a given number. Has no threads. Thread-safe.
 */
final class ConnectionPool implements AutoCloseable {
  /** A branch seen less than this ago is taken to be there: asking costs two round trips. */
  private static final Duration SURELY_THERE = Duration.ofMillis(10);

  private static final Duration CHECK_LIMIT = Duration.ofSeconds(5);
  private static final Duration SHORTEST_OPEN = Duration.ofSeconds(2);
  private static final Duration LONGEST_OPEN = Duration.ofSeconds(10);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

  /** How a pool's connections behave. */
  record Settings(int maxConnections, Duration patience, boolean autoCommit, Duration silence) {}

  private final Endpoint endpoint;
  private final String path;
  private final Settings settings;
  private final IdleConnections idle;

  /** One for each connection there may be, taken in the order of asking. */
  private final Semaphore places;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<PhysicalConnection> inUse = new HashSet<>();
  private boolean closed;
  private volatile long lastLoss = System.nanoTime();

  ConnectionPool(Endpoint endpoint, String path, Settings settings, IdleConnections idle) {
    this.endpoint = endpoint;
    this.path = path;
    this.settings = settings;
    this.idle = idle;
    this.places = new Semaphore(settings.maxConnections(), true);
  }

  /**
   * Hands out a connection that was alive, and on its branch, a moment ago.
   *
   * @param trusted a connection used less than this ago is not asked, which saves a round trip,
   *     unless another was lost meanwhile
   * @throws ConnectionUnavailableException if there is none within the pool's patience
   * @throws SQLException if the server refuses, as when the branch is gone
   */
  PhysicalConnection borrow(Duration trusted) throws SQLException {
    long deadline = System.nanoTime() + settings.patience().toNanos();
    take(deadline);
    @Nullable PhysicalConnection connection = null;
    try {
      connection = usable(trusted);
      if (connection == null) {
        connection = open(deadline);
      }
      return enlist(connection);
    } finally {
      if (connection == null) {
        release();
      }
    }
  }

  /** Takes a connection back, to hand it out again or to close it. */
  void giveBack(PhysicalConnection connection, boolean usable) {
    lock.lock();
    try {
      inUse.remove(connection);
      usable &= !closed;
    } finally {
      lock.unlock();
    }
    if (usable) {
      idle.put(connection);
    } else {
      lastLoss = System.nanoTime();
      connection.drop();
    }
    release();
    if (usable && isClosed()) {
      idle.drop(this);
    }
  }

  /** Hands out no more connections, and closes those that nobody uses. */
  void retire() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    places.release(); // whoever waits for one learns that there will be none
    idle.drop(this);
  }

  /** Closes all connections, also those in use. May be called again. */
  @Override
  public void close() {
    retire();
    List<PhysicalConnection> used;
    lock.lock();
    try {
      used = List.copyOf(inUse);
    } finally {
      lock.unlock();
    }
    used.forEach(PhysicalConnection::drop);
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private void take(long deadline) throws SQLException {
    if (isClosed()) {
      throw closedHere();
    }
    boolean taken;
    try {
      taken = places.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw interrupted(path, e);
    }
    if (taken && isClosed()) {
      places.release(); // so that the next in line learns it, too
      throw closedHere();
    }
    if (!taken) {
      throw new ConnectionUnavailableException(
          DoltError.CONNECTIONS_IN_USE,
          "All "
              + settings.maxConnections()
              + " connections to "
              + path
              + " are in use, and none was given back within "
              + seconds(settings.patience())
              + ". Close connections when they are done with, or allow more.",
          null);
    }
  }

  private PhysicalConnection enlist(PhysicalConnection connection) throws SQLException {
    lock.lock();
    try {
      inUse.add(connection);
      if (!closed) {
        return connection;
      }
    } finally {
      lock.unlock();
    }
    giveBack(connection, false);
    throw closedHere();
  }

  private void release() {
    places.release();
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** An idle connection that still is what it was, or null if there is none. */
  private @Nullable PhysicalConnection usable(Duration trusted) {
    for (PhysicalConnection next = idle.take(this); next != null; next = idle.take(this)) {
      if (isUsable(next, trusted)) {
        return next;
      }
      next.drop();
    }
    return null;
  }

  private boolean isUsable(PhysicalConnection connection, Duration trusted) {
    long age = System.nanoTime() - connection.idleSince();
    if (age < trusted.toNanos() && connection.idleSince() - lastLoss > 0) {
      return true;
    }
    Connection driver = connection.driver();
    try {
      return age < SURELY_THERE.toNanos()
          ? driver.isValid((int) CHECK_LIMIT.toSeconds())
          : isOnBranch(driver);
    } catch (SQLException e) {
      return false; // a fresh connection shows what is the matter
    }
  }

  private boolean isOnBranch(Connection driver) throws SQLException {
    driver.setNetworkTimeout(Runnable::run, (int) CHECK_LIMIT.toMillis());
    try (Statement statement = driver.createStatement();
        ResultSet answer = statement.executeQuery("VALUES ROW(active_branch())")) {
      boolean there =
          answer.next() && path.substring(path.indexOf('/') + 1).equals(answer.getString(1));
      if (!settings.autoCommit()) {
        driver.rollback();
      }
      driver.setNetworkTimeout(Runnable::run, (int) settings.silence().toMillis());
      return there;
    }
  }

  /** Opens a connection, and waits for the server while it is away. */
  private PhysicalConnection open(long deadline) throws SQLException {
    Duration pause = FIRST_PAUSE;
    while (true) {
      long left = deadline - System.nanoTime();
      try {
        return openNow(
            Duration.ofNanos(
                Math.max(SHORTEST_OPEN.toNanos(), Math.min(left, LONGEST_OPEN.toNanos()))));
      } catch (SQLException e) {
        DoltError error = DoltError.of(e);
        if (error != DoltError.SERVER_AWAY
            && error != DoltError.TOO_MANY_CONNECTIONS
            && error != DoltError.CONNECTION_LOST) {
          throw e;
        }
        boolean room = error == DoltError.TOO_MANY_CONNECTIONS && idle.dropEldest();
        if (!room && deadline - System.nanoTime() <= 0) {
          throw unavailable(error, e);
        }
      }
      left = Math.min(pause.toNanos(), deadline - System.nanoTime());
      lock.lock();
      try {
        await(left);
        requireOpen();
      } finally {
        lock.unlock();
      }
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
  }

  private PhysicalConnection openNow(Duration limit) throws SQLException {
    JdbcConnection driver = Connector.open(endpoint, path, limit).unwrap(JdbcConnection.class);
    boolean opened = false;
    try {
      String server = serverIdentity(driver);
      if (!settings.autoCommit()) {
        driver.setAutoCommit(false);
        driver.rollback(); // a user's first transaction must not start from an older snapshot
      }
      driver.setNetworkTimeout(Runnable::run, (int) settings.silence().toMillis());
      opened = true;
      return new PhysicalConnection(
          this, driver, new ServerSession(server, driver.getId(), endpoint.user(), path));
    } finally {
      if (!opened) {
        driver.abortInternal();
      }
    }
  }

  String url() {
    return Connector.url(endpoint, path);
  }

  /** What a server process calls itself; one that is started again makes up another name. */
  static String serverIdentity(Connection driver) throws SQLException {
    try (Statement statement = driver.createStatement();
        ResultSet answer =
            statement.executeQuery("VALUES ROW(CONCAT(@@server_uuid, ' ', @@secure_file_priv))")) {
      answer.next();
      return answer.getString(1);
    }
  }

  private ConnectionUnavailableException unavailable(DoltError error, SQLException cause) {
    String waited = " This went on for " + seconds(settings.patience()) + ".";
    return error == DoltError.TOO_MANY_CONNECTIONS
        ? new ConnectionUnavailableException(
            error,
            "The server at "
                + endpoint
                + " closes each new connection to "
                + path
                + " at once: it has as many as its max_connections allows, or a proxy before it has"
                + " lost it."
                + waited
                + " Nothing was sent. Try again later, close some, or raise max_connections.",
            cause)
        : new ConnectionUnavailableException(
            DoltError.SERVER_AWAY,
            "The server at "
                + endpoint
                + " does not answer, so there is no connection to "
                + path
                + "."
                + waited
                + " Nothing was sent. Try again when the server is back, or allow more time. If it"
                + " is up, it may have as many connections as its max_connections allows.",
            cause);
  }

  /** Waits for a change, under the lock. */
  private void await(long nanos) throws SQLException {
    try {
      changed.awaitNanos(nanos);
    } catch (InterruptedException e) {
      throw interrupted(path, e);
    }
  }

  static SQLException interrupted(String path, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new SQLException(
        "Interrupted while waiting for a connection to " + path + ". Nothing was sent.",
        "08001",
        e);
  }

  private void requireOpen() throws SQLException {
    if (closed) {
      throw closedHere();
    }
  }

  private SQLException closedHere() {
    return new SQLException("The connections to " + path + " are closed.", "08003");
  }

  private static String seconds(Duration time) {
    return time.toMillis() / 1000.0 + " s";
  }
}
