package dev.polecat.mergequeue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row as a person wants it after a merge. Values have the types of {@link
 * dev.polecat.mergequeue.spi.ConflictedCell}, or others the JDBC driver converts to the column's.
 *
 * @param table the table; it needs a primary key
 * @param deleted whether the row is to be gone
 * @param values the row's columns: all that are not generated or, of a row to be gone, its key
 */
public record ResolvedRow(String table, boolean deleted, Map<String, @Nullable Object> values) {
  /**
   * Copies the values.
   *
   * @param table the table
   * @param deleted whether the row is to be gone
   * @param values the row's columns
   */
  public ResolvedRow {
    Objects.requireNonNull(table, "table");
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * A row with these values.
   *
   * @param table the table
   * @param values all its columns that are not generated
   * @return the row
   */
  public static ResolvedRow of(String table, Map<String, @Nullable Object> values) {
    return new ResolvedRow(table, false, values);
  }

  /**
   * A row that is to be gone.
   *
   * @param table the table
   * @param key its primary key, by column
   * @return the deletion
   */
  public static ResolvedRow deleted(String table, Map<String, @Nullable Object> key) {
    return new ResolvedRow(table, true, key);
  }
}
