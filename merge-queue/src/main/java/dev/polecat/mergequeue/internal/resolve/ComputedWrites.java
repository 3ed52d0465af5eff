package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.history.ColumnType.Kind;
import dev.polecat.mergequeue.ParkReason;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Brings what Java decided to the server.
 *
 * <p>Where Dolt gives conflicts an id, arrays and cells that take theirs go into one JSON document
 * per column, {@code {"<id>": [..], "<id>": 1}} with 1 for theirs, which the UPDATE of the
 * conflicts looks into; that is four times faster than writing them by key. Everything else is
 * written by key.
 */
final class ComputedWrites {
  private static final int BATCH = 1_000;
  private static final int DOCUMENT = 8_000_000;

  private final Connection connection;
  private final ConflictedRows rows;
  private final TableShape shape;
  private final Map<ComputedRule, List<StringBuilder>> documents = new LinkedHashMap<>();
  private final Map<List<Column>, List<KeyedRow>> keyed = new HashMap<>();

  private record KeyedRow(List<Object> key, List<@Nullable Object> values) {}

  ComputedWrites(Connection connection, ConflictedRows rows, List<ComputedRule> rules) {
    this.connection = connection;
    this.rows = rows;
    this.shape = rows.shape();
    rules.forEach(rule -> documents.put(rule, new ArrayList<>()));
  }

  /** Collects the cells of one row. */
  Row row(String id, Map<String, Object> key) {
    return new Row(id, List.copyOf(key.values()));
  }

  /** One row. */
  final class Row {
    private final String id;
    private final List<Object> key;
    private @Nullable KeyedRow others;
    private List<Column> columns = List.of();

    private Row(String id, List<Object> key) {
      this.id = id;
      this.key = key;
    }

    void takeTheirs(ComputedRule rule, @Nullable Object theirs) {
      if (rows.hasIds()) {
        add(rule, "1");
      } else {
        byKey(rule.column(), theirs);
      }
    }

    void set(ComputedRule rule, @Nullable Object value) {
      if (rows.hasIds()
          && rule.column().kind() == Kind.JSON
          && value instanceof String json
          && json.startsWith("[")) {
        add(rule, json);
      } else {
        byKey(rule.column(), value);
      }
    }

    private void add(ComputedRule rule, String json) {
      List<StringBuilder> parts = documents.get(rule);
      if (parts.isEmpty() || parts.get(parts.size() - 1).length() > DOCUMENT) {
        parts.add(new StringBuilder());
      }
      StringBuilder document = parts.get(parts.size() - 1);
      document.append(document.isEmpty() ? "{\"" : ",\"").append(id).append("\":").append(json);
    }

    private void byKey(Column column, @Nullable Object value) {
      List<Column> more = new ArrayList<>(columns);
      more.add(column);
      List<@Nullable Object> values = new ArrayList<>();
      if (others != null) {
        values.addAll(others.values());
        List<KeyedRow> group = keyed.get(columns);
        group.remove(group.size() - 1); // this row was the last to come
      }
      values.add(value);
      columns = more;
      others = new KeyedRow(key, values);
      keyed.computeIfAbsent(columns, c -> new ArrayList<>()).add(others);
    }
  }

  /** Sends the documents that the assignments look into. */
  void send() throws SQLException {
    send(0);
  }

  /** What to assign in the UPDATE of the conflicts, after {@link #send}. */
  List<String> assignments() {
    return assignments(0);
  }

  /** Writes what did not fit into the UPDATE. */
  void writeRest() throws SQLException, ParkException {
    int parts = documents.values().stream().mapToInt(List::size).max().orElse(0);
    for (int part = 1; part < parts; part++) {
      send(part);
      Sql.execute(
          connection,
          "UPDATE %s SET from_root_ish = '', %s WHERE %s"
              .formatted(rows.relation(), String.join(", ", assignments(part)), rows.bothSides()));
    }
    if (parts > 0) {
      send(parts); // frees the last ones
    }
    writeAll();
  }

  /** Writes everything that has no document, by key. */
  void writeAll() throws SQLException, ParkException {
    for (Map.Entry<List<Column>, List<KeyedRow>> group : keyed.entrySet()) {
      if (!group.getValue().isEmpty()) {
        write(group.getKey(), group.getValue());
      }
    }
  }

  private void send(int part) throws SQLException {
    int variable = 0;
    for (List<StringBuilder> parts : documents.values()) {
      if (part < parts.size()) {
        Sql.run(
            connection,
            "SET " + name(variable) + " = CAST(? AS JSON)",
            parts.get(part).append('}').toString());
        parts.set(part, new StringBuilder());
      } else if (part > 0 && part == parts.size()) {
        Sql.execute(connection, "SET " + name(variable) + " = NULL");
      }
      variable++;
    }
  }

  private List<String> assignments(int part) {
    List<String> assignments = new ArrayList<>();
    int variable = 0;
    for (Map.Entry<ComputedRule, List<StringBuilder>> document : documents.entrySet()) {
      if (part < document.getValue().size()) {
        assignments.addAll(assignments(document.getKey(), name(variable)));
      }
      variable++;
    }
    return assignments;
  }

  /** Dolt ignores what is assigned to the base: it serves as a place to keep what was found. */
  private static List<String> assignments(ComputedRule rule, String document) {
    String our = Sql.identifier("our_" + rule.column().name());
    String their = Sql.identifier("their_" + rule.column().name());
    String found = "JSON_EXTRACT(%s, CONCAT('$.\"', dolt_conflict_id, '\"'))".formatted(document);
    if (rule.column().kind() != Kind.JSON) {
      return List.of(
          "%s = CASE WHEN %s IS NULL THEN %s ELSE %s END".formatted(our, found, our, their));
    }
    List<String> assignments = new ArrayList<>();
    if (rule.inBase()) {
      String base = Sql.identifier("base_" + rule.column().name());
      assignments.add(base + " = " + found);
      found = base;
    }
    assignments.add( // CASE, since Dolt's IF turns NULL into the JSON value null
        "%1$s = CASE WHEN %2$s IS NULL THEN %1$s WHEN JSON_TYPE(%2$s) = 'ARRAY' THEN %2$s ELSE %3$s END"
            .formatted(our, found, their));
    return assignments;
  }

  private static String name(int variable) {
    return "@polecat_" + variable;
  }

  private void write(List<Column> columns, List<KeyedRow> group)
      throws SQLException, ParkException {
    if (rows.hasIds() && Triggers.on(connection, shape.name(), "UPDATE")) {
      write(updateConflicts(columns), columns, group);
    } else if (columns.stream().anyMatch(Column::hidesDifferences)) {
      Triggers.requireNone(connection, shape.name(), "INSERT");
      Triggers.requireNone(connection, shape.name(), "DELETE");
      long before = count();
      write(replace(columns), columns, group);
      if (count() != before) { // REPLACE deletes rows that hold a unique value of another
        throw new ParkException(
            new ParkReason.NotResolvable(
                shape.name(), "a value that would win is held by another row, in a unique index."));
      }
    } else {
      Triggers.requireNone(connection, shape.name(), "UPDATE");
      write(update(columns), columns, group);
    }
  }

  private long count() throws SQLException {
    return Sql.one(
        connection, "SELECT COUNT(*) FROM " + Sql.identifier(shape.name()), row -> row.getLong(1));
  }

  private void write(String sql, List<Column> columns, List<KeyedRow> group) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int from = 0; from < group.size(); from += BATCH) {
        for (KeyedRow row : group.subList(from, Math.min(group.size(), from + BATCH))) {
          bind(statement, columns, row);
          statement.addBatch();
        }
        for (int count : statement.executeBatch()) {
          if (count == 0) {
            throw new SQLException(
                "A decided value of table "
                    + shape.name()
                    + " was not written: no row has its key.");
          }
        }
      }
    }
  }

  private String update(List<Column> columns) {
    return "UPDATE %s SET %s%s WHERE %s"
        .formatted(
            Sql.identifier(shape.name()),
            columns.stream()
                .map(column -> column.quoted() + " = " + column.placeholder())
                .collect(Collectors.joining(", ")),
            shape.keepTimes("", columns),
            shape.whereKey());
  }

  /** Sets off no triggers, but looks through all conflicts for each row. */
  private String updateConflicts(List<Column> columns) {
    return "UPDATE %s SET from_root_ish = '', %s WHERE %s"
        .formatted(
            rows.relation(),
            columns.stream()
                .map(
                    column -> Sql.identifier("our_" + column.name()) + " = " + column.placeholder())
                .collect(Collectors.joining(", ")),
            shape.whereKey("our_"));
  }

  /** An UPDATE would skip a row in which a string changes that its collation calls the same. */
  private String replace(List<Column> columns) {
    List<Column> rest = shape.columns().stream().filter(c -> !columns.contains(c)).toList();
    List<Column> all = Stream.concat(columns.stream(), rest.stream()).toList();
    return "REPLACE INTO %1$s (%2$s) SELECT %3$s FROM %1$s WHERE %4$s"
        .formatted(
            Sql.identifier(shape.name()),
            all.stream().map(Column::quoted).collect(Collectors.joining(", ")),
            Stream.concat(
                    columns.stream().map(Column::placeholder), rest.stream().map(Column::quoted))
                .collect(Collectors.joining(", ")),
            shape.whereKey());
  }

  private void bind(PreparedStatement statement, List<Column> columns, KeyedRow row)
      throws SQLException {
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).bind(statement, i + 1, row.values().get(i));
    }
    bindKey(statement, columns.size() + 1, row);
  }

  private void bindKey(PreparedStatement statement, int from, KeyedRow row) throws SQLException {
    for (int i = 0; i < row.key().size(); i++) {
      shape.keys().get(i).bind(statement, from + i, row.key().get(i));
    }
  }
}
