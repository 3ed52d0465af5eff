package dev.polecat.core.history;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A table with changes that are not committed. Immutable and safe to share.
 *
 * @param table the table; {@code old -> new} if it was renamed
 * @param kind what became of it
 * @param staged whether the change is staged; a table can have both, staged changes and others
 */
public record TableStatus(String table, Kind kind, boolean staged) {
  /** What became of a table. */
  public enum Kind {
    /** It is new. */
    ADDED("new table"),
    /** It is gone. */
    DROPPED("deleted"),
    /** It has another name, perhaps other rows or columns too. */
    RENAMED("renamed"),
    /** Its rows or its schema changed. */
    MODIFIED("modified"),
    /** A merge has rows that conflict. */
    CONFLICT("conflict"),
    /** A merge has schemas that conflict. */
    SCHEMA_CONFLICT("schema conflict"),
    /** Rows violate a constraint. */
    CONSTRAINT_VIOLATION("constraint violation"),
    /** It was merged without a conflict by a merge that is not committed yet. */
    MERGED("merged");

    private final String status;

    Kind(String status) {
      this.status = status;
    }

    private static Kind of(String status) throws SQLException {
      for (Kind kind : values()) {
        if (kind.status.equals(status)) {
          return kind;
        }
      }
      throw new SQLException("the status \"" + status + "\" of a table is not known");
    }
  }

  /** Reads a row of dolt_status: table_name, status, staged. */
  static TableStatus read(ResultSet row) throws SQLException {
    return new TableStatus(row.getString(1), Kind.of(row.getString(2)), row.getBoolean(3));
  }
}
