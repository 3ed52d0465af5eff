package dev.polecat.core.history;

import dev.polecat.core.DoltException;

/** A row was asked for by something that cannot be its primary key. */
public final class RowKeyException extends DoltException {
  private static final long serialVersionUID = 1L;

  RowKeyException(String message) {
    super(message, null);
  }
}
