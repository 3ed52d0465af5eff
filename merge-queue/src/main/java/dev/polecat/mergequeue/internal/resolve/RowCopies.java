package dev.polecat.mergequeue.internal.resolve;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** Copies the uncommitted rows of one branch to another that has the same head. */
public final class RowCopies {
  private RowCopies() {}

  /**
   * Copies the uncommitted rows of a table.
   *
   * @param connection a session on the branch that has them
   * @param table the table, whose schema is as committed
   * @param to the other branch, {@code `database/branch`}
   * @throws ParkException if triggers would be set off
   */
  public static void copy(Connection connection, String table, String to)
      throws SQLException, ParkException {
    Triggers.requireNone(connection, table, "INSERT");
    Triggers.requireNone(connection, table, "DELETE");
    TableShape shape = TableShape.read(connection, table);
    String target = to + "." + Sql.identifier(table);
    String changed = Sql.diff("HEAD", "WORKING", table);
    if (!shape.keys().isEmpty()) {
      Sql.execute(
          connection,
          "DELETE gone FROM %s gone JOIN (SELECT %s FROM %s WHERE diff_type <> 'added') d ON %s"
              .formatted(
                  target,
                  columns(shape.keys(), "from_"),
                  changed,
                  shape.sameKey("gone", "d", "from_")));
    }
    Sql.execute(
        connection,
        "INSERT INTO %s (%s) SELECT %s FROM %s WHERE diff_type <> 'removed'"
            .formatted(
                target,
                shape.columns().stream().map(Column::quoted).collect(Collectors.joining(", ")),
                columns(shape.columns(), "to_"),
                changed));
  }

  private static String columns(List<Column> columns, String prefix) {
    return columns.stream()
        .map(column -> Sql.identifier(prefix + column.name()))
        .collect(Collectors.joining(", "));
  }
}
