package dev.polecat.core.internal.binary;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Takes the one binary out of a release archive. It is written to the place the caller names, never
 * to one the archive names; an archive that tries to name one outside is refused all the same,
 * since no honest release does.
 */
final class ArchiveUnpacker {
  static final long MAX_UNPACKED_BYTES = 1L << 30;

  private final Path target;
  private final String wanted;
  private final long limit;
  private boolean written;

  /**
   * An unpacker for one archive.
   *
   * @param target the file to write, which must not exist
   * @param wanted what the entry's name must end with, such as {@code bin/dolt}
   * @param limit the most bytes the archive may unpack to
   */
  ArchiveUnpacker(Path target, String wanted, long limit) {
    this.target = target;
    this.wanted = "/" + wanted;
    this.limit = limit;
  }

  void unpack(Path archive) throws IOException {
    try {
      if (archive.toString().endsWith(".zip")) {
        unpackZip(archive);
      } else {
        unpackTarGz(archive);
      }
    } catch (IllegalArgumentException malformed) {
      // what commons-compress throws for some damaged headers
      throw new IOException("the archive is damaged: " + malformed.getMessage(), malformed);
    }
    if (!written) {
      throw new IOException("the archive holds no file that ends in " + wanted);
    }
  }

  private void unpackTarGz(Path archive) throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive));
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new GzipCompressorInputStream(file))) {
      long total = 0;
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        requireInside(entry.getName());
        total += entry.getSize();
        requireWithinLimit(total);
        if (isWanted(entry.getName())) {
          byte kind = entry.getLinkFlag();
          requirePlain(
              kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM, entry.getName());
          write(tar);
        }
      }
    }
  }

  private void unpackZip(Path archive) throws IOException {
    // read by its directory: only there does a zip say which entries are links
    try (SeekableByteChannel channel = Files.newByteChannel(archive);
        ZipFile zip = ZipFile.builder().setSeekableByteChannel(channel).get()) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        requireInside(entry.getName());
        if (isWanted(entry.getName())) {
          requirePlain(!entry.isUnixSymlink() && !entry.isDirectory(), entry.getName());
          try (InputStream content = zip.getInputStream(entry)) {
            write(content);
          }
        }
      }
    }
  }

  private boolean isWanted(String name) {
    return ("/" + name).endsWith(wanted);
  }

  private static void requireInside(String name) throws IOException {
    String unified = name.replace('\\', '/');
    boolean absolute = unified.startsWith("/") || unified.matches("^[A-Za-z]:.*");
    boolean climbs = ("/" + unified + "/").contains("/../");
    if (absolute || climbs) {
      throw new IOException("the archive names a place outside of it: " + name);
    }
  }

  private static void requirePlain(boolean plain, String name) throws IOException {
    if (!plain) {
      throw new IOException("in the archive " + name + " is a link or not a file");
    }
  }

  private void requireWithinLimit(long bytes) throws IOException {
    if (bytes > limit) {
      throw new IOException("the archive unpacks to more than " + Words.megabytes(limit));
    }
  }

  private void write(InputStream content) throws IOException {
    if (written) {
      throw new IOException("the archive holds more than one file that ends in " + wanted);
    }
    long bytes = 0;
    byte[] buffer = new byte[1 << 16];
    try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
        bytes += count;
        requireWithinLimit(bytes);
        out.write(buffer, 0, count);
      }
    }
    written = true;
  }
}
