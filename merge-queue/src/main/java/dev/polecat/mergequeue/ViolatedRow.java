package dev.polecat.mergequeue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A merged row that breaks a constraint.
 *
 * @param table the table
 * @param kind what it breaks, as Dolt names it: "foreign key", "unique index", "check constraint"
 *     or "not null"; "constraint" if a row could not even be written
 * @param row the row's values by column, as text; empty if it could not be written
 * @param detail the constraint, as the JSON Dolt describes it with, or the server's message
 */
public record ViolatedRow(
    String table, String kind, Map<String, @Nullable String> row, String detail) {
  /**
   * Copies the row.
   *
   * @param table the table
   * @param kind what it breaks
   * @param row the row's values by column
   * @param detail the constraint
   */
  public ViolatedRow {
    row = Collections.unmodifiableMap(new LinkedHashMap<>(row));
  }
}
