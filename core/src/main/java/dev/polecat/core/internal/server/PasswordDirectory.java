package dev.polecat.core.internal.server;

import dev.polecat.core.CredentialsException;
import dev.polecat.core.Login;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * Passwords of users, one file for each, named after the user. A file is readable by its owner only
 * from its creation on, appears whole or not at all, and is never overwritten, so that processes
 * which need the same user at the same time agree on its password.
 */
public final class PasswordDirectory {
  private static final int PASSWORD_BYTES = 20;
  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  private final Path directory;

  public PasswordDirectory(Path directory) {
    this.directory = directory;
  }

  /** The file of a user, which need not exist. */
  public Path file(String user) {
    return directory.resolve(user);
  }

  boolean has(String user) {
    return Files.exists(file(user));
  }

  /**
   * Reads a user's password.
   *
   * @return the login, or empty if there is no file
   * @throws CredentialsException if others can read the file, or it cannot be used
   */
  public Optional<Login> find(String user) {
    Path file = file(user);
    try {
      Set<PosixFilePermission> open = permissions(file);
      open.retainAll(OTHERS);
      if (!open.isEmpty()) {
        throw new CredentialsException(
            file,
            "can be used by others ("
                + PosixFilePermissions.toString(permissions(file))
                + "), so its password is no secret. Allow it to its owner only (chmod 600), and"
                + " replace the password if somebody may have read it.",
            null);
      }
      String password = Files.readString(file).strip();
      if (password.isEmpty()) {
        throw new CredentialsException(file, "has no password in it. Restore the file.", null);
      }
      return Optional.of(new Login(user, password));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new CredentialsException(
          file, "cannot be read. It has to be read by the user of this process.", e);
    }
  }

  /** Reads a user's password, choosing a random one if there is none yet. */
  Login obtain(String user) {
    Optional<Login> found = find(user);
    if (found.isPresent()) {
      return found.get();
    }
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    try {
      create(file(user), HexFormat.of().formatHex(random) + "\n");
    } catch (IOException e) {
      throw new CredentialsException(file(user), "cannot be written.", e);
    }
    return find(user).orElseThrow(); // another process may have been first
  }

  /** Gives a password to another user name, which must have none. */
  void rename(String from, String to) {
    try {
      Files.move(file(from), file(to), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new CredentialsException(file(from), "cannot be renamed to " + to + ".", e);
    }
  }

  private void create(Path file, String content) throws IOException {
    requireDirectory();
    Path whole =
        Files.createTempFile(
            directory, ".new-", "", PosixFilePermissions.asFileAttribute(OWNER_FILE));
    try {
      try (FileChannel channel = FileChannel.open(whole, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.US_ASCII)));
        channel.force(true);
      }
      Files.createLink(file, whole); // unlike a move it never replaces
    } catch (FileAlreadyExistsException e) {
      // chosen by another process just now
    } finally {
      Files.delete(whole);
    }
  }

  private void requireDirectory() throws IOException {
    if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      throw new CredentialsException(
          directory,
          "is on a file system that cannot keep files from others. Put it on another, or run the"
              + " server without passwords.",
          null);
    }
    Files.createDirectories(directory.getParent());
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNER_DIRECTORY));
    } catch (FileAlreadyExistsException e) {
      Set<PosixFilePermission> writers = permissions(directory);
      if (writers.contains(PosixFilePermission.GROUP_WRITE)
          || writers.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw new CredentialsException(
            directory, "can be written by others. Allow it to its owner only (chmod 700).", null);
      }
    }
  }

  private static Set<PosixFilePermission> permissions(Path file) throws IOException {
    return new HashSet<>(Files.getPosixFilePermissions(file));
  }
}
