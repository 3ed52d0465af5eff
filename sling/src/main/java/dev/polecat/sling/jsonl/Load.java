package dev.polecat.sling.jsonl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltError;
import dev.polecat.core.internal.sql.Quoting;
import dev.polecat.sling.jsonl.JsonlFile.Line;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file's rows over those of a table, in one transaction, and reads each back: what a file
 * says must come out again. What it says nothing of stays as it is.
 */
final class Load {
  private final Connection connection;
  private final Table table;
  private final JsonlFile file;
  private final @Nullable CommitHash copied;

  /**
   * A load.
   *
   * @param copied the commit whose rows are written over; null for those of the connection
   */
  Load(Connection connection, Table table, JsonlFile file, @Nullable CommitHash copied) {
    this.connection = connection;
    this.table = table;
    this.file = file;
    this.copied = copied;
  }

  /** How a row stands before the load. */
  private record Before(@Nullable ObjectNode extra) {}

  /** A line's row, as it is to be. */
  private record Target(Line line, List<Object> key, Table.Values values) {
    List<Object> identity() {
      return Table.identity(key);
    }
  }

  /** What rows have in common that are written by one statement. */
  private record Shape(boolean exists, List<Column> given) {}

  /** Loads all lines, and says how many there are. Leaves the transaction open. */
  long run() throws SQLException {
    return file.<SQLException>read(this::load);
  }

  private void load(List<Line> lines) throws SQLException {
    try {
      write(lines);
    } catch (SQLException e) {
      if (DoltError.of(e) != DoltError.OTHER && DoltError.of(e) != DoltError.CONSTRAINT_VIOLATION) {
        throw e;
      }
      connection.rollback();
      for (Line line : lines) {
        findOut(line);
      }
      throw e;
    }
  }

  /** Throws if this line is the one. */
  private void findOut(Line line) throws SQLException {
    try {
      write(List.of(line));
    } catch (SQLException e) {
      throw file.broken(line.number(), "the server refuses it: " + e.getMessage(), e);
    } finally {
      connection.rollback();
    }
  }

  private void write(List<Line> lines) throws SQLException {
    List<Target> targets = new ArrayList<>();
    for (Line line : lines) {
      Table.Values values = file.values(table, line);
      targets.add(
          new Target(line, table.key().stream().map(values.values()::get).toList(), values));
    }
    copy(targets);
    Map<List<Object>, Before> before = before(targets);
    Map<Shape, List<Target>> shapes = new LinkedHashMap<>();
    for (Target target : targets) {
      boolean exists = before.containsKey(target.identity());
      Shape shape = new Shape(exists, List.copyOf(target.values().values().keySet()));
      shapes.computeIfAbsent(shape, some -> new ArrayList<>()).add(target);
    }
    for (Map.Entry<Shape, List<Target>> same : shapes.entrySet()) {
      upsert(same.getKey(), same.getValue(), before);
    }
    readBack(targets);
  }

  private void copy(List<Target> targets) throws SQLException {
    if (copied != null) {
      Stream<String> names = table.columns().stream().map(Column::name);
      String all =
          (table.hasExtra() ? Stream.concat(names, Stream.of(JsonlImport.EXTRA)) : names)
              .map(Quoting::identifier)
              .collect(Collectors.joining(", "));
      Sessions.update(
          connection,
          "INSERT INTO %1$s (%2$s) SELECT %2$s FROM %1$s AS OF '%3$s' WHERE %4$s"
              .formatted(Quoting.identifier(table.name()), all, copied, isOneOf(targets.size())),
          keys(targets));
    }
  }

  private Map<List<Object>, Before> before(List<Target> targets) throws SQLException {
    Map<List<Object>, Before> before = new HashMap<>();
    select(
        targets,
        row ->
            before.put(
                table.identity(row),
                new Before(table.extra(row) instanceof ObjectNode object ? object : null)));
    return before;
  }

  private void readBack(List<Target> targets) throws SQLException {
    Map<List<Object>, Map<String, JsonNode>> found = new HashMap<>();
    select(targets, row -> found.put(table.identity(row), table.toObject(row)));
    for (Target target : targets) {
      Map<String, JsonNode> row = found.getOrDefault(target.identity(), Map.of());
      for (Map.Entry<String, JsonNode> field : target.line().object().properties()) {
        JsonNode expected = table.expected(field.getKey(), field.getValue());
        JsonNode got = row.get(field.getKey());
        if (got == null || !Json.same(expected, got)) {
          throw file.broken(
              target.line().number(),
              "the server does not keep %s as it is: %s becomes %s."
                  .formatted(field.getKey(), expected, got),
              null);
        }
      }
    }
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  private void select(List<Target> targets, RowReader reader) throws SQLException {
    String sql =
        "SELECT %s FROM %s WHERE %s"
            .formatted(table.selected(), Quoting.identifier(table.name()), isOneOf(targets.size()));
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      Sessions.bind(statement, keys(targets));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          reader.read(rows);
        }
      }
    }
  }

  private String isOneOf(int count) {
    String names =
        table.key().stream()
            .map(column -> Quoting.identifier(column.name()))
            .collect(Collectors.joining(", ", "(", ")"));
    String marks = "(" + String.join(", ", Collections.nCopies(table.key().size(), "?")) + ")";
    return names + " IN (" + String.join(", ", Collections.nCopies(count, marks)) + ")";
  }

  private static List<@Nullable Object> keys(List<Target> targets) {
    return targets.stream().<@Nullable Object>flatMap(target -> target.key().stream()).toList();
  }

  /**
   * Columns a new row has nothing for are NULL, not what the schema would put there. Keys are never
   * changed: a new row that the server takes for one that exists, for its key or another unique
   * value, is refused, and not written over that one.
   */
  private void upsert(Shape shape, List<Target> targets, Map<List<Object>, Before> before)
      throws SQLException {
    Set<Column> written = new LinkedHashSet<>(shape.given());
    table.columns().stream().filter(column -> column.schema().nullable()).forEach(written::add);
    List<String> names = new ArrayList<>(written.stream().map(Column::name).toList());
    List<String> changed =
        new ArrayList<>(
            shape.given().stream()
                .filter(column -> !column.schema().key())
                .map(Column::name)
                .toList());
    if (table.hasExtra()) {
      names.add(JsonlImport.EXTRA);
      changed.add(JsonlImport.EXTRA);
    }
    String row = "(" + String.join(", ", Collections.nCopies(names.size(), "?")) + ")";
    String sql =
        "INSERT INTO %s (%s) VALUES %s"
            .formatted(
                Quoting.identifier(table.name()),
                names.stream().map(Quoting::identifier).collect(Collectors.joining(", ")),
                String.join(", ", Collections.nCopies(targets.size(), row)));
    if (shape.exists()) {
      if (changed.isEmpty()) {
        return;
      }
      sql +=
          changed.stream()
              .map(Quoting::identifier)
              .map("%1$s = VALUES(%1$s)"::formatted)
              .collect(Collectors.joining(", ", " ON DUPLICATE KEY UPDATE ", ""));
    }
    List<@Nullable Object> values = new ArrayList<>();
    for (Target target : targets) {
      written.forEach(column -> values.add(target.values().values().get(column)));
      if (table.hasExtra()) {
        values.add(extra(target, before.get(target.identity())));
      }
    }
    Sessions.update(connection, sql, values);
  }

  /** NULL if the export says all of the line without it. */
  private @Nullable String extra(Target target, @Nullable Before before) {
    ObjectNode kept = target.values().extra();
    if (kept == null) {
      return null;
    }
    boolean complete = before != null || target.values().values().size() == table.columns().size();
    boolean plain = before == null || before.extra() == null;
    if (complete && plain && table.isOnlyNulls(kept)) {
      return null;
    }
    ObjectNode all = plain ? Json.object() : before.extra().deepCopy();
    target.line().object().fieldNames().forEachRemaining(all::remove);
    all.setAll(kept);
    return all.toString();
  }
}
