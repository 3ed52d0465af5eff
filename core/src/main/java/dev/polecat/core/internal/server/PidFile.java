package dev.polecat.core.internal.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file that names the server's process for people and scripts. */
final class PidFile {
  private PidFile() {}

  static void write(Path file, long pid) throws IOException {
    Files.writeString(file, pid + "\n");
  }

  /** Returns the pid in the file, or null if there is no file or no number in it. */
  static @Nullable Long read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    String text = Files.readString(file).trim();
    return text.matches("[0-9]{1,18}") ? Long.valueOf(text) : null;
  }
}
