package dev.polecat.core.history;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.internal.sql.Quoting;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rows of a table as they are in one commit. */
public final class TableRows {
  private TableRows() {}

  /**
   * Reads the rows of a table, one after the other, in a small heap however many there are.
   *
   * @param database the database
   * @param commit the commit
   * @param table the table; in any letter case
   * @return the rows, by column in the order of the schema, with values of the types that {@link
   *     ColumnType.Kind} names, without generated columns; to be read to the end or closed
   * @throws UnknownTableException if the commit has no such table
   * @throws DoltSqlException if the server fails, also while the stream is read
   */
  public static Stream<Map<String, @Nullable Object>> at(
      DoltDatabase database, CommitHash commit, String table) {
    return ReadSession.streaming(
        database,
        BranchName.MAIN,
        "read table " + table + " of " + database + " at " + commit,
        session -> rows(session, commit.value(), table));
  }

  private static Stream<Map<String, @Nullable Object>> rows(
      ReadSession session, String commit, String table) throws SQLException {
    String name =
        session
            .list(
                "SHOW FULL TABLES AS OF '%s' WHERE table_type = 'BASE TABLE'".formatted(commit),
                (result, row) -> row.getString(1))
            .stream()
            .filter(table::equalsIgnoreCase)
            .findFirst()
            .orElseThrow(() -> new UnknownTableException(table, commit));
    List<TableSchema.Column> columns =
        TableSchema.read(session.connection(), name, commit).columns().stream()
            .filter(column -> !column.generated())
            .toList();
    String select =
        columns.stream()
            .map(column -> column.type().select(Quoting.identifier(column.name())))
            .collect(Collectors.joining(", "));
    return session.stream(
        List.of("SELECT %s FROM %s AS OF '%s'".formatted(select, Quoting.identifier(name), commit)),
        (result, row) -> read(columns, row));
  }

  private static Map<String, @Nullable Object> read(List<TableSchema.Column> columns, ResultSet row)
      throws SQLException {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      values.put(columns.get(i).name(), columns.get(i).type().read(row, i + 1));
    }
    return Collections.unmodifiableMap(values);
  }
}
