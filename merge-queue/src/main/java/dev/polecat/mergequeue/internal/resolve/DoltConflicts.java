package dev.polecat.mergequeue.internal.resolve;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The conflicts that Dolt reports for a table. One UPDATE of {@code dolt_conflicts_t} writes them
 * through to the table, without firing {@code ON UPDATE CURRENT_TIMESTAMP} or triggers; one UPDATE
 * per row would scan all conflicts each time.
 *
 * <p>The UPDATE begins by assigning {@code from_root_ish}, which Dolt ignores. But it makes the row
 * differ in its first column: Dolt then spares itself comparing all of the old row with the new
 * one, half the time otherwise, and does not skip rows in which only the letter case of a string
 * changed whose collation does not tell.
 */
final class DoltConflicts implements ConflictedRows {
  private final Connection connection;
  private final TableShape shape;
  private final ConflictColumns columns;
  private final long conflicts;
  private boolean allMatched;

  /**
   * Reads which columns the conflicts have.
   *
   * @param conflicts how many there are
   */
  DoltConflicts(Connection connection, TableShape shape, long conflicts) throws SQLException {
    this.connection = connection;
    this.shape = shape;
    this.columns = ConflictColumns.read(connection, shape.name());
    this.conflicts = conflicts;
  }

  @Override
  public TableShape shape() {
    return shape;
  }

  @Override
  public String relation() {
    return Sql.conflicts(shape.name());
  }

  @Override
  public ConflictColumns columns() {
    return columns;
  }

  @Override
  public boolean hasIds() {
    return true;
  }

  @Override
  public boolean mayHaveDeletions() {
    return !allMatched;
  }

  @Override
  public Tally write(List<CellRule> rules, ComputedWrites computed)
      throws SQLException, ParkException {
    CellCounter counter = new CellCounter(rules, conflicts);
    Tally tally = counter.fits() ? null : Tally.count(connection, this, rules);
    if (tally == null) {
      counter.reset(connection);
    }
    computed.send();
    long matched = 0;
    if (columns.base().contains(shape.keys().get(0).name())) {
      matched = update(true, rules, tally == null ? counter : null, computed);
    }
    if (matched < conflicts) {
      matched += update(false, rules, tally == null ? counter : null, computed);
    }
    allMatched = matched == conflicts;
    Tally counted = tally == null ? counter.read(connection) : tally;
    computed.writeRest();
    return counted;
  }

  /** Writes the rows with or without a base; returns how many there are. */
  private long update(
      boolean haveBase,
      List<CellRule> rules,
      @Nullable CellCounter counter,
      ComputedWrites computed)
      throws SQLException {
    List<String> assignments = new ArrayList<>(List.of("from_root_ish = ''"));
    assignments.addAll(computed.assignments());
    for (CellRule rule : rules) {
      assignments.add(
          rule.our() + " = " + rule.value(haveBase, counter == null ? "" : counter.counted(rule)));
    }
    String base = haveBase ? baseExists() : "NOT (" + baseExists() + ")";
    try (Statement statement = connection.createStatement()) {
      return statement.executeLargeUpdate(
          "UPDATE %s SET %s WHERE %s AND %s"
              .formatted(relation(), String.join(", ", assignments), base, bothSides()));
    }
  }
}
