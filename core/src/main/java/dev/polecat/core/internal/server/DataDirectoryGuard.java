package dev.polecat.core.internal.server;

import dev.polecat.core.ManagedServerConfig;
import dev.polecat.core.ServerException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a data directory to one server. Dolt 1.86.4 itself does not: a second server on an empty
 * data directory starts without complaint. So the managing process holds a file lock for as long as
 * its server lives, and a server somebody else started is recognised by {@code
 * .dolt/sql-server.info}, which is only read.
 */
final class DataDirectoryGuard implements AutoCloseable {
  private final FileChannel channel;

  private DataDirectoryGuard(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the directory.
   *
   * @throws ServerException.DataDirectoryInUse if a live process has it
   */
  static DataDirectoryGuard acquire(ManagedServerConfig config) throws IOException {
    Files.createDirectories(config.dataDirectory());
    Files.createDirectories(config.runDirectory());
    FileChannel channel =
        FileChannel.open(
            config.runDirectory().resolve("dolt.lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    try {
      if (!locked(channel)) {
        throw new ServerException.DataDirectoryInUse(
            config.dataDirectory(),
            managingPid(config),
            "is a managed server, or about to start one");
      }
      Optional<ServerInfo> other = ServerInfo.read(config.dataDirectory());
      if (other.isPresent() && other.get().isAlive()) {
        throw new ServerException.DataDirectoryInUse(
            config.dataDirectory(),
            other.get().pid(),
            "is a dolt server listening on port " + other.get().port());
      }
      return new DataDirectoryGuard(channel);
    } catch (RuntimeException | IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // this JVM manages a server there
    }
  }

  private static long managingPid(ManagedServerConfig config) throws IOException {
    @Nullable Long pid = PidFile.read(pidFile(config));
    return pid != null
        ? pid
        : ServerInfo.read(config.dataDirectory()).map(ServerInfo::pid).orElse(0L);
  }

  static Path pidFile(ManagedServerConfig config) {
    return config.runDirectory().resolve("dolt.pid");
  }
}
