package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.history.ColumnType.Kind;
import dev.polecat.mergequeue.Policy;
import dev.polecat.mergequeue.Policy.Rule;

/**
 * How a column's policy chooses a side, as SQL over the columns of {@link ConflictedRows}. The same
 * expressions count, list and write, so that a report cannot differ from what was done, and the
 * values never leave the server on their way.
 *
 * @param column the column
 * @param policy its policy: one that chooses a side, or sum, which leaves contested cells as they
 *     are
 * @param inBase whether the column exists at the merge base
 * @param inOurs whether the column exists on main before the merge
 */
record CellRule(Column column, Policy policy, boolean inBase, boolean inOurs) {
  /** The cell was not contested, and keeps our value. */
  static final int OURS = 0;

  /** The cell was not contested, and takes their value. */
  static final int THEIRS = 1;

  /** The policy decided for our value. */
  static final int DECIDED_OURS = 2;

  /** The policy decided for their value. */
  static final int DECIDED_THEIRS = 3;

  String our() {
    return Sql.identifier("our_" + column.name());
  }

  String their() {
    return Sql.identifier("their_" + column.name());
  }

  String base() {
    return inBase ? Sql.identifier("base_" + column.name()) : "NULL";
  }

  /** Whether contested cells are counted and listed: a policy decides them here. */
  boolean decides() {
    return policy != Rule.SUM && inOurs;
  }

  /**
   * SQL for one of the codes above.
   *
   * @param baseExists SQL that is true if the row has a base
   */
  String code(String baseExists) {
    if (!inOurs) {
      return Integer.toString(THEIRS); // main knew no such column: theirs is the only value
    }
    String contested =
        policy == Rule.SUM
            ? Integer.toString(OURS)
            : "CASE WHEN %s THEN %d ELSE %d END"
                .formatted(theirsWin(), DECIDED_THEIRS, DECIDED_OURS);
    String onlyOne =
        inBase
            ? "WHEN %1$s AND %2$s THEN %3$d WHEN %1$s AND %4$s THEN %5$d "
                .formatted(
                    baseExists,
                    column.sameSql(their(), base()),
                    OURS,
                    column.sameSql(our(), base()),
                    THEIRS)
            : "";
    return "CASE %sWHEN %s THEN %d ELSE %s END"
        .formatted(onlyOne, column.sameSql(our(), their()), OURS, contested);
  }

  /**
   * SQL for the value to write.
   *
   * @param rowHasBase whether this is for rows that have a base
   * @param counted SQL that is true, evaluated once for each contested cell; or empty
   */
  String value(boolean rowHasBase, String counted) {
    if (!inOurs) {
      return their();
    }
    String onlyOne =
        rowHasBase && inBase
            ? "WHEN %s THEN %s WHEN %s THEN %s "
                .formatted(
                    column.sameSql(their(), base()), our(), column.sameSql(our(), base()), their())
            : "";
    String contested =
        policy == Rule.SUM
            ? ""
            : "WHEN %s%s THEN %s "
                .formatted(counted.isEmpty() ? "" : counted + " AND ", theirsWin(), their());
    return "CASE %sWHEN %s THEN %s %sELSE %s END"
        .formatted(onlyOne, column.sameSql(our(), their()), our(), contested, our());
  }

  private String theirsWin() {
    return theirsWin(column, policy);
  }

  /** SQL that is true if this policy decides a contested cell for theirs; false on park. */
  static String theirsWin(Column column, Policy decider) {
    String our = Sql.identifier("our_" + column.name());
    String their = Sql.identifier("their_" + column.name());
    if (decider instanceof Policy.Newest newest) {
      String ourTime = Sql.identifier("our_" + newest.timestampColumn());
      String theirTime = Sql.identifier("their_" + newest.timestampColumn());
      return "(%s OR (%s <=> %s AND %s))"
          .formatted(beats(">", theirTime, ourTime), theirTime, ourTime, theirsIsGreater(column));
    }
    if (decider == Rule.MAX || decider == Rule.MIN) {
      String sign = decider == Rule.MAX ? ">" : "<";
      if (column.hasOrder()) {
        return beats(sign, their, our);
      }
      // strings in the order of their collation, and those it calls equal by their bytes
      return "(%s OR (%s = %s AND %s))"
          .formatted(
              beats(sign, natural(column, their), natural(column, our)),
              natural(column, their),
              natural(column, our),
              beats(sign, inFixedOrder(column, their), inFixedOrder(column, our)));
    }
    return decider == Rule.THEIRS ? "TRUE" : "FALSE";
  }

  /** SQL that is true if their value comes after ours in an order that never calls them equal. */
  static String theirsIsGreater(Column column) {
    return beats(
        ">",
        inFixedOrder(column, Sql.identifier("their_" + column.name())),
        inFixedOrder(column, Sql.identifier("our_" + column.name())));
  }

  /** NULL loses, and is the oldest time. */
  private static String beats(String sign, String x, String y) {
    return "(%1$s %3$s %2$s OR (%2$s IS NULL AND %1$s IS NOT NULL))".formatted(x, y, sign);
  }

  private static String natural(Column column, String value) {
    return column.kind() == Kind.JSON ? "CAST(%s AS CHAR)".formatted(value) : value;
  }

  private static String inFixedOrder(Column column, String value) {
    if (column.hasOrder()) {
      return value;
    }
    return column.kind() == Kind.BYTES
        ? "HEX(" + value + ")"
        : "CAST(%s AS BINARY)".formatted(natural(column, value));
  }
}
