package dev.polecat.sling;

import dev.polecat.core.InvalidNameException;
import java.util.regex.Pattern;

/**
 * The validated id of a bead, a unit of work, such as {@code gt-42}. Immutable.
 *
 * @param value letters, digits, {@code . _ -}, starting with a letter or digit, at most {@value
 *     #MAX_LENGTH} characters, the width of {@code issues.id} in seed 001
 */
public record BeadId(String value) {
  /** The longest id accepted, in characters. */
  public static final int MAX_LENGTH = 64;

  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  /**
   * Validates the id.
   *
   * @param value the id
   * @throws InvalidNameException if it is not a valid bead id
   */
  public BeadId {
    if (value == null
        || value.length() > MAX_LENGTH
        || value.contains("..")
        || !VALID.matcher(value).matches()) {
      throw new InvalidNameException(
          "bead id",
          value,
          "Use letters, digits, '.', '_' and '-', starting with a letter or digit, no '..', at most "
              + MAX_LENGTH
              + " characters.");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
