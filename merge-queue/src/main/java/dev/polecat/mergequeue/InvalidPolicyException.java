package dev.polecat.mergequeue;

import dev.polecat.core.DoltException;

/**
 * A policy contradicts itself or the schema it is for.
 *
 * @serial exclude
 */
public final class InvalidPolicyException extends DoltException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message which policy, and what to change
   */
  public InvalidPolicyException(String message) {
    super(message, null);
  }
}
