package dev.polecat.mergequeue.internal.resolve;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts contested cells while they are written, which saves a pass over all conflicts: a session's
 * {@code LAST_INSERT_ID(expression)} keeps what it was given, so each contested cell adds one to
 * its policy's share of its 63 bits. (Dolt knows no {@code @n := @n + 1}, and no UPDATE ...
 * RETURNING.)
 */
final class CellCounter {
  private static final int BITS = 63;

  private final Map<String, Integer> shifts = new LinkedHashMap<>();
  private int used;

  /**
   * Gives every policy its share.
   *
   * @param rows how many rows there are at most
   */
  CellCounter(List<CellRule> rules, long rows) {
    Map<String, Long> most = new LinkedHashMap<>();
    rules.stream()
        .filter(CellRule::decides)
        .forEach(rule -> most.merge(rule.policy().label(), rows, Long::sum));
    most.forEach(
        (label, cells) -> {
          shifts.put(label, used);
          used += Long.SIZE - Long.numberOfLeadingZeros(cells);
        });
  }

  /** Whether the shares fit. */
  boolean fits() {
    return used <= BITS;
  }

  void reset(Connection connection) throws SQLException {
    Sql.one(connection, "VALUES ROW(LAST_INSERT_ID(0))", row -> row.getLong(1));
  }

  /** SQL that is true, and counts when it is evaluated. */
  String counted(CellRule rule) {
    return rule.decides()
        ? "LAST_INSERT_ID(LAST_INSERT_ID() + %d)".formatted(1L << shifts.get(rule.policy().label()))
        : "";
  }

  Tally read(Connection connection) throws SQLException {
    long all = Sql.one(connection, "VALUES ROW(LAST_INSERT_ID())", row -> row.getLong(1));
    Map<String, Long> cells = new TreeMap<>();
    List<String> labels = List.copyOf(shifts.keySet());
    for (int i = 0; i < labels.size(); i++) {
      int from = shifts.get(labels.get(i));
      int to = i + 1 < labels.size() ? shifts.get(labels.get(i + 1)) : used;
      cells.put(labels.get(i), (all >>> from) & ((1L << (to - from)) - 1));
    }
    return new Tally(cells);
  }
}
