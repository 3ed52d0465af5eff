package dev.polecat.core.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row that came, went or changed between two revisions. Values have the types that {@link
 * ColumnType.Kind} names. Immutable and safe to share, but for the arrays of binary values.
 *
 * <p>Generated columns are not part of a row, nor are columns called {@code commit} or {@code
 * commit_date}, which Dolt's own hide. A table without a primary key has added and removed rows
 * only, equal rows one by one.
 *
 * @param table the table; {@code old -> new} if it was renamed
 * @param keyColumns the columns of the primary key; empty if the table has none
 * @param before the row at the earlier revision; empty if it was added
 * @param after the row at the later revision; empty if it was removed
 */
public record RowChange(
    String table,
    List<String> keyColumns,
    Optional<Map<String, @Nullable Object>> before,
    Optional<Map<String, @Nullable Object>> after) {

  /** What became of a row. */
  public enum Kind {
    /** It is new. */
    ADDED,
    /** Values of it changed. */
    MODIFIED,
    /** It is gone. */
    REMOVED
  }

  /**
   * Copies the rows.
   *
   * @param table the table
   * @param keyColumns the columns of the primary key
   * @param before the row at the earlier revision
   * @param after the row at the later revision
   * @throws IllegalArgumentException if there is neither
   */
  public RowChange {
    if (before.isEmpty() && after.isEmpty()) {
      throw new IllegalArgumentException("A change has a row before it, or after it, or both.");
    }
    keyColumns = List.copyOf(keyColumns);
    before = before.map(RowChange::copy);
    after = after.map(RowChange::copy);
  }

  /**
   * What became of the row.
   *
   * @return the kind of change
   */
  public Kind kind() {
    if (before.isEmpty()) {
      return Kind.ADDED;
    }
    return after.isEmpty() ? Kind.REMOVED : Kind.MODIFIED;
  }

  /**
   * What the row is found by.
   *
   * @return its primary key, by column; empty if the table has none
   */
  public Map<String, @Nullable Object> key() {
    Map<String, @Nullable Object> row = after.orElseGet(before::orElseThrow);
    Map<String, @Nullable Object> key = new LinkedHashMap<>();
    keyColumns.forEach(column -> key.put(column, row.get(column)));
    return Collections.unmodifiableMap(key);
  }

  /**
   * The row before as a record, see {@link Row#as}.
   *
   * @param type the record's class
   * @param <T> the record
   * @return a new record; empty if the row was added
   * @throws RowMappingException if the row does not fit the record
   */
  public <T extends Record> Optional<T> beforeAs(Class<T> type) {
    return before.map(values -> new Row(values).as(type));
  }

  /**
   * The row after as a record, see {@link Row#as}.
   *
   * @param type the record's class
   * @param <T> the record
   * @return a new record; empty if the row was removed
   * @throws RowMappingException if the row does not fit the record
   */
  public <T extends Record> Optional<T> afterAs(Class<T> type) {
    return after.map(values -> new Row(values).as(type));
  }

  /**
   * The columns whose values changed; columns that only one side has are among them.
   *
   * @return names, those of the later revision first
   */
  public List<String> changedColumns() {
    Map<String, @Nullable Object> old = before.orElse(Map.of());
    Map<String, @Nullable Object> now = after.orElse(Map.of());
    List<String> changed = new ArrayList<>();
    now.forEach(
        (column, value) -> {
          if (!old.containsKey(column) || !Objects.deepEquals(old.get(column), value)) {
            changed.add(column);
          }
        });
    old.keySet().stream().filter(column -> !now.containsKey(column)).forEach(changed::add);
    return changed;
  }

  /**
   * The change as lines of text: {@code -} for what goes, {@code +} for what comes, and of a
   * changed row the changed columns only.
   *
   * @return lines that end with a line break
   */
  public String text() {
    if (kind() != Kind.MODIFIED) {
      return before.map(row -> "- " + row + "\n").orElse("")
          + after.map(row -> "+ " + row + "\n").orElse("");
    }
    List<String> changed = changedColumns();
    return "- " + only(changed, before.get()) + "\n+ " + only(changed, after.get()) + "\n";
  }

  private static Map<String, @Nullable Object> only(
      List<String> columns, Map<String, @Nullable Object> row) {
    Map<String, @Nullable Object> some = new LinkedHashMap<>();
    columns.stream().filter(row::containsKey).forEach(column -> some.put(column, row.get(column)));
    return some;
  }

  private static Map<String, @Nullable Object> copy(Map<String, @Nullable Object> row) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(row));
  }
}
