package dev.polecat.core.history;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;

/**
 * A table in which two revisions differ. Immutable and safe to share.
 *
 * @param from its name at the earlier revision; empty if it was added
 * @param to its name at the later revision; empty if it was dropped
 * @param kind what became of it
 * @param rowsChanged whether rows came, went or changed
 * @param schemaChanged whether its columns or constraints changed
 * @param keyChanged whether its primary key changed, so that its rows cannot be compared
 */
public record TableChange(
    String from,
    String to,
    Kind kind,
    boolean rowsChanged,
    boolean schemaChanged,
    boolean keyChanged) {

  /** What became of a table. */
  public enum Kind {
    /** It is new. */
    ADDED,
    /** It is gone. */
    DROPPED,
    /** It has another name. */
    RENAMED,
    /** Its rows or its schema changed. */
    MODIFIED
  }

  /**
   * Reads one row of Dolt's {@code dolt_diff_summary}.
   *
   * @param row a row with from_table_name, to_table_name, diff_type, data_change and schema_change
   *     as its first columns
   * @return the change
   * @throws SQLException if the connection breaks
   */
  public static TableChange read(ResultSet row) throws SQLException {
    return new TableChange(
        row.getString(1),
        row.getString(2),
        Kind.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
        row.getBoolean(4),
        row.getBoolean(5),
        false);
  }

  /**
   * The table for a person to read.
   *
   * @return its name; {@code old -> new} if it was renamed
   */
  public String name() {
    return from.isEmpty() || to.isEmpty() || from.equals(to) ? current() : from + " -> " + to;
  }

  /**
   * The table as it is called now.
   *
   * @return its name at the later revision; at the earlier one if it was dropped
   */
  public String current() {
    return to.isEmpty() ? from : to;
  }
}
