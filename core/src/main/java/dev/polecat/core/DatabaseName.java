package dev.polecat.core;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The validated name of a Dolt database.
 *
 * <p>A lower-case letter followed by lower-case letters, digits, {@code _} and {@code -}, at most
 * {@value #MAX_LENGTH} characters; the server's own databases are refused. Narrower than Dolt on
 * purpose (own decision): the name becomes a directory, a part of connection strings and of {@code
 * `db/branch`} references. Immutable and safe to share.
 *
 * @param value the name, for example {@code gastown}
 */
public record DatabaseName(String value) {
  /** The longest name accepted, in characters (MySQL's limit for identifiers is 64). */
  public static final int MAX_LENGTH = 63;

  private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9_-]*");
  private static final Set<String> RESERVED =
      Set.of("mysql", "information_schema", "performance_schema", "sys", "dolt", "dolt_cluster");
  private static final String RULE =
      "Use a lower-case letter, then lower-case letters, digits, '_' and '-', at most "
          + MAX_LENGTH
          + " characters, and none of the server's own databases ("
          + String.join(", ", RESERVED.stream().sorted().toList())
          + ").";

  /**
   * Validates the name.
   *
   * @param value the name
   * @throws InvalidNameException if it is not a valid database name
   */
  public DatabaseName {
    if (!isValid(value)) {
      throw new InvalidNameException("database name", value, RULE);
    }
  }

  /**
   * Validates the name.
   *
   * @param value the name
   * @return the database name
   * @throws InvalidNameException if it is not a valid database name
   */
  public static DatabaseName of(String value) {
    return new DatabaseName(value);
  }

  @Override
  public String toString() {
    return value;
  }

  private static boolean isValid(@Nullable String name) {
    return name != null
        && name.length() <= MAX_LENGTH
        && VALID.matcher(name).matches()
        && !RESERVED.contains(name);
  }
}
