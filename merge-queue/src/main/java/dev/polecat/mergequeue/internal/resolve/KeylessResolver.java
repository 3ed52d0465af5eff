package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.history.ColumnType.Kind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Settles the conflicts of a table without a primary key as multisets: of each row there are then
 * as many as ours + theirs - base, and never fewer than none.
 *
 * <p>Dolt's UPDATE of such a table's conflicts is broken, so copies are inserted into and deleted
 * from the table itself. Values travel as the server writes them.
 */
final class KeylessResolver {
  private final OpenMerge merge;
  private final TableShape shape;

  KeylessResolver(OpenMerge merge, TableShape shape) {
    this.merge = merge;
    this.shape = shape;
  }

  private record Copies(List<@Nullable String> row, long missing) {}

  void resolve() throws SQLException, ParkException {
    ConflictColumns present = ConflictColumns.read(merge.connection(), shape.name());
    SchemaChanges.of(merge, shape, present).requireSameColumns(shape, present);
    List<Copies> copies = read();
    if (copies.stream().anyMatch(change -> change.missing() > 0)) {
      Triggers.requireNone(merge.connection(), shape.name(), "INSERT");
    }
    if (copies.stream().anyMatch(change -> change.missing() < 0)) {
      Triggers.requireNone(merge.connection(), shape.name(), "DELETE");
    }
    for (Copies change : copies) {
      if (change.missing() > 0) {
        insert(change);
      } else if (change.missing() < 0) {
        delete(change);
      }
    }
    merge
        .resolution()
        .note(
            "%d rows of table %s, which has no primary key, were counted on both sides."
                .formatted(copies.size(), shape.name()));
  }

  private List<Copies> read() throws SQLException {
    List<Copies> copies = new ArrayList<>();
    String values =
        shape.values().stream().map(KeylessResolver::anySide).collect(Collectors.joining(", "));
    try (Statement statement = merge.connection().createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT base_cardinality, our_cardinality, their_cardinality, %s FROM %s"
                    .formatted(values, Sql.conflicts(shape.name())))) {
      while (row.next()) {
        long ours = row.getLong(2);
        long wanted = Math.max(0, ours + row.getLong(3) - row.getLong(1));
        List<@Nullable String> cells = new ArrayList<>();
        for (int i = 0; i < shape.values().size(); i++) {
          cells.add(shape.values().get(i).text(row, 4 + i));
        }
        copies.add(new Copies(cells, wanted - ours));
      }
    }
    return copies;
  }

  /** The value as text, from a side that has the row. */
  private static String anySide(Column column) {
    String value =
        "CASE WHEN our_cardinality > 0 THEN %s WHEN their_cardinality > 0 THEN %s ELSE %s END"
            .formatted(
                Sql.identifier("our_" + column.name()),
                Sql.identifier("their_" + column.name()),
                Sql.identifier("base_" + column.name()));
    return column.kind() == Kind.FLOATING ? "CAST(" + value + " AS CHAR)" : column.select(value);
  }

  private void insert(Copies change) throws SQLException {
    String sql =
        "INSERT INTO %s (%s) VALUES (%s)"
            .formatted(
                Sql.identifier(shape.name()),
                shape.values().stream().map(Column::quoted).collect(Collectors.joining(", ")),
                shape.values().stream().map(Column::placeholder).collect(Collectors.joining(", ")));
    try (PreparedStatement statement = merge.connection().prepareStatement(sql)) {
      for (long i = 0; i < change.missing(); i++) {
        bind(statement, change.row());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private void delete(Copies change) throws SQLException {
    String sql =
        "DELETE FROM %s WHERE %s LIMIT %d"
            .formatted(
                Sql.identifier(shape.name()),
                shape.values().stream()
                    .map(KeylessResolver::matches)
                    .collect(Collectors.joining(" AND ")),
                -change.missing());
    try (PreparedStatement statement = merge.connection().prepareStatement(sql)) {
      bind(statement, change.row());
      int deleted = statement.executeUpdate();
      if (deleted != -change.missing()) {
        throw new SQLException(
            "Of %d copies of a row of table %s, %d were found to delete."
                .formatted(-change.missing(), shape.name(), deleted));
      }
    }
  }

  private static String matches(Column column) {
    return switch (column.kind()) {
      case FLOATING -> "CAST(%s AS CHAR) <=> ?".formatted(column.quoted());
      case JSON -> "%s <=> CAST(? AS JSON)".formatted(column.quoted());
      case TEXT -> "CAST(%s AS BINARY) <=> CAST(? AS BINARY)".formatted(column.inUtf8());
      case BYTES -> "HEX(%s) <=> ?".formatted(column.quoted());
      default -> column.select(column.quoted()) + " <=> " + column.placeholder();
    };
  }

  private static void bind(PreparedStatement statement, List<@Nullable String> row)
      throws SQLException {
    for (int i = 0; i < row.size(); i++) {
      statement.setString(i + 1, row.get(i));
    }
  }
}
