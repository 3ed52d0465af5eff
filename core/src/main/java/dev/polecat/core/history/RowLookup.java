package dev.polecat.core.history;

import dev.polecat.core.CommitHash;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks one row up at many commits at once, with the columns that the table has at each. Where the
 * table has another primary key there is no such row. Used by one thread.
 */
final class RowLookup {
  private final ReadSession session;
  private final String table;
  private final RowKey key;
  private final Map<String, TableSchema> schemas = new HashMap<>();

  RowLookup(ReadSession session, String table, RowKey key) {
    this.session = session;
    this.table = table;
    this.key = key;
  }

  Map<CommitHash, Optional<Row>> at(List<CommitHash> commits) throws SQLException {
    Map<CommitHash, Optional<Row>> found = new HashMap<>();
    commits.forEach(commit -> found.put(commit, Optional.empty()));
    List<TableAt> tables =
        tables(commits).stream().filter(there -> key.fits(there.schema())).toList();
    session.run(
        tables.stream().map(there -> there.query(key)).toList(),
        (result, rows) -> {
          TableAt there = tables.get(result);
          if (rows.next()) {
            found.put(CommitHash.of(there.ref()), Optional.of(there.read(rows)));
          }
        });
    return found;
  }

  private List<TableAt> tables(List<CommitHash> commits) throws SQLException {
    List<CommitHash> having = new ArrayList<>();
    session.run(
        commits.stream().map(commit -> TableAt.names(commit.value())).toList(),
        (result, rows) -> {
          while (rows.next()) {
            if (rows.getString(1).equals(table)) {
              having.add(commits.get(result));
            }
          }
        });
    List<String> creates = new ArrayList<>();
    session.run(
        having.stream().map(commit -> TableSchema.createSql(table, commit.value())).toList(),
        (result, rows) -> creates.add(TableSchema.createTable(rows)));
    List<TableAt> tables = new ArrayList<>();
    for (int i = 0; i < having.size(); i++) {
      String ref = having.get(i).value();
      TableSchema schema = schemas.get(creates.get(i));
      if (schema == null) {
        schema = TableSchema.read(session.connection(), table, ref).stored();
        schemas.put(creates.get(i), schema);
      }
      tables.add(new TableAt(schema, ref));
    }
    return tables;
  }
}
