package dev.polecat.core.internal.pool;

import dev.polecat.core.BranchSession;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltError;
import dev.polecat.core.spi.Steps;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Where a connection's transactions begin and end, as its commit mode says.
 *
 * <p>In {@link CommitMode#PER_TRANSACTION} the physical connection never autocommits, and a
 * transaction ends with {@code DOLT_COMMIT} in place of {@code COMMIT}: one root update instead of
 * two, and the only way to name an author. What looks like autocommit to the user is one such
 * transaction per writing statement. A read outside a transaction leaves its snapshot open until
 * the next statement or the return to the pool, whichever comes first. Used under the lock of its
 * connection.
 */
final class BranchTransaction {
  private static final String DOLT_COMMIT =
      "CALL DOLT_COMMIT('-A', '--skip-empty', '-m', ?, '--author', ?)";

  private final Connection driver;
  private final BranchSession session;

  private boolean autoCommit = true;
  private boolean sqlTransaction;
  private boolean open;
  private boolean lost;

  BranchTransaction(Connection driver, BranchSession session) {
    this.driver = driver;
    this.session = session;
  }

  boolean doltCommits() {
    return session.commitMode() == CommitMode.PER_TRANSACTION;
  }

  /** Whether the next statement is a transaction of its own. */
  boolean commitsEachStatement() {
    return doltCommits() && autoCommit && !sqlTransaction;
  }

  /** Whether the connection failed in a way that leaves nothing to go on with. */
  boolean isLost() {
    return lost;
  }

  boolean autoCommit() throws SQLException {
    return doltCommits() ? autoCommit : driver.getAutoCommit();
  }

  void setAutoCommit(boolean on) throws SQLException {
    if (!doltCommits()) {
      driver.setAutoCommit(on);
    } else if (on != autoCommit) {
      if (open && (on || sqlTransaction)) {
        commit(); // as JDBC demands
      } else if (open) {
        rollback(); // a read's snapshot
      }
      autoCommit = on;
    }
  }

  /** Called before a statement that is a transaction of its own: it must see the newest rows. */
  void endSnapshot() throws SQLException {
    if (open) {
      rollback();
    }
  }

  void noteOpen() {
    open = true;
  }

  /** BEGIN commits what is open; call before it is sent. */
  void beginBySql() throws SQLException {
    if (doltCommits() && open && !commitsEachStatement()) {
      commit();
    }
    sqlTransaction = true;
    open = true;
  }

  void commit() throws SQLException {
    if (!doltCommits()) {
      driver.commit();
      return;
    }
    try (PreparedStatement statement = driver.prepareStatement(DOLT_COMMIT)) {
      statement.setString(1, session.commitMessage());
      statement.setString(2, session.author().toString());
      Steps.reached("write.committing");
      statement.execute();
      Steps.reached("write.committed");
    } catch (SQLException e) {
      throw afterFailure(e);
    }
    open = false;
    sqlTransaction = false;
  }

  void rollback() throws SQLException {
    driver.rollback();
    open = false;
    sqlTransaction = false;
  }

  /** Ends what a failed statement or commit left of its transaction, and returns the failure. */
  SQLException afterFailure(SQLException failure) {
    if (DoltError.of(failure) == DoltError.CONNECTION_LOST) {
      lost = true;
      return failure;
    }
    try {
      rollback();
    } catch (SQLException e) {
      lost = true;
      failure.addSuppressed(e);
    }
    return failure;
  }

  /** Rolls back what is uncommitted when the connection goes back to its pool. */
  void end() throws SQLException {
    if (doltCommits()) {
      endSnapshot();
      return;
    }
    if (sqlTransaction) {
      try (Statement statement = driver.createStatement()) {
        statement.execute("ROLLBACK"); // the driver's method refuses to in autocommit
      }
    }
    if (!driver.getAutoCommit()) {
      driver.rollback();
      driver.setAutoCommit(true);
    }
  }
}
