package dev.polecat.bench;

import dev.polecat.bench.compare.LostWriteException;
import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.mergequeue.MergeRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Branches with work on the town's issues that only wait for their merge. */
final class FinishedBranches {
  private final DoltDatabase database;
  private final Shape shape;
  private final List<MergeRequest> requests = new ArrayList<>();
  private int inserted;
  private int closed;

  /**
   * What the branches are like.
   *
   * @param branches how many
   * @param commits how many commits each has, of one row
   * @param rows how many rows main's table has
   * @param overlap how many of 100 commits change rows that other branches change, too
   */
  record Shape(int branches, int commits, int rows, int overlap) {
    @Override
    public String toString() {
      return branches
          + " branches of "
          + commits
          + " commits, "
          + rows
          + " rows, "
          + overlap
          + " % overlap";
    }
  }

  FinishedBranches(DoltDatabase database, Shape shape) {
    this.database = database;
    this.shape = shape;
  }

  /** What is to be merged, in the order in which it was made. */
  List<MergeRequest> requests() {
    return requests;
  }

  boolean areDisjoint() {
    return shape.overlap() == 0;
  }

  /** Fills main's table, then makes the branches: each commit inserts or changes one row. */
  void make() throws SQLException {
    try (Connection connection = database.connect(BranchName.MAIN);
        Statement statement = connection.createStatement()) {
      for (int from = 0; from < shape.rows(); from += 1_000) {
        List<String> rows = new ArrayList<>();
        for (int i = from; i < Math.min(from + 1_000, shape.rows()); i++) {
          rows.add("('gt-%d', 'Issue %d', 'open', 2, '[\"bench\"]')".formatted(i, i));
        }
        statement.execute(
            "INSERT INTO issues (id, title, status, priority, labels) VALUES "
                + String.join(", ", rows));
      }
      statement.execute("CALL DOLT_COMMIT('-Am', 'issues')");
      statement.execute("SET dolt_transaction_commit = 1");
      for (int branch = 0; branch < shape.branches(); branch++) {
        make(statement, branch);
      }
    }
  }

  private void make(Statement statement, int number) throws SQLException {
    BranchName branch = BranchName.of("polecat-bench-" + number);
    CommitHash base = database.createBranch(branch, BranchName.MAIN);
    statement.execute("USE `" + database.name() + "/" + branch + "`");
    for (int commit = 0; commit < shape.commits(); commit++) {
      int own = number * shape.commits() + commit;
      if (own * 37 % 100 < shape.overlap()) {
        statement.execute(closeIssue(commit));
      } else if (commit % 2 == 0) {
        statement.execute("INSERT INTO issues (id, title) VALUES ('new-" + own + "', 'written')");
        inserted++;
      } else {
        statement.execute(closeIssue(shape.commits() + own));
        closed++;
      }
    }
    CommitHash sealed = database.head(branch).orElseThrow();
    statement.execute("USE `" + database.name() + "`");
    requests.add(
        MergeRequest.of(branch, base, sealed, new Author("writer", "writer@polecat.local")));
  }

  private static String closeIssue(int row) {
    return "UPDATE issues SET status = 'closed', closed_at = NOW(6) WHERE id = 'gt-" + row + "'";
  }

  /** Requires that all rows of all branches are on main, and the branches gone. */
  void requireMerged() throws SQLException, LostWriteException {
    try (Connection connection = database.connect(BranchName.MAIN);
        PreparedStatement count =
            connection.prepareStatement(
                "SELECT SUM(id LIKE 'new-%'), SUM(status = 'closed') FROM issues AS OF 'main'");
        ResultSet found = count.executeQuery()) {
      found.next();
      if (found.getInt(1) != inserted || found.getInt(2) < closed) {
        throw new LostWriteException(
            "Of %d rows %d are there, of %d changes %d."
                .formatted(inserted, found.getInt(1), closed, found.getInt(2)));
      }
    }
    List<String> branches = database.branches();
    if (branches.size() != 1) {
      throw new IllegalStateException("There still are branches: " + branches);
    }
  }
}
