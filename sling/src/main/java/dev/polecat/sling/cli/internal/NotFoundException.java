package dev.polecat.sling.cli.internal;

import dev.polecat.core.DoltException;

/**
 * There is nothing of the name a command was given.
 *
 * @serial exclude
 */
public final class NotFoundException extends DoltException {
  private static final long serialVersionUID = 1L;

  /** Says what, and what to do. */
  public NotFoundException(String message) {
    super(message, null);
  }
}
