package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock that makes one door of many processes' queues. The server holds it for a session and
 * takes it back when the session ends, so it never outlives its holder; who merges does so in that
 * very session. A request that waits is withdrawn only by who holds it.
 */
public final class MergeLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MergeLock.class);

  private final Connection connection;
  private final DatabaseName database;

  private MergeLock(Connection connection, DatabaseName database) {
    this.connection = connection;
    this.database = database;
  }

  /**
   * Takes the lock in a session of its own.
   *
   * @throws LockBusyException if others hold it all the time
   */
  public static MergeLock acquire(DoltDatabase database, Duration limit) throws SQLException {
    Connection connection = database.connect(BranchName.MAIN);
    try {
      if (!acquire(connection, database.name(), limit)) {
        throw new LockBusyException(database.name());
      }
      return new MergeLock(connection, database.name());
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Takes the lock for a session; the limit counts in whole seconds, at least one. */
  static boolean acquire(Connection connection, DatabaseName database, Duration limit)
      throws SQLException {
    long seconds = Math.max(1, limit.toSeconds());
    return Sql.one(
            connection, "SELECT GET_LOCK(?, " + seconds + ")", row -> row.getInt(1), name(database))
        == 1;
  }

  static void release(Connection connection, DatabaseName database) throws SQLException {
    Sql.one(connection, "SELECT RELEASE_LOCK(?)", row -> row.getInt(1), name(database));
  }

  /** Gives the lock back, and ends the session. */
  @Override
  public void close() {
    try (connection) {
      release(connection, database);
    } catch (SQLException e) {
      LOG.debug(
          "The session that held the merge lock of {} was broken; so it is free", database, e);
    }
  }

  private static String name(DatabaseName database) {
    return "pq:" + database;
  }
}
