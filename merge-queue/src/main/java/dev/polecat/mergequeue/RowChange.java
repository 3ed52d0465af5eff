package dev.polecat.mergequeue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row that a merge adds to main, changes or removes. Values have the types of {@link
 * dev.polecat.mergequeue.spi.ConflictedCell}.
 *
 * @param table the table
 * @param before the row on main; empty if the merge adds it
 * @param after the row after the merge; empty if the merge removes it
 */
public record RowChange(
    String table,
    Optional<Map<String, @Nullable Object>> before,
    Optional<Map<String, @Nullable Object>> after) {
  /**
   * Copies the rows.
   *
   * @param table the table
   * @param before the row on main
   * @param after the row after the merge
   */
  public RowChange {
    before = before.map(RowChange::copy);
    after = after.map(RowChange::copy);
  }

  /**
   * The change as lines of text: {@code -} for what goes, {@code +} for what comes, and of a
   * changed row the changed columns only.
   *
   * @return lines that end with a line break
   */
  public String text() {
    if (before.isEmpty() || after.isEmpty()) {
      return before.map(row -> "- " + row + "\n").orElse("")
          + after.map(row -> "+ " + row + "\n").orElse("");
    }
    Map<String, @Nullable Object> old = new LinkedHashMap<>();
    Map<String, @Nullable Object> now = new LinkedHashMap<>();
    after
        .get()
        .forEach(
            (column, value) -> {
              Object earlier = before.get().get(column);
              if (!Objects.deepEquals(earlier, value)) {
                old.put(column, earlier);
                now.put(column, value);
              }
            });
    return "- " + old + "\n+ " + now + "\n";
  }

  private static Map<String, @Nullable Object> copy(Map<String, @Nullable Object> row) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(row));
  }
}
