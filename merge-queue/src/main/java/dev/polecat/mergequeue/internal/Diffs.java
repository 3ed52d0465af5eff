package dev.polecat.mergequeue.internal;

import dev.polecat.core.history.RowChange;
import dev.polecat.core.history.TableChange;
import dev.polecat.core.history.TableDiff;
import dev.polecat.mergequeue.MergeDiff;
import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads what is staged on a connection, against the head of its branch. */
final class Diffs {
  private Diffs() {}

  /** The staged changes, with as many rows as may be listed. */
  static MergeDiff staged(Connection connection, int maxListed) throws SQLException {
    List<TableChange> changed =
        Sql.list(
            connection,
            "SELECT from_table_name, to_table_name, diff_type, data_change, schema_change"
                + " FROM dolt_diff_summary('HEAD', 'STAGED')",
            TableChange::read);
    List<MergeDiff.TableChange> tables = new ArrayList<>();
    List<RowChange> rows = new ArrayList<>();
    for (TableChange table : changed) {
      Map<String, Long> counts = new HashMap<>();
      if (table.rowsChanged() && !table.to().isEmpty()) {
        TableDiff diff = TableDiff.on(connection, "HEAD", "STAGED", table);
        Sql.list(
            connection,
            "SELECT diff_type, COUNT(*) FROM " + diff.function() + " GROUP BY diff_type",
            row -> counts.put(row.getString(1), row.getLong(2)));
        rows.addAll(diff.first(connection, maxListed - rows.size()));
      }
      if (table.to().isEmpty()) {
        counts.put(
            "removed",
            Sql.one(
                connection,
                "SELECT COUNT(*) FROM %s AS OF 'HEAD'".formatted(Sql.identifier(table.from())),
                row -> row.getLong(1)));
      }
      tables.add(
          new MergeDiff.TableChange(
              table.name(),
              table.kind().name().toLowerCase(Locale.ROOT),
              table.schemaChanged(),
              counts.getOrDefault("added", 0L),
              counts.getOrDefault("removed", 0L),
              counts.getOrDefault("modified", 0L)));
    }
    return new MergeDiff(tables, rows);
  }
}
