package dev.polecat.core;

import java.util.List;

/**
 * What a user of a secured server may do, as {@link DoltServer#admit} grants it. Immutable.
 *
 * <p>Procedures are granted one by one on purpose: a general {@code EXECUTE} includes {@code
 * DOLT_CHECKOUT('-B', 'main', ...)}, which moves any branch whatever {@code dolt_branch_control}
 * says, and makes the caller that branch's administrator (Dolt 1.86.4).
 *
 * @param name the MySQL user: lower-case letters, digits, {@code -} and {@code _}, starting with a
 *     letter, at most 32 characters; not {@code root}
 * @param privileges what it may do to the tables of a database it is admitted to, such as {@code
 *     SELECT}
 * @param procedures which of Dolt's procedures it may call there, such as {@code dolt_commit}
 * @param branches the branches it may write, {@code %} for any text; it may read all
 */
public record ServerUser(
    String name, List<String> privileges, List<String> procedures, List<String> branches) {

  /**
   * Validates the user.
   *
   * @param name the MySQL user
   * @param privileges what it may do to the tables of a database it is admitted to
   * @param procedures which of Dolt's procedures it may call there
   * @param branches the branches it may write
   * @throws InvalidNameException if a part is unusable
   */
  public ServerUser {
    if (name == null || !name.matches("[a-z][a-z0-9_-]{0,31}") || name.equals("root")) {
      throw new InvalidNameException(
          "user of a secured server",
          name,
          "Use lower-case letters, digits, '-' and '_', starting with a letter, at most 32"
              + " characters, and not \"root\".");
    }
    privileges = each("privilege", privileges, "[A-Z ]+");
    procedures = each("procedure", procedures, "[a-z_]+");
    branches = each("branch pattern", branches, "[a-z0-9_./%-]+");
  }

  private static List<String> each(String kind, List<String> values, String valid) {
    for (String value : values) {
      if (!value.matches(valid)) {
        throw new InvalidNameException(kind, value, "It has to match " + valid + ".");
      }
    }
    return List.copyOf(values);
  }
}
