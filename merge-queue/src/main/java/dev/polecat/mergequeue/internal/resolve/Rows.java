package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.mergequeue.RowChange;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads changed rows from one of Dolt's table functions. */
public final class Rows {
  private Rows() {}

  /**
   * Reads the first changed rows. Columns called commit or commit_date are left out: Dolt's own
   * hide them.
   *
   * @param table the table, as it is in the connection's working set
   * @param name the name to report it under
   * @param diff a call of {@code dolt_diff}
   * @param limit how many to read
   */
  public static List<RowChange> changed(
      Connection connection, String table, String name, String diff, int limit)
      throws SQLException {
    if (limit <= 0) {
      return List.of();
    }
    Set<String> present = new HashSet<>(Sql.columns(connection, diff));
    present.removeAll(Set.of("from_commit", "from_commit_date", "to_commit", "to_commit_date"));
    List<Column> columns = TableShape.read(connection, table).columns();
    List<Column> before =
        columns.stream().filter(c -> present.contains("from_" + c.name())).toList();
    List<Column> after = columns.stream().filter(c -> present.contains("to_" + c.name())).toList();
    StringBuilder select = new StringBuilder("SELECT diff_type");
    before.forEach(c -> select.append(", " + c.select(Sql.identifier("from_" + c.name()))));
    after.forEach(c -> select.append(", " + c.select(Sql.identifier("to_" + c.name()))));
    return Sql.list(
        connection,
        select + " FROM " + diff + " LIMIT " + limit,
        row -> {
          String kind = row.getString(1);
          Map<String, @Nullable Object> old = read(before, row, 2);
          Map<String, @Nullable Object> now = read(after, row, 2 + before.size());
          return new RowChange(
              name,
              kind.equals("added") ? Optional.empty() : Optional.of(old),
              kind.equals("removed") ? Optional.empty() : Optional.of(now));
        });
  }

  private static Map<String, @Nullable Object> read(List<Column> columns, ResultSet row, int from)
      throws SQLException {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    int at = from;
    for (Column column : columns) {
      values.put(column.name(), column.read(row, at++));
    }
    return values;
  }
}
