package dev.polecat.core;

import java.util.Objects;

/**
 * A MySQL user and its password. Immutable and safe to share; {@link #toString()} never shows the
 * password.
 *
 * @param user the MySQL user
 * @param password the user's password; empty if it has none
 */
public record Login(String user, String password) {
  /**
   * Validates the login.
   *
   * @param user the MySQL user
   * @param password the user's password; empty if it has none
   * @throws InvalidNameException if the user is no valid name
   */
  public Login {
    requireUser(user);
    Objects.requireNonNull(password, "password");
  }

  /**
   * The login for messages.
   *
   * @return the user
   */
  @Override
  public String toString() {
    return user;
  }

  static void requireUser(String user) {
    if (user == null || !user.matches("[A-Za-z0-9_.@-]{1,32}")) {
      throw new InvalidNameException(
          "user", user, "Use letters, digits and _ . @ -, at most 32 characters.");
    }
  }
}
