package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.history.ColumnType.Kind;
import dev.polecat.mergequeue.CellDecision;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.Policy;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Adds up cells with policy sum that both sides changed. Looks at what both sides changed since the
 * merge base and not at conflicts: Dolt takes two equal increments for one.
 */
public final class Sums {
  private final OpenMerge merge;
  private final Column column;
  private final SharedRows rows;

  private Sums(OpenMerge merge, TableShape shape, Column column, Set<String> base) {
    this.merge = merge;
    this.column = column;
    this.rows = new SharedRows(merge, shape, List.of(column), base, "TRUE");
  }

  /**
   * Adds up in all tables of the open merge, whose conflicts are settled by now.
   *
   * @param tables the tables with such columns that the branch changed
   * @throws ParkException if a total does not fit its column, or cannot be told
   */
  public static void add(OpenMerge merge, Set<String> tables) throws SQLException, ParkException {
    List<String> merged = Sql.strings(merge.connection(), "SHOW TABLES");
    for (String table : tables) {
      if (merged.contains(table)) {
        try {
          addTable(merge, table);
        } catch (SQLException e) {
          throw ParkException.violated(table, e);
        }
      }
    }
  }

  private static void addTable(OpenMerge merge, String table) throws SQLException, ParkException {
    Set<String> ours = SchemaChanges.columnsAt(merge, table, merge.ours());
    Set<String> theirs = SchemaChanges.columnsAt(merge, table, merge.theirs());
    if (ours.isEmpty() || theirs.isEmpty()) {
      return; // one side alone has it
    }
    Set<String> base = baseColumns(merge, table);
    TableShape shape = TableShape.read(merge.connection(), table);
    for (Column column : TablePlan.sums(shape, merge.policies())) {
      String name = column.name();
      if (!base.contains(name)) { // it is new, or had another name
        Set<String> gone = new HashSet<>(base);
        gone.removeIf(other -> ours.contains(other) && theirs.contains(other));
        SchemaChanges.requireNotLost(merge, table, gone, ours, theirs);
      }
      if (ours.contains(name) && theirs.contains(name)) {
        new Sums(merge, shape, column, base).add();
      }
    }
  }

  /** The columns at the merge base, whatever the table was called there. */
  private static Set<String> baseColumns(OpenMerge merge, String table) throws SQLException {
    Set<String> columns = new HashSet<>();
    for (String column : Sql.columns(merge.connection(), merge.ourDiff(table))) {
      if (column.startsWith("from_")) {
        columns.add(column.substring("from_".length()));
      }
    }
    columns.removeAll(Set.of("commit", "commit_date"));
    return columns;
  }

  private void add() throws SQLException, ParkException {
    long cells =
        Sql.one(
            merge.connection(),
            "SELECT COUNT(*) FROM %s WHERE %s".formatted(rows.relation(), bothChanged()),
            row -> row.getLong(1));
    if (cells == 0) {
      return;
    }
    Triggers.requireNone(merge.connection(), rows.shape().name(), "UPDATE");
    merge.resolution().addCells(Policy.Rule.SUM.label(), cells);
    list();
    boolean exact = column.kind() != Kind.FLOATING;
    String total = exact ? "CAST(" + total() + " AS CHAR)" : total();
    try {
      rows.write(List.of(total + " AS " + column.quoted()), List.of(column), bothChanged());
    } catch (SQLException e) {
      if (String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("out of range")) {
        throw doesNotFit(e.getMessage());
      }
      throw e;
    }
    if (exact) {
      requireExact();
    }
  }

  /** Dolt stores the nearest value of a column's type where another does not fit. */
  private void requireExact() throws SQLException, ParkException {
    long wrong =
        Sql.one(
            merge.connection(),
            "SELECT COUNT(*) FROM %s WHERE NOT (%s <=> decided.total)"
                .formatted(
                    rows.joined(List.of(total() + " AS total"), bothChanged()),
                    number("merged." + column.quoted())),
            row -> row.getLong(1));
    if (wrong > 0) {
      throw doesNotFit(wrong + " of them.");
    }
  }

  private ParkException doesNotFit(String detail) {
    return new ParkException(
        new ParkReason.NotResolvable(
            rows.shape().name(),
            "sums do not fit column %s, which is %s: %s"
                .formatted(column.name(), column.type(), detail)));
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
        .formatted(number(side("our_")), number(side("their_")), number(side("base_")));
  }

  /** Integers are added as decimals: Dolt's own sums are wrong beyond 64 bits. */
  private String number(String value) {
    return column.kind() == Kind.INTEGER ? "CAST(" + value + " AS DECIMAL(65, 0))" : value;
  }

  private String side(String prefix) {
    return Sql.identifier(prefix + column.name());
  }
}
