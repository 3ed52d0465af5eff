package dev.polecat.core.history;

import dev.polecat.core.DoltException;

/**
 * A row was asked for by something that cannot be its primary key, or rows of a table that cannot
 * be told apart, or not in the way they were asked for.
 */
public final class RowKeyException extends DoltException {
  private static final long serialVersionUID = 1L;

  RowKeyException(String message) {
    super(message, null);
  }
}
