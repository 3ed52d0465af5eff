package dev.polecat.core.internal.server;

import dev.polecat.core.ManagedServerConfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The two file locks by which processes share a server: {@code dolt.lock} is held by the keeper,
 * the one process that starts, watches and restarts it, and {@code dolt.users} by all who use it.
 * The system releases them with the process, however it ends. Within a JVM only one object may have
 * a directory: closing a file releases the whole process's locks on it.
 */
final class DirectoryLocks implements AutoCloseable {
  private final FileChannel keeperFile;
  private final FileChannel usersFile;
  private @Nullable FileLock keeper;
  private @Nullable FileLock user;

  private DirectoryLocks(FileChannel keeperFile, FileChannel usersFile) {
    this.keeperFile = keeperFile;
    this.usersFile = usersFile;
  }

  static DirectoryLocks open(ManagedServerConfig config) throws IOException {
    Files.createDirectories(config.dataDirectory());
    Files.createDirectories(config.runDirectory());
    FileChannel keeperFile = channel(config.runDirectory().resolve("dolt.lock"));
    try {
      return new DirectoryLocks(keeperFile, channel(config.runDirectory().resolve("dolt.users")));
    } catch (IOException e) {
      keeperFile.close();
      throw e;
    }
  }

  /** Becomes a user; false while the last one is just stopping the server. */
  synchronized boolean tryJoin() throws IOException {
    if (user == null) {
      user = tryLock(usersFile, true);
    }
    return user != null;
  }

  /** Is a user no more; true if there was no other, and then nobody can join until the close. */
  synchronized boolean leaveAsLast() throws IOException {
    if (user != null) {
      user.release();
    }
    // of several who leave at once, the one who releases last finds nobody
    user = tryLock(usersFile, false);
    return user != null;
  }

  synchronized boolean tryKeep() throws IOException {
    if (keeper == null) {
      keeper = tryLock(keeperFile, false);
    }
    return keeper != null;
  }

  synchronized boolean isKeeper() {
    return keeper != null;
  }

  synchronized void stopKeeping() throws IOException {
    if (keeper != null) {
      keeper.release();
      keeper = null;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    keeper = null;
    user = null;
    try (keeperFile;
        usersFile) {
      // closing releases the locks
    }
  }

  private static FileChannel channel(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static @Nullable FileLock tryLock(FileChannel file, boolean shared) throws IOException {
    try {
      return file.tryLock(0, Long.MAX_VALUE, shared);
    } catch (OverlappingFileLockException e) {
      return null; // this library, loaded twice into one JVM
    }
  }
}
