package dev.polecat.sling;

import dev.polecat.core.InvalidNameException;
import java.util.regex.Pattern;

/**
 * The validated name of a polecat. Becomes part of its branch's name. Immutable.
 *
 * @param value lower-case letters, digits, {@code -} and {@code _}, starting with a letter or
 *     digit, at most {@value #MAX_LENGTH} characters
 */
public record PolecatName(String value) {
  /** The longest name accepted, in characters. */
  public static final int MAX_LENGTH = 64;

  private static final Pattern VALID = Pattern.compile("[a-z0-9][a-z0-9_-]*");

  /**
   * Validates the name.
   *
   * @param value the name
   * @throws InvalidNameException if it is not a valid polecat name
   */
  public PolecatName {
    if (value == null || value.length() > MAX_LENGTH || !VALID.matcher(value).matches()) {
      throw new InvalidNameException(
          "polecat name",
          value,
          "Use lower-case letters, digits, '-' and '_', starting with a letter or digit, at most "
              + MAX_LENGTH
              + " characters.");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
