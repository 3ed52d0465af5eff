package dev.polecat.mergequeue.internal;

import dev.polecat.mergequeue.Policy;
import dev.polecat.mergequeue.internal.TableShape.Column;
import dev.polecat.mergequeue.internal.TableShape.Kind;
import org.jspecify.annotations.Nullable;

/**
 * How one column of a conflicted row is decided, as SQL over the columns of {@code
 * dolt_conflicts_t}. The same expressions count, list and write, so that a report cannot differ
 * from what was done, and values never leave the server on their way.
 *
 * @param column the column
 * @param policy its policy
 * @param fallback what decides in place of union where a value is no array; otherwise null
 * @param baseExists SQL that is true if the row has a base
 */
record CellRule(Column column, Policy policy, @Nullable Policy fallback, String baseExists) {
  /** The cell was not contested, and keeps our value. */
  static final int OURS = 0;

  /** The cell was not contested, and takes their value. */
  static final int THEIRS = 1;

  /** A policy decided for our value. */
  static final int DECIDED_OURS = 2;

  /** A policy decided for their value. */
  static final int DECIDED_THEIRS = 3;

  /** Both values are arrays to be united, in Java. */
  static final int UNITED = 4;

  String our() {
    return Sql.identifier("our_" + column.name());
  }

  String their() {
    return Sql.identifier("their_" + column.name());
  }

  String base() {
    return Sql.identifier("base_" + column.name());
  }

  /** SQL for one of the codes above. */
  String code() {
    String decided =
        "CASE WHEN " + theirsWin() + " THEN " + DECIDED_THEIRS + " ELSE " + DECIDED_OURS + " END";
    return choose(
        Integer.toString(OURS),
        Integer.toString(THEIRS),
        isUnion()
            ? "CASE WHEN " + bothArrays() + " THEN " + UNITED + " ELSE " + decided + " END"
            : decided);
  }

  /** SQL for the value to write; for cells to be united, ours. */
  String value() {
    String decided = "CASE WHEN " + theirsWin() + " THEN " + their() + " ELSE " + our() + " END";
    return choose(
        our(),
        their(),
        isUnion()
            ? "CASE WHEN " + bothArrays() + " THEN " + our() + " ELSE " + decided + " END"
            : decided);
  }

  /** SQL that is true if the cell takes their value. */
  String takesTheirs() {
    return "(%s) IN (%d, %d)".formatted(code(), THEIRS, DECIDED_THEIRS);
  }

  boolean isUnion() {
    return policy instanceof Policy.Union;
  }

  /** The label of the policy that decides a cell with this code. */
  String label(int code) {
    return code != UNITED && fallback != null ? fallback.label() : policy.label();
  }

  private String choose(String ours, String theirs, String contested) {
    return "CASE WHEN %s THEN %s WHEN %s AND %s THEN %s WHEN %s AND %s THEN %s ELSE %s END"
        .formatted(
            same(our(), their()),
            ours,
            baseExists,
            same(their(), base()),
            ours,
            baseExists,
            same(our(), base()),
            theirs,
            contested);
  }

  private String theirsWin() {
    Policy decider = fallback == null ? policy : fallback;
    if (decider instanceof Policy.Newest newest) {
      String ours = Sql.identifier("our_" + newest.timestampColumn());
      String theirs = Sql.identifier("their_" + newest.timestampColumn());
      return "(%s OR (%s <=> %s AND %s))"
          .formatted(
              later(theirs, ours),
              theirs,
              ours,
              greater(inFixedOrder(their()), inFixedOrder(our())));
    }
    if (decider instanceof Policy.Max) {
      return column.kind() == Kind.ORDERED
          ? greater(their(), our())
          : "(%s OR (%s = %s AND %s))"
              .formatted(
                  greater(natural(their()), natural(our())),
                  natural(their()),
                  natural(our()),
                  greater(inFixedOrder(their()), inFixedOrder(our())));
    }
    return "FALSE"; // park: asked for before anything is written
  }

  private String same(String x, String y) {
    return column.kind() == Kind.TEXT
        ? "CAST(%s AS BINARY) <=> CAST(%s AS BINARY)".formatted(x, y)
        : "%s <=> %s".formatted(x, y);
  }

  /** NULL loses. */
  private static String greater(String x, String y) {
    return "(%s IS NOT NULL AND (%s IS NULL OR %s > %s))".formatted(x, y, x, y);
  }

  /** NULL is the oldest time. */
  private static String later(String x, String y) {
    return greater(x, y);
  }

  private String natural(String value) {
    return column.kind() == Kind.JSON ? "CAST(%s AS CHAR)".formatted(value) : value;
  }

  private String inFixedOrder(String value) {
    return switch (column.kind()) {
      case ORDERED -> value;
      case JSON -> "CAST(CAST(%s AS CHAR) AS BINARY)".formatted(value);
      case TEXT, BYTES -> "CAST(%s AS BINARY)".formatted(value);
    };
  }

  private String bothArrays() {
    return "(%s AND %s)".formatted(arrayOrNull(our()), arrayOrNull(their()));
  }

  private static String arrayOrNull(String value) {
    return "(%s IS NULL OR JSON_TYPE(%s) IN ('ARRAY', 'NULL'))".formatted(value, value);
  }
}
