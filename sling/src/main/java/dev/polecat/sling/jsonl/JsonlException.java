package dev.polecat.sling.jsonl;

import dev.polecat.core.DoltException;
import org.jspecify.annotations.Nullable;

/**
 * A file that cannot be imported, and where in it that shows. Nothing of it was imported.
 *
 * @serial exclude
 */
public final class JsonlException extends DoltException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final int line;

  JsonlException(String file, int line, String what, @Nullable Throwable cause) {
    super(file + (line > 0 ? ", line " + line : "") + ": " + what, cause);
    this.file = file;
    this.line = line;
  }

  /**
   * The file.
   *
   * @return its path as it was given
   */
  public String file() {
    return file;
  }

  /**
   * The line.
   *
   * @return its number, from 1; 0 if it is about the file as a whole
   */
  public int line() {
    return line;
  }
}
