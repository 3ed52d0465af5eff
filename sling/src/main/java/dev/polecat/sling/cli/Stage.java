package dev.polecat.sling.cli;

import dev.polecat.core.DoltBinarySearch;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A town in a temporary directory that leaves nothing behind, also when the JVM is ended. */
final class Stage implements AutoCloseable {
  private final Path directory;
  private final Thread exitHook = new Thread(this::clear, "demo-clear");
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Town town;
  private boolean cleared;

  Stage() throws IOException {
    directory = Files.createTempDirectory("polecat-demo-");
    Runtime.getRuntime().addShutdownHook(exitHook);
  }

  /** Opens the town on any free port. */
  Town open(Consumer<String> progress) {
    Town opened =
        Town.open(
            TownConfig.managed(
                ManagedServerConfig.builder(directory)
                    .port(0)
                    .binary(DoltBinarySearch.builder().progress(progress).build())
                    .build()));
    town = opened;
    return opened;
  }

  /** Whether the JVM is being ended, which took the town away under whoever still works in it. */
  boolean isCleared() {
    lock.lock();
    try {
      return cleared;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    Town open = town;
    try {
      if (open != null) {
        open.close();
      }
    } finally {
      clear();
      try {
        Runtime.getRuntime().removeShutdownHook(exitHook);
      } catch (IllegalStateException e) {
        return; // the JVM is ending, and the hook has nothing left to do
      }
    }
  }

  /** Stops the server without waiting for merges, and removes the directory. */
  private void clear() {
    lock.lock();
    try {
      if (cleared) {
        return;
      }
      cleared = true;
    } finally {
      lock.unlock();
    }
    Town open = town;
    if (open != null) {
      open.server().close();
    }
    delete(directory);
  }

  private static void delete(Path root) {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Could not remove " + root + "; remove it by hand.", e);
    }
  }
}
