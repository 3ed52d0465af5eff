package dev.polecat.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A script in dolt's place, which tells a good version and then does as the test wants. */
final class FakeDolt {
  private final Path script;
  private final Path pid;

  /**
   * Writes the script.
   *
   * @param sqlServer what it does as {@code sql-server}, in shell; {@code $3} is the configuration
   */
  FakeDolt(Path directory, String sqlServer) throws IOException {
    script = Files.createDirectories(directory).resolve("dolt");
    pid = directory.resolve("pid");
    Files.writeString(
        script,
        """
        #!/bin/sh
        if [ "$1" = version ]; then echo 'dolt version %s'; exit 0; fi
        echo $$ > '%s.part' && mv '%2$s.part' '%2$s'
        %s
        """
            .formatted(DoltBinary.PINNED_VERSION, pid, sqlServer));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  DoltBinarySearch search() {
    return DoltBinarySearch.builder().given(script).build();
  }

  void awaitStart() throws InterruptedException {
    awaitExists(pid);
  }

  long pid() throws IOException {
    return Long.parseLong(Files.readString(pid).strip());
  }

  /** Whether it was started and runs no more. */
  boolean isGone() throws IOException {
    return !runs(pid());
  }

  /** Whether the process runs; what is dead but not collected by its parent has no command. */
  static boolean runs(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().command()).isPresent();
  }

  static void awaitExists(Path file) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!Files.exists(file)) {
      if (System.nanoTime() > end) {
        throw new AssertionError(file + " did not appear");
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
