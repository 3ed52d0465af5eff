package dev.polecat.core.history;

import dev.polecat.core.internal.sql.Quoting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the changed rows of one table are asked for and read: a query over Dolt's {@code dolt_diff},
 * with the columns the table has on either side. Immutable and safe to share.
 *
 * <p>For code that reads on a session of its own, such as that of an open merge; others use {@link
 * History#diff}.
 */
public final class TableDiff {
  /** In the result these are the revision that a row is from. */
  private static final Set<String> HIDDEN = Set.of("commit", "commit_date");

  private final String name;
  private final String function;
  private final List<String> oldKey;
  private final List<String> newKey;
  private final List<TableSchema.Column> before;
  private final List<TableSchema.Column> after;

  private TableDiff(
      String name, String function, Optional<TableSchema> old, Optional<TableSchema> now) {
    this.name = name;
    this.function = function;
    this.oldKey = old.map(TableSchema::key).orElse(List.of());
    this.newKey = now.map(TableSchema::key).orElse(List.of());
    this.before = old.map(TableDiff::readable).orElse(List.of());
    this.after = now.map(TableDiff::readable).orElse(List.of());
  }

  /**
   * The changed rows of a table that is known to have changed.
   *
   * @param connection the session that is to read them
   * @param from the earlier revision as Dolt calls it
   * @param to the later one
   * @param table how the two differ in the table
   * @return the diff
   * @throws SQLException if the table's schemas cannot be read
   */
  public static TableDiff on(Connection connection, String from, String to, TableChange table)
      throws SQLException {
    Optional<TableSchema> old =
        table.from().isEmpty()
            ? Optional.empty()
            : Optional.of(TableSchema.read(connection, table.from(), from));
    Optional<TableSchema> now =
        table.to().isEmpty()
            ? Optional.empty()
            : Optional.of(TableSchema.read(connection, table.to(), to));
    return of(from, to, table, old, now);
  }

  static TableDiff of(
      String from,
      String to,
      TableChange table,
      Optional<TableSchema> old,
      Optional<TableSchema> now) {
    String function =
        "dolt_diff(%s, %s, %s)"
            .formatted(
                Quoting.literal(from), Quoting.literal(to), Quoting.literal(table.current()));
    return new TableDiff(table.name(), function, old, now);
  }

  /**
   * The call of Dolt's table function, to be put into a FROM clause.
   *
   * @return SQL
   */
  public String function() {
    return function;
  }

  /**
   * The query whose rows {@link #read} reads.
   *
   * @return SQL
   */
  public String query() {
    StringBuilder select = new StringBuilder("SELECT diff_type");
    before.forEach(c -> select.append(", ").append(cell("from_", c)));
    after.forEach(c -> select.append(", ").append(cell("to_", c)));
    return select + " FROM " + function;
  }

  /**
   * Reads one row of {@link #query}.
   *
   * @param row the current row
   * @return the change
   * @throws SQLException if the connection breaks
   */
  public RowChange read(ResultSet row) throws SQLException {
    String kind = row.getString(1);
    boolean added = kind.equals("added");
    boolean removed = kind.equals("removed");
    return new RowChange(
        name,
        removed ? oldKey : newKey,
        added ? Optional.empty() : Optional.of(values(before, row, 2)),
        removed ? Optional.empty() : Optional.of(values(after, row, 2 + before.size())));
  }

  /**
   * Reads the first changed rows.
   *
   * @param connection the session
   * @param limit how many at most
   * @return the changes, in no particular order
   * @throws SQLException if the connection breaks
   */
  public List<RowChange> first(Connection connection, int limit) throws SQLException {
    List<RowChange> changes = new ArrayList<>();
    if (limit > 0) {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(query() + " LIMIT " + limit)) {
        while (rows.next()) {
          changes.add(read(rows));
        }
      }
    }
    return changes;
  }

  private static String cell(String side, TableSchema.Column column) {
    return column.type().select(Quoting.identifier(side + column.name()));
  }

  private static List<TableSchema.Column> readable(TableSchema schema) {
    return schema.columns().stream().filter(TableDiff::isShown).toList();
  }

  /** Whether a column's values are in a diff. */
  static boolean isShown(TableSchema.Column column) {
    return !column.generated() && !HIDDEN.contains(column.name().toLowerCase(Locale.ROOT));
  }

  private static Map<String, @Nullable Object> values(
      List<TableSchema.Column> columns, ResultSet row, int from) throws SQLException {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    int at = from;
    for (TableSchema.Column column : columns) {
      values.put(column.name(), column.type().read(row, at++));
    }
    return values;
  }
}
