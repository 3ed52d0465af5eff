package dev.polecat.bench.contest;

import dev.polecat.core.DoltError;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Dolt's procedures, as bare JDBC calls them. */
final class DoltCalls {
  private DoltCalls() {}

  /** Ends the transaction with a Dolt commit of everything in it. */
  static void commit(Connection connection, String writer) throws SQLException {
    try (PreparedStatement commit =
        connection.prepareStatement("CALL DOLT_COMMIT('-A', '-m', ?, '--author', ?)")) {
      commit.setString(1, writer + ": writes");
      commit.setString(2, writer + " <" + writer + "@polecat.local>");
      commit.execute();
    }
  }

  /** An attempt that lost may have left half a branch, which is made anew. */
  static void createBranch(Connection connection, String branch, boolean again)
      throws SQLException {
    call(connection, again ? "CALL DOLT_BRANCH('-f', ?)" : "CALL DOLT_BRANCH(?)", branch);
  }

  /** An attempt that lost may have deleted the branch all the same. */
  static void deleteBranch(Connection connection, String branch, boolean again)
      throws SQLException {
    try {
      call(connection, "CALL DOLT_BRANCH('-D', ?)", branch);
    } catch (SQLException e) {
      if (!again || DoltError.of(e) != DoltError.NOT_FOUND) {
        throw e;
      }
    }
  }

  /** Merges into the connection's branch; where both sides changed a row, takes the other side. */
  static void mergeWithTheirs(Connection connection, String branch) throws SQLException {
    long conflicts;
    try (PreparedStatement merge =
        connection.prepareStatement("CALL DOLT_MERGE(?, '--no-ff', '-m', ?)")) {
      merge.setString(1, branch);
      merge.setString(2, "Merge " + branch);
      try (ResultSet merged = merge.executeQuery()) {
        merged.next();
        conflicts = merged.getLong("conflicts");
      }
    }
    if (conflicts > 0) {
      call(connection, "CALL DOLT_CONFLICTS_RESOLVE('--theirs', ?)", Beads.TABLE);
      call(connection, "CALL DOLT_COMMIT('-A', '-m', ?)", "Merge " + branch);
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void call(Connection connection, String call, String argument)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(call)) {
      statement.setString(1, argument);
      statement.execute();
    }
  }
}
