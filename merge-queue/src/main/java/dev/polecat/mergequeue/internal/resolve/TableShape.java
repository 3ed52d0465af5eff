package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.CommitHash;
import dev.polecat.core.history.TableSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The columns of a table as a merge has to treat them.
 *
 * @param name the table
 * @param keys its primary key; empty if it has none
 * @param values its other columns, without generated ones
 * @param generated the names of its generated columns
 */
public record TableShape(
    String name, List<Column> keys, List<Column> values, Set<String> generated) {
  /** Reads a table's columns from the connection's working set; an unknown one is an SQL error. */
  public static TableShape read(Connection connection, String table) throws SQLException {
    return of(TableSchema.read(connection, table, ""));
  }

  /** Reads a table's columns as they are in a commit. */
  public static TableShape read(Connection connection, String table, CommitHash commit)
      throws SQLException {
    return of(TableSchema.read(connection, table, commit.value()));
  }

  private static TableShape of(TableSchema schema) {
    List<Column> keys = new ArrayList<>();
    List<Column> values = new ArrayList<>();
    Set<String> generated = new HashSet<>();
    for (TableSchema.Column read : schema.columns()) {
      Column column = new Column(read.name(), read.type(), read.comment());
      if (read.generated()) {
        generated.add(read.name());
      }
      if (read.key()) {
        keys.add(column);
      } else if (!read.generated()) {
        values.add(column);
      }
    }
    return new TableShape(
        schema.table(), List.copyOf(keys), List.copyOf(values), Set.copyOf(generated));
  }

  Optional<Column> value(String column) {
    return values.stream().filter(c -> c.name().equals(column)).findFirst();
  }

  /** Key columns first. */
  List<Column> columns() {
    return Stream.concat(keys.stream(), values.stream()).toList();
  }

  /** {@code `k1` = ? AND `k2` = ?}, to be bound in the order of the keys. */
  String whereKey() {
    return whereKey("");
  }

  /** The same for columns whose names begin with the prefix. */
  String whereKey(String prefix) {
    return keys.stream()
        .map(key -> Sql.identifier(prefix + key.name()) + " = " + key.placeholder())
        .collect(Collectors.joining(" AND "));
  }

  /** SQL that joins this table, by its key, with rows whose key columns begin with the prefix. */
  String sameKey(String table, String rows, String prefix) {
    return keys.stream()
        .map(
            key ->
                "%s.%s = %s.%s"
                    .formatted(table, key.quoted(), rows, Sql.identifier(prefix + key.name())))
        .collect(Collectors.joining(" AND "));
  }

  /**
   * Assignments, each after a comma, that keep ON UPDATE CURRENT_TIMESTAMP from firing.
   *
   * @param table what the columns are qualified with, such as "t."; or empty
   * @param written the columns that are assigned anyway
   */
  String keepTimes(String table, List<Column> written) {
    return values.stream()
        .filter(column -> column.isTime() && !written.contains(column))
        .map(time -> ", %1$s%2$s = %1$s%2$s".formatted(table, time.quoted()))
        .collect(Collectors.joining());
  }
}
