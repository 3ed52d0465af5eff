package dev.polecat.mergequeue.internal;

import dev.polecat.mergequeue.MergeDiff;
import dev.polecat.mergequeue.RowChange;
import dev.polecat.mergequeue.internal.resolve.Rows;
import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads what is staged on a connection, against the head of its branch. */
final class Diffs {
  private Diffs() {}

  private record Summary(
      String from, String to, String kind, boolean dataChanged, boolean schemaChanged) {
    String name() {
      if (from.isEmpty() || to.isEmpty()) {
        return from + to;
      }
      return from.equals(to) ? to : from + " -> " + to;
    }
  }

  /** The staged changes, with as many rows as may be listed. */
  static MergeDiff staged(Connection connection, int maxListed) throws SQLException {
    List<Summary> summaries =
        Sql.list(
            connection,
            "SELECT from_table_name, to_table_name, diff_type, data_change, schema_change"
                + " FROM dolt_diff_summary('HEAD', 'STAGED')",
            row ->
                new Summary(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getBoolean(4),
                    row.getBoolean(5)));
    List<MergeDiff.TableChange> tables = new ArrayList<>();
    List<RowChange> rows = new ArrayList<>();
    for (Summary summary : summaries) {
      Map<String, Long> counts = new HashMap<>();
      if (summary.dataChanged() && !summary.to().isEmpty()) {
        String diff = Sql.diff("HEAD", "STAGED", summary.to());
        Sql.list(
            connection,
            "SELECT diff_type, COUNT(*) FROM " + diff + " GROUP BY diff_type",
            row -> counts.put(row.getString(1), row.getLong(2)));
        rows.addAll(
            Rows.changed(connection, summary.to(), summary.name(), diff, maxListed - rows.size()));
      }
      if (summary.to().isEmpty()) {
        counts.put(
            "removed",
            Sql.one(
                connection,
                "SELECT COUNT(*) FROM %s AS OF 'HEAD'".formatted(Sql.identifier(summary.from())),
                row -> row.getLong(1)));
      }
      tables.add(
          new MergeDiff.TableChange(
              summary.name(),
              summary.kind(),
              summary.schemaChanged(),
              counts.getOrDefault("added", 0L),
              counts.getOrDefault("removed", 0L),
              counts.getOrDefault("modified", 0L)));
    }
    return new MergeDiff(tables, rows);
  }
}
