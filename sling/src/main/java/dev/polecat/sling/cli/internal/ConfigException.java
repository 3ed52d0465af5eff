package dev.polecat.sling.cli.internal;

import dev.polecat.core.DoltException;
import org.jspecify.annotations.Nullable;

/**
 * A setting, or the file it is in, is wrong.
 *
 * @serial exclude
 */
public final class ConfigException extends DoltException {
  private static final long serialVersionUID = 1L;

  /** Says where, what and what to do. */
  public ConfigException(String where, String what, @Nullable Throwable cause) {
    super(where + ": " + what, cause);
  }
}
