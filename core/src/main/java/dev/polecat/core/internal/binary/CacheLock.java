package dev.polecat.core.internal.binary;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Lets one thread of one process on this machine work at a time. Two locks are needed, because a
 * file lock belongs to the whole JVM. The system frees the file lock when its process dies; the
 * file itself stays, since deleting it would let two holders lock two different files.
 */
final class CacheLock {
  private static final ConcurrentMap<Path, ReentrantLock> IN_THIS_JVM = new ConcurrentHashMap<>();

  private CacheLock() {}

  /** Work done while the lock is held. */
  interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  /**
   * Waits for the lock and runs the work.
   *
   * @param file the lock file, in a directory that exists
   * @param waiting told who holds the lock, if it is not free at once
   */
  static <T> T whileHeld(Path file, Consumer<String> waiting, Work<T> work)
      throws IOException, InterruptedException {
    Path key = file.toAbsolutePath().getParent().toRealPath().resolve(file.getFileName());
    ReentrantLock inThisJvm = IN_THIS_JVM.computeIfAbsent(key, path -> new ReentrantLock());
    if (inThisJvm.isHeldByCurrentThread()) {
      throw new IllegalStateException("A progress listener must not search for a binary itself.");
    }
    if (!inThisJvm.tryLock()) {
      waiting.accept("another thread");
      inThisJvm.lockInterruptibly();
    }
    try (FileChannel channel =
        FileChannel.open(key, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      lock(channel, waiting);
      return work.run();
    } finally {
      inThisJvm.unlock();
    }
  }

  /** The lock is freed by closing the channel. */
  private static void lock(FileChannel channel, Consumer<String> waiting)
      throws IOException, InterruptedException {
    boolean told = false;
    while (true) {
      try {
        if (channel.tryLock() != null) {
          return;
        }
        if (!told) {
          waiting.accept("another process");
          told = true;
        }
        channel.lock();
        return;
      } catch (OverlappingFileLockException otherClassLoader) {
        // a second copy of this class, loaded in the same JVM, holds it: nothing to block on
        TimeUnit.MILLISECONDS.sleep(200);
      }
    }
  }
}
