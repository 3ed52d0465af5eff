package dev.polecat.sling.cli.internal;

import dev.polecat.core.history.RowChange;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows for people: a row is a line, whatever is in it. */
public final class RowText {
  private RowText() {}

  /** A value: line breaks as {@code \n}, bytes in hexadecimal digits. */
  public static String cell(@Nullable Object value) {
    if (value == null) {
      return "NULL";
    }
    return value instanceof byte[] bytes
        ? "0x" + HexFormat.of().formatHex(bytes)
        : value.toString().replaceAll("\\R", "\\\\n");
  }

  /** A row. */
  public static String row(Map<String, @Nullable Object> row) {
    return row.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + cell(entry.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  /** What was there, and what is there now; of a changed row the changed columns only. */
  public static List<String> change(RowChange change) {
    Map<String, @Nullable Object> before = change.before().orElse(null);
    Map<String, @Nullable Object> after = change.after().orElse(null);
    if (before == null || after == null) {
      return Arrays.asList(before == null ? "+ " + row(after) : "- " + row(before));
    }
    List<String> changed = change.changedColumns();
    return List.of("- " + row(only(changed, before)), "+ " + row(only(changed, after)));
  }

  private static Map<String, @Nullable Object> only(
      List<String> columns, Map<String, @Nullable Object> row) {
    Map<String, @Nullable Object> some = new LinkedHashMap<>();
    columns.stream().filter(row::containsKey).forEach(column -> some.put(column, row.get(column)));
    return some;
  }

  /** The cells of a row that has a value for each of some columns. */
  public static List<String> cells(List<String> columns, Map<String, @Nullable Object> row) {
    return columns.stream().map(column -> cell(row.get(column))).map(Objects::toString).toList();
  }
}
