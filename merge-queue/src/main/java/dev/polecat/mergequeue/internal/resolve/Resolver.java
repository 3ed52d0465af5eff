package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.mergequeue.InvalidPolicyException;
import dev.polecat.mergequeue.ParkReason;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Settles the conflicts of an open merge, table by table.
 *
 * <p>Dolt leaves the whole row as ours when one cell conflicts, so every column of a conflicted row
 * is merged three ways here.
 */
public final class Resolver {
  /** Tables of Dolt's own whose conflicts it does not let anybody write; trying is a panic. */
  private static final Set<String> UNWRITABLE = Set.of("dolt_schemas", "dolt_procedures");

  private final OpenMerge merge;
  private final ByHand byHand;

  public Resolver(OpenMerge merge, ByHand byHand) {
    this.merge = merge;
    this.byHand = byHand;
  }

  /**
   * Resolves every conflict of the merge.
   *
   * @throws ParkException if a cell cannot be decided; some tables may be written by then
   */
  public void resolve() throws SQLException, ParkException {
    for (Map.Entry<String, Long> table : conflicts().entrySet()) {
      parkingOn(table.getKey(), () -> resolve(table.getKey(), table.getValue()));
    }
  }

  private Map<String, Long> conflicts() throws SQLException {
    Map<String, Long> rowsByTable = new TreeMap<>();
    Sql.list(
        merge.connection(),
        "SELECT `table`, num_conflicts FROM dolt_conflicts",
        row -> rowsByTable.put(row.getString(1), row.getLong(2)));
    return rowsByTable;
  }

  /**
   * Resolves the rows of a table that Dolt was kept from merging by {@link Alignment}.
   *
   * @throws ParkException if a cell cannot be decided
   */
  public void resolveAligned(String table) throws SQLException, ParkException {
    parkingOn(table, () -> settleAligned(table));
  }

  /**
   * Writes the rows that a person gave.
   *
   * @throws ParkException if one breaks a constraint
   */
  public void writeByHand() throws SQLException, ParkException {
    for (String table : byHand.tables()) {
      parkingOn(table, () -> byHand.write(merge, table));
    }
  }

  private interface Step {
    void run() throws SQLException, ParkException;
  }

  /** Parks what is wrong with a table's policies or with its merged rows. */
  private static void parkingOn(String table, Step step) throws SQLException, ParkException {
    try {
      step.run();
    } catch (InvalidPolicyException e) {
      throw new ParkException(new ParkReason.NoPolicy(table, e.getMessage()));
    } catch (SQLException e) {
      throw ParkException.violated(table, e);
    }
  }

  private void settleAligned(String table) throws SQLException, ParkException {
    TableShape shape = TableShape.read(merge.connection(), table);
    Set<String> base = SchemaChanges.columnsAt(merge, table, merge.base());
    SharedRows rows = new SharedRows(merge, shape, shape.values(), base, byHand.notGiven(shape));
    merge
        .resolution()
        .addRows(
            Sql.one(
                merge.connection(),
                "SELECT COUNT(*) FROM " + rows.relation(),
                row -> row.getLong(1)));
    new TableResolver(merge, TablePlan.of(shape, merge.policies()), rows).resolve();
  }

  private void resolve(String table, long conflictedRows) throws SQLException, ParkException {
    if (UNWRITABLE.contains(table)) {
      throw new ParkException(
          new ParkReason.NotResolvable(
              table, "both sides changed one view, trigger, event or procedure."));
    }
    merge.resolution().addRows(conflictedRows);
    TableShape shape = TableShape.read(merge.connection(), table);
    long taken = shape.keys().isEmpty() ? 0 : byHand.takeOut(merge.connection(), shape);
    if (shape.keys().isEmpty()) {
      new KeylessResolver(merge, shape).resolve();
    } else if (conflictedRows > taken) {
      DoltConflicts rows = new DoltConflicts(merge.connection(), shape, conflictedRows - taken);
      new TableResolver(merge, TablePlan.of(shape, merge.policies()), rows).resolve();
    }
    Sql.one(
        merge.connection(),
        "CALL DOLT_CONFLICTS_RESOLVE('--ours', ?)",
        row -> row.getInt(1),
        table);
  }
}
