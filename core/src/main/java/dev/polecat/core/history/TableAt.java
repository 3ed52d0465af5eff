package dev.polecat.core.history;

import dev.polecat.core.internal.sql.Quoting;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table as it is at one commit, or in the working set of the session's branch.
 *
 * @param schema its name and columns there
 * @param ref the commit's hash, or WORKING
 */
record TableAt(TableSchema schema, String ref) {
  /**
   * Finds a table.
   *
   * @throws UnknownTableException if there is none
   */
  static TableAt find(ReadSession session, String ref, String table, String where)
      throws SQLException {
    String name =
        named(session.list(names(ref), (result, row) -> row.getString(1)).stream(), table)
            .orElseThrow(() -> new UnknownTableException(table, where));
    return new TableAt(TableSchema.read(session.connection(), name, ref), ref);
  }

  /**
   * Finds a table at a commit, which is held fast, or in the working set as the session's
   * transaction sees it.
   *
   * @throws UnknownRevisionException if there is no such revision
   * @throws UnknownTableException if there is no such table
   */
  static TableAt find(ReadSession session, Revision at, String table) throws SQLException {
    return find(session, hold(session, at), table, at.toString());
  }

  /**
   * What holds a revision fast: its hash, or the working set as the session's transaction, which
   * begins here, sees it.
   *
   * @throws UnknownRevisionException if there is no such revision
   */
  static String hold(ReadSession session, Revision at) throws SQLException {
    if (at.workingOf().isPresent()) {
      session.run(List.of("START TRANSACTION"), (result, rows) -> {});
      return "WORKING";
    }
    return Commits.resolve(session, at).value();
  }

  /** The same without the columns that the server computes, whose values nobody brings. */
  TableAt stored() {
    return new TableAt(schema.stored(), ref);
  }

  /** SQL that lists the tables of a commit. */
  static String names(String ref) {
    return "SHOW FULL TABLES AS OF %s WHERE table_type = 'BASE TABLE'"
        .formatted(Quoting.literal(ref));
  }

  /** The table of a name, whose case does not count in Dolt. */
  static Optional<String> named(Stream<String> tables, String name) {
    return tables.filter(table -> table.equalsIgnoreCase(name)).findFirst();
  }

  String query() {
    String cells =
        schema.columns().stream()
            .map(column -> column.type().select(Quoting.identifier(column.name())))
            .collect(Collectors.joining(", "));
    return "SELECT %s FROM %s AS OF %s"
        .formatted(cells, Quoting.identifier(schema.table()), Quoting.literal(ref));
  }

  /** The same for the row of a key. */
  String query(RowKey key) {
    return query() + " WHERE " + key.condition();
  }

  String count() {
    return "SELECT COUNT(*) FROM %s AS OF %s"
        .formatted(Quoting.identifier(schema.table()), Quoting.literal(ref));
  }

  Optional<Row> row(ReadSession session, RowKey key) throws SQLException {
    return session.list(query(key), (result, row) -> read(row)).stream().findFirst();
  }

  Row read(ResultSet row) throws SQLException {
    List<TableSchema.Column> columns = schema.columns();
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      values.put(columns.get(i).name(), columns.get(i).type().read(row, i + 1));
    }
    return new Row(values);
  }
}
