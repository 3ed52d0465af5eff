package dev.polecat.core.history;

import dev.polecat.core.DoltException;
import org.jspecify.annotations.Nullable;

/** A row does not fit the record that it is to become; the message names the column. */
public final class RowMappingException extends DoltException {
  private static final long serialVersionUID = 1L;

  RowMappingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
