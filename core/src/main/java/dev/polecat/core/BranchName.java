package dev.polecat.core;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The validated name of a Dolt branch.
 *
 * <p>Stricter than Dolt: lower-case letters, digits, {@code - _ .} and {@code /} between non-empty
 * parts, at most {@value #MAX_LENGTH} characters. Dolt itself compares names without case and
 * accepts {@code # % &}, which a connection string does not survive (own decision). Immutable and
 * safe to share.
 *
 * @param value the name, for example {@code main}
 */
public record BranchName(String value) implements Comparable<BranchName> {
  /** The longest name accepted, in characters. */
  public static final int MAX_LENGTH = 200;

  private static final Pattern VALID =
      Pattern.compile("[a-z0-9_][a-z0-9_-]*(?:[./][a-z0-9_][a-z0-9_-]*)*");
  private static final Pattern LOOKS_LIKE_HASH = Pattern.compile("[0-9a-v]{32}");
  private static final String RULE =
      "Use lower-case letters, digits, '-' and '_', parts joined by single '/' or '.', not starting"
          + " with '-', at most "
          + MAX_LENGTH
          + " characters; neither \"head\" nor a commit hash, not starting with \"refs/\", and no part"
          + " ending in \".lock\".";

  /** The branch every Dolt database starts with. */
  public static final BranchName MAIN = new BranchName("main");

  /**
   * Validates the name.
   *
   * @param value the name
   * @throws InvalidNameException if it is not a valid branch name
   */
  public BranchName {
    if (!isValid(value)) {
      throw new InvalidNameException("branch name", value, RULE);
    }
  }

  /**
   * Validates the name.
   *
   * @param value the name
   * @return the branch name
   * @throws InvalidNameException if it is not a valid branch name
   */
  public static BranchName of(String value) {
    return new BranchName(value);
  }

  @Override
  public int compareTo(BranchName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }

  private static boolean isValid(@Nullable String name) {
    return name != null
        && name.length() <= MAX_LENGTH
        && VALID.matcher(name).matches()
        && !name.equals("head")
        && !name.startsWith("refs/") // Dolt takes refs/heads/a for a
        && !(name + "/").contains(".lock/")
        && !LOOKS_LIKE_HASH.matcher(name).matches();
  }
}
