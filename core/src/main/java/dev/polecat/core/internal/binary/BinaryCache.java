package dev.polecat.core.internal.binary;

import dev.polecat.core.DoltBinary;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * The directory of the pinned binary for one platform: the binary, a lock file, and work
 * directories that live as long as somebody works. The binary gets its name only when it is whole,
 * was run, and told the pinned version.
 */
final class BinaryCache {
  private static final VersionNumber PINNED = VersionNumber.of(DoltBinary.PINNED_VERSION);
  private static final String WORK_PREFIX = "work-";

  private final Path directory;
  private final Platform platform;
  private final BinaryProbe probe;

  BinaryCache(Path root, Platform platform, BinaryProbe probe) {
    this.directory = root.resolve(DoltBinary.PINNED_VERSION + "-" + platform);
    this.platform = platform;
    this.probe = probe;
  }

  Path entry() {
    return directory.resolve(platform.executable("dolt"));
  }

  /**
   * Runs the cached binary.
   *
   * @throws IOException if it is not there or not usable
   */
  void check() throws IOException, InterruptedException {
    checkPinned(entry());
  }

  <T> T whileLocked(Consumer<String> waiting, CacheLock.Work<T> work)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    return CacheLock.whileHeld(
        directory.resolve("lock"),
        waiting,
        () -> {
          removeAbandonedWork();
          return work.run();
        });
  }

  /** A directory on the same file system as the entry, for whoever holds the lock. */
  WorkDirectory newWork() throws IOException {
    return WorkDirectory.in(directory, WORK_PREFIX);
  }

  /** Makes a finished file in a work directory the entry, replacing any before it. */
  void install(Path candidate) throws IOException, InterruptedException {
    if (Files.getFileAttributeView(candidate, PosixFileAttributeView.class) != null) {
      Files.setPosixFilePermissions(candidate, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    checkPinned(candidate);
    // on disk before it has its name: after a power cut the entry is whole or not there
    try (FileChannel channel = FileChannel.open(candidate, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(candidate, entry(), StandardCopyOption.ATOMIC_MOVE);
  }

  private void checkPinned(Path binary) throws IOException, InterruptedException {
    VersionNumber version = probe.version(binary);
    if (!version.equals(PINNED)) {
      throw new IOException("it says it is dolt " + version + ", not " + PINNED);
    }
  }

  /** Called with the lock held, so whoever left these behind is dead. */
  private void removeAbandonedWork() {
    try (DirectoryStream<Path> abandoned = Files.newDirectoryStream(directory, WORK_PREFIX + "*")) {
      for (Path work : abandoned) {
        WorkDirectory.delete(work);
      }
    } catch (IOException e) {
      // it costs room, but is in nobody's way
      LoggerFactory.getLogger(BinaryCache.class).warn("Could not clean up {}", directory, e);
    }
  }
}
