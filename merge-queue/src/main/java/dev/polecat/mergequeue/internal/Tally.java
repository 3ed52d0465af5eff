package dev.polecat.mergequeue.internal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;

/**
 * How often each column of a table's conflicted rows ended with each of {@link CellRule}'s codes,
 * counted on the server in one pass. Columns that nothing happens to need not be listed or written.
 */
final class Tally {
  private static final int CODES = CellRule.UNITED + 1;

  private final long[][] counts;

  private Tally(int columns) {
    this.counts = new long[columns][CODES];
  }

  /** Counts the rows that exist on both sides. */
  static Tally of(Connection connection, TablePlan plan) throws SQLException {
    Tally tally = new Tally(plan.rules().size());
    if (plan.rules().isEmpty()) {
      return tally;
    }
    String codes = plan.rules().stream().map(CellRule::code).collect(Collectors.joining(", "));
    String sql =
        "SELECT CONCAT(%s) AS codes, COUNT(*) FROM %s WHERE %s GROUP BY codes"
            .formatted(codes, Sql.conflicts(plan.shape().name()), Resolver.BOTH_SIDES);
    try (Statement statement = connection.createStatement();
        ResultSet groups = statement.executeQuery(sql)) {
      while (groups.next()) {
        tally.add(groups.getString(1), groups.getLong(2));
      }
    }
    return tally;
  }

  long count(int column, int code) {
    return counts[column][code];
  }

  /** How many cells of a column one side's value was chosen for by policy. */
  long decided(int column) {
    return count(column, CellRule.DECIDED_OURS) + count(column, CellRule.DECIDED_THEIRS);
  }

  /** Whether a policy had a say in any cell of a column. */
  boolean isContested(int column) {
    return decided(column) + count(column, CellRule.UNITED) > 0;
  }

  /** Whether any cell of a column takes their value. */
  boolean takesTheirs(int column) {
    return count(column, CellRule.THEIRS) + count(column, CellRule.DECIDED_THEIRS) > 0;
  }

  private void add(String codes, long rows) {
    for (int column = 0; column < counts.length; column++) {
      counts[column][codes.charAt(column) - '0'] += rows;
    }
  }
}
