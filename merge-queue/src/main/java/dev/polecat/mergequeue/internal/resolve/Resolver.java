package dev.polecat.mergequeue.internal.resolve;

import java.sql.SQLException;
import java.util.Map;

/**
 * Settles the conflicts of an open merge, table by table.
 *
 * <p>Dolt leaves the whole row as ours when one cell conflicts, so every column of a conflicted row
 * is merged three ways here.
 */
public final class Resolver {
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
      resolve(table.getKey(), table.getValue());
    }
  }

  private Map<String, Long> conflicts() throws SQLException {
    Map<String, Long> rowsByTable = new java.util.TreeMap<>();
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
    TableShape shape = TableShape.read(merge.connection(), table);
    SharedRows rows = new SharedRows(merge, shape, shape.values());
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
