package dev.polecat.core.history;

import dev.polecat.core.internal.sql.Quoting;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The primary key of one row. */
final class RowKey {
  private static final int MAX_DIGITS = 65;
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

  private final List<TableSchema.Column> columns;
  private final List<String> literals;

  private RowKey(List<TableSchema.Column> columns, List<String> literals) {
    this.columns = columns;
    this.literals = literals;
  }

  /**
   * Takes a key for a table.
   *
   * @throws RowKeyException if it cannot be the key of a row of that table
   */
  static RowKey of(TableSchema schema, Map<String, ?> key) {
    List<TableSchema.Column> columns = columnsOf(schema);
    Map<String, @Nullable Object> given = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    given.putAll(key);
    if (given.size() != columns.size()
        || !columns.stream().allMatch(column -> given.containsKey(column.name()))) {
      throw new RowKeyException(
          "The primary key of table "
              + schema.table()
              + " has the columns "
              + schema.key()
              + ". Give a value for each, and for no other; given are "
              + key.keySet()
              + ".");
    }
    List<String> literals = new ArrayList<>();
    for (TableSchema.Column column : columns) {
      literals.add(literal(column, given.get(column.name())));
    }
    return new RowKey(columns, literals);
  }

  /**
   * The columns of a table's primary key.
   *
   * @throws RowKeyException if it has none
   */
  static List<TableSchema.Column> columnsOf(TableSchema schema) {
    if (schema.key().isEmpty()) {
      throw new RowKeyException(
          "Table "
              + schema.table()
              + " has no primary key, so that no row of it can be told from another. Read its"
              + " history as the difference between revisions.");
    }
    return schema.columns().stream().filter(TableSchema.Column::key).toList();
  }

  /** Whether a table, as it was at another time, has rows with such a key. */
  boolean fits(TableSchema schema) {
    return signature(schema.columns().stream().filter(TableSchema.Column::key).toList())
        .equals(signature(columns));
  }

  private static List<String> signature(List<TableSchema.Column> columns) {
    return columns.stream()
        .map(column -> column.name().toLowerCase(Locale.ROOT) + " " + column.type().kind())
        .toList();
  }

  /** SQL that holds for the row. */
  String condition() {
    List<String> conditions = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      conditions.add(Quoting.identifier(columns.get(i).name()) + " = " + literals.get(i));
    }
    return String.join(" AND ", conditions);
  }

  private static String literal(TableSchema.Column column, @Nullable Object value) {
    try {
      return switch (column.type().kind()) {
        case INTEGER -> new BigInteger(text(value)).toString();
        case DECIMAL -> plain(new BigDecimal(text(value)));
        case FLOATING -> Double.valueOf(text(value)).toString();
        case DATE -> Quoting.literal(LocalDate.parse(text(value)).toString());
        case DATETIME -> Quoting.literal(moment(text(value)));
        case ORDERED, TEXT, JSON -> Quoting.literal(text(value));
        case BYTES -> "X'" + hex(value) + "'";
      };
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new RowKeyException(
          "%s cannot be a value of the key column %s, which is %s."
              .formatted(value, column.name(), column.type().sql()));
    }
  }

  private static String text(@Nullable Object value) {
    if (value == null || value instanceof byte[]) {
      throw new IllegalArgumentException("no text");
    }
    return value.toString();
  }

  private static String plain(BigDecimal number) {
    if (Math.abs(number.scale()) > MAX_DIGITS) {
      throw new IllegalArgumentException("more digits than a DECIMAL has");
    }
    return number.toPlainString();
  }

  private static String moment(String text) {
    return MOMENT.format(LocalDateTime.parse(text.replace(' ', 'T')));
  }

  private static String hex(@Nullable Object value) {
    byte[] bytes = value instanceof byte[] given ? given : HexFormat.of().parseHex(text(value));
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public String toString() {
    return columns.stream()
        .map(column -> column.name() + "=" + literals.get(columns.indexOf(column)))
        .collect(Collectors.joining(", "));
  }
}
