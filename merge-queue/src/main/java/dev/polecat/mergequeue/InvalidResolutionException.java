package dev.polecat.mergequeue;

import dev.polecat.core.DoltException;

/**
 * Rows given to resolve a merge do not fit their table.
 *
 * @serial exclude
 */
public final class InvalidResolutionException extends DoltException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message which row, and what to change
   */
  public InvalidResolutionException(String message) {
    super(message, null);
  }
}
