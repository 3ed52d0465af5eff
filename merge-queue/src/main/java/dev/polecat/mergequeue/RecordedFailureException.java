package dev.polecat.mergequeue;

import dev.polecat.core.DoltException;

/**
 * A failure of another process, or of an earlier run of this one, as the ledger remembers it: what
 * it said, and not where.
 *
 * @serial exclude
 */
public final class RecordedFailureException extends DoltException {
  private static final long serialVersionUID = 1L;

  private final String text;

  /**
   * Creates the exception.
   *
   * @param message the message of the failure
   * @param text its type and message
   */
  public RecordedFailureException(String message, String text) {
    super(message, null);
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
