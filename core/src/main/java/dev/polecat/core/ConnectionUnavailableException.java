package dev.polecat.core;

import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * No connection could be had within the time that was allowed. Nothing was sent, so that whatever
 * the connection was wanted for can be tried again.
 *
 * @serial exclude
 */
public final class ConnectionUnavailableException extends SQLTransientConnectionException
    implements Classified {
  private static final long serialVersionUID = 1L;

  private final DoltError error;

  /**
   * Creates the exception.
   *
   * @param error {@link DoltError#SERVER_AWAY}, {@link DoltError#TOO_MANY_CONNECTIONS} or {@link
   *     DoltError#CONNECTIONS_IN_USE}
   * @param message what happened, and what to do about it
   * @param cause the last failure to connect, or null if there was none
   */
  public ConnectionUnavailableException(
      DoltError error, String message, @Nullable Throwable cause) {
    super(message, "08001", cause);
    this.error = error;
  }

  @Override
  public DoltError error() {
    return error;
  }
}
