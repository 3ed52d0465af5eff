package dev.polecat.core.internal.pool;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitUnknownException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Finds out whether a transaction was committed whose commit was not answered. */
final class CommitInquiry {
  private final Inquiry inquiry;
  private final BranchName branch;
  private final ServerSession session;

  CommitInquiry(Inquiry inquiry, BranchName branch, ServerSession session) {
    this.inquiry = inquiry;
    this.branch = branch;
    this.session = session;
  }

  BranchName branch() {
    return branch;
  }

  /**
   * Ends the session the commit was sent on, and looks for the commit.
   *
   * @param lost how the connection was lost
   * @throws CommitUnknownException if it cannot be known
   */
  boolean isCommitted(String transactionId, SQLException lost) throws CommitUnknownException {
    try {
      return inquiry
          .afterEndOf(session, connection -> look(connection, transactionId))
          .orElseThrow(
              () ->
                  new CommitUnknownException(
                      branch,
                      transactionId,
                      "the branch was deleted, and no other has the commit",
                      lost));
    } catch (Inquiry.NoAnswerException e) {
      CommitUnknownException unknown =
          new CommitUnknownException(branch, transactionId, e.getMessage(), lost);
      unknown.addSuppressed(e);
      throw unknown;
    }
  }

  /** Whether the commit is there; empty if the place to look at is gone. */
  private Optional<Boolean> look(Connection connection, String transactionId) throws SQLException {
    if (found(connection, "SELECT 1 FROM dolt_log WHERE message LIKE ? LIMIT 1", transactionId)) {
      return Optional.of(true);
    }
    try (PreparedStatement find = connection.prepareStatement("VALUES ROW(active_branch())");
        ResultSet rows = find.executeQuery()) {
      if (rows.next() && branch.value().equals(rows.getString(1))) {
        return Optional.of(false);
      }
    }
    // the branch is gone; what it held may have been merged before
    return found(
            connection,
            "SELECT 1 FROM dolt_log('--all') WHERE message LIKE ? LIMIT 1",
            transactionId)
        ? Optional.of(true)
        : Optional.empty();
  }

  private static boolean found(Connection connection, String sql, String transactionId)
      throws SQLException {
    try (PreparedStatement find = connection.prepareStatement(sql)) {
      find.setString(1, "%" + TransactionId.TRAILER + transactionId);
      try (ResultSet rows = find.executeQuery()) {
        return rows.next();
      }
    }
  }
}
