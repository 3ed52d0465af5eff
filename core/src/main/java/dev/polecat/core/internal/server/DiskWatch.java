package dev.polecat.core.internal.server;

import dev.polecat.core.ManagedServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The volume of the data directory. Dolt 1.86.4 ends when it cannot write its journal, and does not
 * start on a full disk or a read-only one; what else it cannot write is an error to the client.
 */
final class DiskWatch {
  /** With less, the server's last words may not have found room in the log either. */
  private static final long FULL = 1L << 20;

  private final Path directory;
  private final long wanted;

  /** What the disk does to a server. */
  enum Trouble {
    NONE,
    DISK_FULL,
    READ_ONLY
  }

  DiskWatch(ManagedServerConfig config) {
    this.directory = config.dataDirectory();
    this.wanted = config.supervision().minFreeBytes();
  }

  /** What lines of the server's log, or an error about it, say of the disk. */
  static Trouble toldBy(String lines) {
    String text = lines.toLowerCase(Locale.ROOT);
    if (text.contains("no space left on device") || text.contains("not enough space on the disk")) {
      return Trouble.DISK_FULL;
    }
    return text.contains("read-only file system") || text.contains("database is read only")
        ? Trouble.READ_ONLY
        : Trouble.NONE;
  }

  /** What the volume itself says. */
  Trouble now() {
    try {
      FileStore volume = Files.getFileStore(directory);
      if (volume.isReadOnly()) {
        return Trouble.READ_ONLY;
      }
      return volume.getUsableSpace() < FULL ? Trouble.DISK_FULL : Trouble.NONE;
    } catch (IOException e) {
      throw new UncheckedIOException("look at the volume of " + directory, e);
    }
  }

  boolean isLow() {
    try {
      FileStore volume = Files.getFileStore(directory);
      return volume.getUsableSpace() < Math.min(wanted, volume.getTotalSpace() / 10);
    } catch (IOException e) {
      throw new UncheckedIOException("look at the volume of " + directory, e);
    }
  }

  /** Whether a server that ended of this trouble can be started again. */
  boolean hasPassed(Trouble trouble) {
    Trouble now = now();
    return now == Trouble.NONE && (trouble != Trouble.DISK_FULL || !isLow());
  }

  /** The trouble for a person, and what to do. */
  String advice(Trouble trouble) {
    if (trouble == Trouble.READ_ONLY) {
      return "The server cannot write "
          + directory
          + " (read-only file system or database). Find out why the volume became read-only (mount,"
          + " dmesg) and mount it writable again; if it is writable, restart the server.";
    }
    return "The disk of "
        + directory
        + " is full or nearly so: "
        + space()
        + ". Free space there (old backups and logs first; dolt gc itself needs space), or make the"
        + " volume larger. Nothing under .dolt may be deleted by hand.";
  }

  private String space() {
    try {
      FileStore volume = Files.getFileStore(directory);
      return "%,d KiB free, at least %,d KiB wanted"
          .formatted(
              volume.getUsableSpace() >> 10, Math.min(wanted, volume.getTotalSpace() / 10) >> 10);
    } catch (IOException e) {
      return "free space unknown: " + e;
    }
  }
}
