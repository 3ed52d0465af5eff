package dev.polecat.core.internal.pool;

import dev.polecat.core.BranchSession;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltError;
import dev.polecat.core.NotCommittedException;
import dev.polecat.core.spi.Steps;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection's transactions begin and end, as its commit mode says.
 *
 * <p>In {@link CommitMode#PER_TRANSACTION} the physical connection never autocommits, and a
 * transaction ends with {@code DOLT_COMMIT} in place of {@code COMMIT}: one root update instead of
 * two, and the only way to name an author. What looks like autocommit to the user is one such
 * transaction per writing statement. A read outside a transaction leaves its snapshot open until
 * the next statement or the return to the pool, whichever comes first.
 *
 * <p>Nothing of such a transaction is visible before {@code DOLT_COMMIT} was sent. A connection
 * lost before that has committed nothing; one lost after it has a commit that can be looked for by
 * its transaction id. Used under the lock of its connection.
 */
final class BranchTransaction {
  private static final String DOLT_COMMIT =
      "CALL DOLT_COMMIT('-A', '--skip-empty', '-m', ?, '--author', ?)";

  private final Connection driver;
  private final BranchSession session;
  private final CommitInquiry inquiry;

  private boolean autoCommit = true;
  private boolean sqlTransaction;
  private boolean open;
  private boolean mayHaveCommitted;
  private @Nullable SQLException lost;

  BranchTransaction(Connection driver, BranchSession session, CommitInquiry inquiry) {
    this.driver = driver;
    this.session = session;
    this.inquiry = inquiry;
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
    return lost != null;
  }

  boolean autoCommit() throws SQLException {
    return doltCommits() ? autoCommit : driver.getAutoCommit();
  }

  void setAutoCommit(boolean on) throws SQLException {
    if (!doltCommits()) {
      driver.setAutoCommit(on);
    } else if (isLost()) {
      autoCommit = on; // nothing is open that could be committed
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

  /**
   * Called before a statement is sent.
   *
   * @param mayCommit whether it can commit anything by itself
   */
  void noteSent(boolean mayCommit) {
    open = true;
    mayHaveCommitted |= mayCommit;
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
    if (lost != null) {
      throw mayHaveCommitted ? lost : new NotCommittedException(inquiry.branch(), lost);
    }
    String id = TransactionId.next();
    try (PreparedStatement statement = driver.prepareStatement(DOLT_COMMIT)) {
      statement.setString(1, TransactionId.mark(session.commitMessage(), id));
      statement.setString(2, session.author().toString());
      Steps.reached("write.committing");
      statement.execute();
      Steps.reached("write.committed");
    } catch (SQLException e) {
      failedToCommit(id, e);
    }
    ended();
  }

  /** Returns only if the commit was made in spite of the failure. */
  private void failedToCommit(String id, SQLException failure) throws SQLException {
    boolean broken = brokeConnection(failure);
    if (!broken && !DoltError.of(failure).mayHaveTakenEffect()) {
      rollBackAfter(failure);
      throw failure;
    }
    lost = failure; // its session is ended, so that nothing can come after the look
    if (!inquiry.isCommitted(id, failure)) {
      throw broken && !mayHaveCommitted
          ? new NotCommittedException(inquiry.branch(), failure)
          : failure;
    }
  }

  /** The driver may report a lost connection as a statement that is closed. */
  private boolean brokeConnection(SQLException failure) throws SQLException {
    return DoltError.of(failure) == DoltError.CONNECTION_LOST || driver.isClosed();
  }

  void rollback() throws SQLException {
    if (lost == null) {
      driver.rollback();
    }
    ended();
  }

  /**
   * Ends what a failed statement left of its transaction.
   *
   * @param alone whether the statement was a transaction of its own
   * @return what to throw
   */
  SQLException afterFailure(SQLException failure, boolean alone) throws SQLException {
    if (brokeConnection(failure)) {
      lost = failure;
      return mayHaveCommitted ? failure : new NotCommittedException(inquiry.branch(), failure);
    }
    if (alone) {
      rollBackAfter(failure);
    }
    return failure;
  }

  private void rollBackAfter(SQLException failure) {
    try {
      rollback();
    } catch (SQLException e) {
      lost = e;
      failure.addSuppressed(e);
    }
  }

  private void ended() {
    open = false;
    sqlTransaction = false;
    mayHaveCommitted = false;
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
