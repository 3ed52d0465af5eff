package dev.polecat.core;

import org.jspecify.annotations.Nullable;

/**
 * The base of everything this library throws on its own behalf. Each failure has a subclass that
 * carries what a program needs to react as fields, and a message that tells a person what to do
 * next.
 *
 * @serial exclude
 */
public abstract class DoltException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what happened, and what to do about it
   * @param cause the underlying failure, or null if there is none
   */
  protected DoltException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
