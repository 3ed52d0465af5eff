package dev.polecat.core;

import dev.polecat.core.internal.server.PasswordDirectory;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Passwords kept in a directory, one file for each user, named after it, with nothing but the
 * password in it: {@code $(cat daemon/passwords/queue)} is what a shell needs. Whoever is given a
 * single file can log in as that user and as no other. Immutable and thread-safe; files are read
 * when they are asked for.
 */
public final class Logins {
  private final Path directory;
  private final PasswordDirectory passwords;

  private Logins(Path directory) {
    this.directory = directory;
    this.passwords = new PasswordDirectory(directory);
  }

  /**
   * The passwords in a directory, such as {@link ManagedServerConfig#passwordDirectory()}.
   *
   * @param directory the directory; not looked at yet
   * @return its logins
   */
  public static Logins in(Path directory) {
    return new Logins(directory.toAbsolutePath().normalize());
  }

  /**
   * Where a user's password is.
   *
   * @param user the MySQL user
   * @return the file, which need not exist
   * @throws InvalidNameException if that is no user's name
   */
  public Path file(String user) {
    Login.requireUser(user);
    return passwords.file(user);
  }

  /**
   * Reads a user's password.
   *
   * @param user the MySQL user
   * @return the login, or empty if there is no password of that user
   * @throws InvalidNameException if that is no user's name
   * @throws CredentialsException if others can read the file, or it cannot be read
   */
  public Optional<Login> find(String user) {
    Login.requireUser(user);
    return passwords.find(user);
  }

  /**
   * Reads a user's password that has to be there.
   *
   * @param user the MySQL user
   * @return the login
   * @throws InvalidNameException if that is no user's name
   * @throws CredentialsException if there is no such file, others can read it, or it cannot be read
   */
  public Login login(String user) {
    return find(user)
        .orElseThrow(
            () ->
                new CredentialsException(
                    passwords.file(user),
                    "is missing, so there is no password of user "
                        + user
                        + ". The process that runs the secured server makes it when it first needs"
                        + " that user.",
                    null));
  }

  @Override
  public String toString() {
    return "logins in " + directory;
  }
}
