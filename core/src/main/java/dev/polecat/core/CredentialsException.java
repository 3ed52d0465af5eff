package dev.polecat.core;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A password is missing, or is kept where others can read it. The message names the file and what
 * to do, never the password.
 *
 * @serial exclude
 */
public final class CredentialsException extends DoltException {
  private static final long serialVersionUID = 1L;
  private final transient Path file;

  /**
   * Creates the exception.
   *
   * @param file the file or directory that is at fault
   * @param problem what is wrong with it, and what to do about it; continues the sentence
   * @param cause the underlying failure, or null if there is none
   */
  public CredentialsException(Path file, String problem, @Nullable Throwable cause) {
    super(file + " " + problem, cause);
    this.file = file;
  }

  /**
   * What is at fault.
   *
   * @return the file or directory
   */
  public Path file() {
    return file;
  }
}
