package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.mergequeue.CellDecision;
import dev.polecat.mergequeue.Policy;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * Adds up cells with policy sum that both sides changed. Looks at what both sides changed since the
 * merge base and not at conflicts: Dolt takes two equal increments for one.
 */
public final class Sums {
  private final OpenMerge merge;
  private final Column column;
  private final SharedRows rows;

  private Sums(OpenMerge merge, TableShape shape, Column column) {
    this.merge = merge;
    this.column = column;
    this.rows = new SharedRows(merge, shape, List.of(column));
  }

  /**
   * Adds up in all tables of the open merge, whose conflicts are settled by now.
   *
   * @param tables the tables with such columns that the branch changed
   */
  public static void add(OpenMerge merge, Set<String> tables) throws SQLException {
    for (String table : tables) {
      TableShape shape = TableShape.read(merge.connection(), table);
      for (Column column : TablePlan.sums(shape, merge.policies())) {
        new Sums(merge, shape, column).add();
      }
    }
  }

  private void add() throws SQLException {
    long cells =
        Sql.one(
            merge.connection(),
            "SELECT COUNT(*) FROM %s WHERE %s".formatted(rows.relation(), bothChanged()),
            row -> row.getLong(1));
    if (cells == 0) {
      return;
    }
    merge.resolution().addCells(Policy.Rule.SUM.label(), cells);
    list();
    rows.write(List.of(total() + " AS " + column.quoted()), List.of(column), bothChanged());
  }

  private void list() throws SQLException {
    if (merge.resolution().room() == 0) {
      return;
    }
    int value = rows.shape().keys().size() + 1;
    List<CellDecision> decisions =
        Sql.list(
            merge.connection(),
            "SELECT %s, %s, %s, %s, %s FROM %s WHERE %s LIMIT %d"
                .formatted(
                    TableResolver.keys(rows.shape(), "our_"),
                    side("base_"),
                    side("our_"),
                    side("their_"),
                    total(),
                    rows.relation(),
                    bothChanged(),
                    merge.resolution().room()),
            row ->
                new CellDecision(
                    rows.shape().name(),
                    TableResolver.readKey(rows.shape(), row),
                    column.name(),
                    Policy.Rule.SUM.label(),
                    column.read(row, value),
                    column.read(row, value + 1),
                    column.read(row, value + 2),
                    column.read(row, value + 3)));
    decisions.forEach(merge.resolution()::add);
  }

  private String bothChanged() {
    return "%s AND %s AND %s".formatted(rows.bothSides(), changed("our_"), changed("their_"));
  }

  private String changed(String side) {
    return "(%sdiff_type = 'added' OR NOT (%s <=> %s))".formatted(side, side("base_"), side(side));
  }

  private String total() {
    return "COALESCE(%s, 0) + COALESCE(%s, 0) - COALESCE(%s, 0)"
        .formatted(side("our_"), side("their_"), side("base_"));
  }

  private String side(String prefix) {
    return Sql.identifier(prefix + column.name());
  }
}
