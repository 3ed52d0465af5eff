package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.mergequeue.Policy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How many contested cells each policy decided, by its label. */
record Tally(Map<String, Long> cells) {

  /** Counts in one pass over the rows that both sides have. */
  static Tally count(Connection connection, ConflictedRows rows, List<CellRule> rules)
      throws SQLException {
    List<CellRule> deciding = rules.stream().filter(CellRule::decides).toList();
    Map<String, Long> cells = new TreeMap<>();
    if (deciding.isEmpty()) {
      return new Tally(cells);
    }
    String codes =
        deciding.stream()
            .map(rule -> rule.code(rows.baseExists()))
            .collect(Collectors.joining(", "));
    Sql.list(
        connection,
        "SELECT CONCAT(%s) AS codes, COUNT(*) FROM %s WHERE %s GROUP BY codes"
            .formatted(codes, rows.relation(), rows.bothSides()),
        row -> {
          String found = row.getString(1);
          for (int i = 0; i < deciding.size(); i++) {
            if (found.charAt(i) - '0' > CellRule.THEIRS) {
              cells.merge(deciding.get(i).policy().label(), row.getLong(2), Long::sum);
            }
          }
          return found;
        });
    return new Tally(cells);
  }

  /** How many cells a policy decided. */
  long of(Policy policy) {
    return cells.getOrDefault(policy.label(), 0L);
  }
}
