package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.ViolatedRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * NULLs of main in columns where the branch forbids them. Dolt shows a conflicted row of main's by
 * the merged schema, in which a NULL looks like some other value: nothing can be decided by it.
 */
final class HiddenNulls {
  private HiddenNulls() {}

  /**
   * Looks for them in the conflicted rows of a table.
   *
   * @throws ParkException if there are any
   */
  static void requireNone(OpenMerge merge, TableShape shape) throws SQLException, ParkException {
    List<String> forbidden = columns(merge, Sql.identifier(shape.name()), "NO");
    forbidden.removeAll(shape.keys().stream().map(Column::name).toList());
    if (forbidden.isEmpty()
        || SchemaChanges.columnsAt(merge, shape.name(), merge.ours()).isEmpty()) {
      return;
    }
    String ours = Sql.identifier(shape.name()) + " AS OF '" + merge.ours() + "'";
    forbidden.retainAll(columns(merge, ours, "YES"));
    if (forbidden.isEmpty()) {
      return;
    }
    List<ViolatedRow> rows = read(merge, shape, ours, forbidden);
    if (!rows.isEmpty()) {
      throw new ParkException(new ParkReason.ConstraintViolation(List.of(shape.name()), rows));
    }
  }

  private static List<String> columns(OpenMerge merge, String table, String nullable)
      throws SQLException {
    List<String> found = new ArrayList<>();
    Sql.list(
        merge.connection(),
        "SHOW FULL COLUMNS FROM " + table,
        row -> nullable.equals(row.getString("Null")) && found.add(row.getString("Field")));
    return found;
  }

  private static List<ViolatedRow> read(
      OpenMerge merge, TableShape shape, String ours, List<String> forbidden) throws SQLException {
    List<String> shown = new ArrayList<>(shape.keys().stream().map(Column::name).toList());
    shown.addAll(forbidden);
    return Sql.list(
        merge.connection(),
        "SELECT %s FROM %s o JOIN %s c ON %s WHERE %s LIMIT %d"
            .formatted(
                shown.stream()
                    .map(column -> "o." + Sql.identifier(column))
                    .collect(Collectors.joining(", ")),
                ours,
                Sql.conflicts(shape.name()),
                shape.sameKey("o", "c", "our_"),
                forbidden.stream()
                    .map(column -> "o." + Sql.identifier(column) + " IS NULL")
                    .collect(Collectors.joining(" OR ")),
                Math.max(1, merge.resolution().maxListed())),
        row -> {
          Map<String, @Nullable String> values = new LinkedHashMap<>();
          for (int i = 0; i < shown.size(); i++) {
            values.put(shown.get(i), row.getString(i + 1));
          }
          return new ViolatedRow(
              shape.name(), "not null", values, "the branch forbids NULL in " + forbidden);
        });
  }
}
