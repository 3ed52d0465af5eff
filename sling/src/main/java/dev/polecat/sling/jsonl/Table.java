package dev.polecat.sling.jsonl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.polecat.core.history.ColumnType;
import dev.polecat.core.history.ColumnType.Kind;
import dev.polecat.core.history.RowChange;
import dev.polecat.core.history.TableSchema;
import dev.polecat.core.history.UnknownTableException;
import dev.polecat.core.internal.sql.Quoting;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table, and what its rows are in JSON.
 *
 * @param name the table
 * @param columns its columns, but for generated ones and the one for what has no column
 * @param hasExtra whether it has a column for what has no column
 */
record Table(String name, List<Column> columns, boolean hasExtra) {
  private static final int NO_SUCH_TABLE = 1146;
  private static final ColumnType EXTRA_TYPE = new ColumnType("json");

  /** What beads calls a column by another name than seed 001. */
  private static final Map<String, Map<String, String>> OTHER_NAMES =
      Map.of("issues", Map.of("issue_type", "type"));

  /**
   * A row to be written.
   *
   * @param values the columns an object has something for, and what
   * @param extra what else it has; null if the table has no column for that
   */
  record Values(Map<Column, @Nullable Object> values, @Nullable ObjectNode extra) {}

  /**
   * Reads a table's columns.
   *
   * @param at which revision's; null for what the connection is on
   * @throws UnknownTableException if there is no such table
   */
  static Table read(Connection connection, String name, @Nullable String at) throws SQLException {
    List<Column> columns = new ArrayList<>();
    boolean hasExtra = false;
    for (TableSchema.Column column : schema(connection, name, at).columns()) {
      if (column.name().equals(JsonlImport.EXTRA) && column.type().kind() == Kind.JSON) {
        hasExtra = true;
      } else if (!column.generated()) {
        columns.add(new Column(column));
      }
    }
    return new Table(name, List.copyOf(columns), hasExtra);
  }

  private static TableSchema schema(Connection connection, String name, @Nullable String at)
      throws SQLException {
    try {
      return TableSchema.read(connection, name, at == null ? "" : at);
    } catch (SQLException e) {
      if (e.getErrorCode() == NO_SUCH_TABLE) {
        throw new UnknownTableException(name, at == null ? connection.getCatalog() : at);
      }
      throw e;
    }
  }

  List<Column> key() {
    return columns.stream().filter(column -> column.schema().key()).toList();
  }

  /** A key in a form that equals another's if the values are the same. */
  static List<Object> identity(List<Object> key) {
    return key.stream()
        .<Object>map(
            value ->
                value instanceof byte[] bytes
                    ? ByteBuffer.wrap(bytes)
                    : value instanceof BigDecimal number ? number.stripTrailingZeros() : value)
        .toList();
  }

  /** The key of the current row, as above. */
  List<Object> identity(ResultSet row) throws SQLException {
    List<Object> key = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).schema().key()) {
        key.add(columns.get(i).type().read(row, i + 1));
      }
    }
    return identity(key);
  }

  /** The key of a row that was changed, as above. */
  List<Object> identity(RowChange row) {
    Map<String, @Nullable Object> key = row.key();
    return identity(key().stream().<Object>map(column -> key.get(column.name())).toList());
  }

  /** What to select to {@link #toObject read} a row. */
  String selected() {
    String list =
        columns.stream()
            .map(column -> column.type().select(Quoting.identifier(column.name())))
            .collect(Collectors.joining(", "));
    return hasExtra ? list + ", " + Quoting.identifier(JsonlImport.EXTRA) : list;
  }

  /**
   * The columns of an object, and what is left of it.
   *
   * @throws IllegalArgumentException if the table cannot take it; says why
   */
  Values toValues(ObjectNode object) {
    Map<Column, @Nullable Object> values = new LinkedHashMap<>();
    ObjectNode extra = hasExtra ? Json.object() : null;
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      Optional<Column> column = column(field.getKey(), object);
      if (column.isPresent()) {
        values.put(column.get(), value(column.get(), field));
      }
      if (extra != null && !isGivenBack(column, field)) {
        extra.set(field.getKey(), field.getValue());
      } else if (column.isEmpty()) {
        throw new IllegalArgumentException(
            "table %s has no column %s, nor a JSON column %s for what has none; add one of them."
                .formatted(name, field.getKey(), JsonlImport.EXTRA));
      }
    }
    for (Column column : columns) {
      if (column.isNeeded() && !values.containsKey(column)) {
        throw new IllegalArgumentException(
            "table %s needs %s, which is missing.".formatted(name, column.name()));
      }
    }
    return new Values(values, extra);
  }

  private static @Nullable Object value(Column column, Map.Entry<String, JsonNode> field) {
    try {
      return column.fromJson(field.getValue());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s does not fit into column %s %s: %s."
              .formatted(field.getKey(), column.name(), column.type().sql(), e.getMessage()),
          e);
    }
  }

  /** Whether the export says the same without being told: not of null, which it leaves out. */
  private static boolean isGivenBack(Optional<Column> column, Map.Entry<String, JsonNode> field) {
    return column.isPresent()
        && column.get().name().equals(field.getKey())
        && !field.getValue().isNull()
        && says(column.get(), field.getValue(), field.getValue());
  }

  /** The column an object's field is in, if there is one. */
  private Optional<Column> column(String field, ObjectNode object) {
    String other = OTHER_NAMES.getOrDefault(name, Map.of()).getOrDefault(field, field);
    String wanted = hasExtra && !object.has(other) ? other : field;
    return columns.stream().filter(column -> column.name().equals(wanted)).findFirst();
  }

  /** The object of the current row. */
  Map<String, JsonNode> toObject(ResultSet row) throws SQLException {
    Map<Column, JsonNode> values = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      values.put(column, column.toJson(column.type().read(row, i + 1)));
    }
    JsonNode extra = extra(row);
    Map<String, JsonNode> object = new TreeMap<>();
    if (!(extra instanceof ObjectNode kept)) {
      values.forEach((column, json) -> object.put(column.name(), json));
      if (extra != null) {
        object.put(JsonlImport.EXTRA, extra);
      }
      return object;
    }
    Map<Column, String> names = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : kept.properties()) {
      Optional<Column> column = column(field.getKey(), kept);
      column.ifPresent(found -> names.put(found, field.getKey()));
      if (column.isEmpty()) {
        object.put(field.getKey(), field.getValue());
      }
    }
    values.forEach(
        (column, json) -> {
          String field = names.get(column);
          if (field != null) {
            object.put(field, says(column, kept.get(field), json) ? kept.get(field) : json);
          } else if (!json.isNull()) {
            object.put(column.name(), json);
          }
        });
    return object;
  }

  /** What the current row has without a column of its own; null if that is NULL. */
  @Nullable JsonNode extra(ResultSet row) throws SQLException {
    return hasExtra ? parsed(EXTRA_TYPE.text(row, columns.size() + 1)) : null;
  }

  /** What the export says of a field of an import. */
  JsonNode expected(String field, JsonNode json) {
    return hasExtra
        ? json
        : columns.stream()
            .filter(column -> column.name().equals(field))
            .findFirst()
            .map(column -> column.meant(json))
            .orElse(json);
  }

  /** Whether there is nothing in it but that some columns are null. */
  boolean isOnlyNulls(ObjectNode extra) {
    return extra.properties().stream()
        .allMatch(
            field ->
                field.getValue().isNull()
                    && columns.stream().anyMatch(column -> column.name().equals(field.getKey())));
  }

  /** Whether a column still has what an import found. */
  private static boolean says(Column column, JsonNode found, JsonNode now) {
    try {
      return column.toJson(column.fromJson(found)).equals(now);
    } catch (IllegalArgumentException e) { // the column's type has changed
      return false;
    }
  }

  private static @Nullable JsonNode parsed(@Nullable String json) throws SQLException {
    try {
      return json == null ? null : Json.parse(json);
    } catch (JsonProcessingException e) {
      throw new SQLException("A JSON column holds no JSON: " + json, e);
    }
  }
}
