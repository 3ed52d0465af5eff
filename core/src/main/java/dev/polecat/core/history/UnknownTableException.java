package dev.polecat.core.history;

import dev.polecat.core.DoltException;

/** There is no such table where it was looked for. */
public final class UnknownTableException extends DoltException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param table the table that was asked for
   * @param where which revision or range has none
   */
  public UnknownTableException(String table, String where) {
    super(
        "There is no table "
            + table
            + " at "
            + where
            + ". Check its name, and that it was there at that time.",
        null);
  }
}
