package dev.polecat.core.internal.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a running dolt server writes about itself into its data directory: {@code pid:port:...}. */
record ServerInfo(long pid, int port) {
  private static final Pattern FORMAT = Pattern.compile("(\\d{1,18}):(\\d{1,5}):.*");

  static Optional<ServerInfo> read(Path dataDirectory) throws IOException {
    String text;
    try {
      text = Files.readString(dataDirectory.resolve(".dolt").resolve("sql-server.info")).trim();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Matcher matcher = FORMAT.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new ServerInfo(Long.parseLong(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  /**
   * Whether that process still runs. A recycled pid is told apart by its command; where the command
   * cannot be seen, the process counts as alive, since the other mistake would put two servers on
   * one directory.
   */
  boolean isAlive() {
    return ProcessHandle.of(pid)
        .filter(process -> process.isAlive() && !isZombie())
        .map(
            process ->
                process
                    .info()
                    .command()
                    .map(command -> Path.of(command).getFileName().toString().contains("dolt"))
                    .orElse(true))
        .orElse(false);
  }

  /** Dead, but not collected by its parent: in containers whose first process collects nobody. */
  private boolean isZombie() {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "status")).contains("State:\tZ");
    } catch (IOException e) {
      return false; // not Linux, or gone by now
    }
  }
}
