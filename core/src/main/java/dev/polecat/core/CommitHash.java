package dev.polecat.core;

import java.util.regex.Pattern;

/**
 * The hash of a Dolt commit: 32 characters of {@code 0-9 a-v}. Immutable and safe to share.
 *
 * @param value the hash as Dolt prints it
 */
public record CommitHash(String value) {
  private static final Pattern VALID = Pattern.compile("[0-9a-v]{32}");

  /**
   * Validates the hash.
   *
   * @param value the hash
   * @throws InvalidNameException if it is not a commit hash
   */
  public CommitHash {
    if (value == null || !VALID.matcher(value).matches()) {
      throw new InvalidNameException(
          "commit hash", value, "A Dolt commit hash has 32 characters of 0-9 and a-v.");
    }
  }

  /**
   * Validates the hash.
   *
   * @param value the hash
   * @return the commit hash
   * @throws InvalidNameException if it is not a commit hash
   */
  public static CommitHash of(String value) {
    return new CommitHash(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
