package dev.polecat.core.internal.binary;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Processes that a test's script wrote down by number, in one line. */
final class Pids {
  private Pids() {}

  /** A script that starts a child, writes both numbers down in one step, and never ends. */
  static String hangingScript(Path file) {
    return "sleep 300 &\necho compiling; echo $$ $! > '%1$s.part' && mv '%1$s.part' '%1$s'\nwait"
        .formatted(file);
  }

  /** Those that still run. What is dead but not yet collected by its parent has no command. */
  static List<ProcessHandle> running(Path file) throws IOException {
    return Stream.of(Files.readString(file).strip().split("\\s+"))
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
        .filter(process -> process.info().command().isPresent())
        .toList();
  }

  static void awaitWritten(Path file) throws InterruptedException {
    long start = System.nanoTime();
    while (!Files.exists(file)) {
      if (System.nanoTime() - start > TimeUnit.MINUTES.toNanos(1)) {
        throw new AssertionError("no process wrote " + file);
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  static void kill(Path file) throws IOException {
    running(file).forEach(ProcessHandle::destroyForcibly);
  }
}
