package dev.polecat.core;

import java.sql.SQLException;

/**
 * A statement the library sent failed on the server; says what it was for.
 *
 * @serial exclude
 */
public final class DoltSqlException extends DoltException {
  private static final long serialVersionUID = 1L;

  private final DoltError error;

  /**
   * Creates the exception.
   *
   * @param doing what was being done, as in "create branch x in y"
   * @param cause the driver's exception
   */
  public DoltSqlException(String doing, SQLException cause) {
    super("Could not " + doing + ": " + cause.getMessage(), cause);
    this.error = DoltError.of(cause);
  }

  /**
   * The driver's exception.
   *
   * @return the cause
   */
  public SQLException sqlException() {
    return (SQLException) getCause();
  }

  /**
   * What the server's error means.
   *
   * @return the kind of error
   */
  public DoltError error() {
    return error;
  }
}
