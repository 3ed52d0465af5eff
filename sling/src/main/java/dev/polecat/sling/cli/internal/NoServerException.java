package dev.polecat.sling.cli.internal;

import dev.polecat.core.DoltException;

/**
 * The town's server does not run, or nobody answers.
 *
 * @serial exclude
 */
public final class NoServerException extends DoltException {
  private static final long serialVersionUID = 1L;

  /** Says whose, and what to do. */
  public NoServerException(String message) {
    super(message, null);
  }
}
