package dev.polecat.core.internal.binary;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A private directory and the processes that work in it. Both are gone after {@link #close()}, and
 * when the JVM exits: first the processes, so that none writes into what is being deleted.
 */
final class WorkDirectory implements AutoCloseable {
  private final Path path;
  private final Thread onExit;
  private final Set<Process> processes = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private final ReentrantLock closing = new ReentrantLock();

  private WorkDirectory(Path path) {
    this.path = path;
    this.onExit = new Thread(this::cleanUp, "polecat-dolt-cleanup");
  }

  /** One in the system's directory for temporary files. */
  static WorkDirectory temporary() throws IOException {
    return register(Files.createTempDirectory("polecat-dolt-"));
  }

  static WorkDirectory in(Path parent, String prefix) throws IOException {
    return register(Files.createTempDirectory(parent, prefix));
  }

  private static WorkDirectory register(Path created) throws IOException {
    WorkDirectory work = new WorkDirectory(created);
    try {
      Runtime.getRuntime().addShutdownHook(work.onExit);
    } catch (IllegalStateException exiting) {
      delete(created);
      throw new IOException("the JVM is shutting down", exiting);
    }
    return work;
  }

  Path path() {
    return path;
  }

  /** Ties a running process to this directory. */
  void guard(Process process) {
    processes.add(process);
    if (closed) {
      ProcessTrees.kill(process);
    }
  }

  void release(Process process) {
    processes.remove(process);
  }

  @Override
  public void close() {
    cleanUp();
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException exiting) {
      // the hook is running already, and finds nothing left to do
      return;
    }
  }

  private void cleanUp() {
    closing.lock();
    try {
      closed = true;
      processes.forEach(ProcessTrees::kill);
      processes.clear();
      delete(path);
    } catch (IOException e) {
      // not worth failing a search that succeeded; the next work in this place tries again
      LoggerFactory.getLogger(WorkDirectory.class).warn("Could not delete {}", path, e);
    } finally {
      closing.unlock();
    }
  }

  /** Deletes a directory and all below it; links are deleted, not followed. */
  static void delete(Path directory) throws IOException {
    try {
      Files.walkFileTree(directory, new Deleter());
    } catch (NoSuchFileException alreadyGone) {
      if (Files.exists(directory)) {
        throw alreadyGone;
      }
    }
  }

  private static final class Deleter extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
