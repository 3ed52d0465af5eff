package dev.polecat.core.history;

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

  static TableChange of(String from, String to, String kind, boolean rows, boolean schema) {
    return new TableChange(
        from, to, Kind.valueOf(kind.toUpperCase(Locale.ROOT)), rows, schema, false);
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
