package dev.polecat.core.internal.pool;

import com.mysql.cj.jdbc.JdbcConnection;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection of the driver, with what its pool knows about it. */
final class PhysicalConnection {
  private static final Logger LOG = LoggerFactory.getLogger(PhysicalConnection.class);

  private final ConnectionPool pool;
  private final JdbcConnection driver;
  private final ServerSession session;
  private long idleSince = System.nanoTime();

  PhysicalConnection(ConnectionPool pool, JdbcConnection driver, ServerSession session) {
    this.pool = pool;
    this.driver = driver;
    this.session = session;
  }

  ConnectionPool pool() {
    return pool;
  }

  Connection driver() {
    return driver;
  }

  ServerSession session() {
    return session;
  }

  /** When it was last given back, in the time of {@link System#nanoTime}. */
  long idleSince() {
    return idleSince;
  }

  void noteIdle() {
    idleSince = System.nanoTime();
  }

  /** Closes the socket: no word to the server, which may be silent, and no wait for one. */
  void drop() {
    try {
      driver.abortInternal();
    } catch (SQLException e) {
      LOG.debug("Connection {} was broken when it was closed", session, e);
    }
  }
}
