package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.mergequeue.CellDecision;
import dev.polecat.mergequeue.Policy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Settles the rows of one table with a primary key that both sides changed, cell by cell. Where a
 * side is chosen, that happens on the server, for all rows at once; only cells decided in Java
 * travel.
 */
final class TableResolver {
  private final OpenMerge merge;
  private final Connection connection;
  private final TablePlan plan;
  private final TableShape shape;
  private final ConflictedRows rows;

  TableResolver(OpenMerge merge, TablePlan plan, ConflictedRows rows) {
    this.merge = merge;
    this.connection = merge.connection();
    this.plan = plan;
    this.shape = plan.shape();
    this.rows = rows;
  }

  void resolve() throws SQLException, ParkException {
    SchemaChanges schema = SchemaChanges.of(merge, shape, rows.columns());
    if (rows.hasIds() && merge.changesSchema()) {
      HiddenNulls.requireNone(merge, shape);
    }
    List<CellRule> sides = plan.sides(rows.columns(), schema::inOurs);
    requireNoneParked(sides.stream().filter(rule -> rule.policy() == Policy.Rule.PARK).toList());
    List<ComputedRule> inJava = plan.computed(rows.columns(), schema::inOurs);
    list(
        sides.stream().filter(CellRule::decides).toList(),
        !rows.hasIds() || !inJava.isEmpty(),
        merge.resolution());
    ComputedWrites computed = ComputedCells.decide(merge, plan, rows, inJava);
    rows.write(sides, computed).cells().forEach(merge.resolution()::addCells);
    if (rows.mayHaveDeletions()) {
      new Deletions(merge, plan, rows).settle();
    }
  }

  private void requireNoneParked(List<CellRule> rules) throws SQLException, ParkException {
    if (rules.isEmpty() || Tally.count(connection, rows, rules).of(Policy.park()) == 0) {
      return;
    }
    Resolution parked = new Resolution(Math.max(1, merge.resolution().maxListed()));
    list(rules, true, parked);
    List<CellDecision> cells = parked.decisions().cells();
    List<String> columns = cells.stream().map(CellDecision::column).distinct().toList();
    throw plan.parked(columns, cells, "");
  }

  /**
   * Lists contested cells.
   *
   * @param search whether there may be rows without one; in Dolt's conflicts each row has one, so
   *     no more rows need to be looked at than cells are listed
   */
  private void list(List<CellRule> rules, boolean search, Resolution into) throws SQLException {
    if (into.room() <= 0 || rules.isEmpty()) {
      return;
    }
    String cells =
        rules.stream()
            .map(
                rule ->
                    "%s, %s, %s, %s"
                        .formatted(
                            rule.code(rows.baseExists()),
                            rule.column().select(rule.base()),
                            rule.column().select(rule.our()),
                            rule.column().select(rule.their())))
            .collect(Collectors.joining(", "));
    String anyContested =
        rules.stream()
            .map(rule -> "(%s) > %d".formatted(rule.code(rows.baseExists()), CellRule.THEIRS))
            .collect(Collectors.joining(" OR "));
    Sql.list(
        connection,
        "SELECT %s, %s FROM %s WHERE %s%s LIMIT %d"
            .formatted(
                keys(shape, "our_"),
                cells,
                rows.relation(),
                rows.bothSides(),
                search ? " AND (" + anyContested + ")" : "",
                into.room()),
        row -> {
          listRow(rules, row, into);
          return row;
        });
  }

  private void listRow(List<CellRule> rules, ResultSet row, Resolution into) throws SQLException {
    Map<String, Object> key = readKey(shape, row);
    int at = shape.keys().size() + 1;
    for (CellRule rule : rules) {
      int code = row.getInt(at);
      if (code > CellRule.THEIRS && into.room() > 0) {
        Object ours = rule.column().read(row, at + 2);
        Object theirs = rule.column().read(row, at + 3);
        into.add(
            new CellDecision(
                shape.name(),
                key,
                rule.column().name(),
                rule.policy().label(),
                rule.column().read(row, at + 1),
                ours,
                theirs,
                code == CellRule.DECIDED_THEIRS ? theirs : ours));
      }
      at += 4;
    }
  }

  /** The key columns of one side, to be read by {@link #readKey}. */
  static String keys(TableShape shape, String prefix) {
    return shape.keys().stream()
        .map(key -> key.select(Sql.identifier(prefix + key.name())))
        .collect(Collectors.joining(", "));
  }

  /** Reads a key from the first columns of a row. */
  static Map<String, Object> readKey(TableShape shape, ResultSet row) throws SQLException {
    Map<String, Object> key = new LinkedHashMap<>();
    int at = 1;
    for (Column column : shape.keys()) {
      key.put(column.name(), Objects.requireNonNull(column.read(row, at++)));
    }
    return key;
  }
}
