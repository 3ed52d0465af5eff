package dev.polecat.core.testing;

import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltServer;
import dev.polecat.core.ManagedServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one dolt server that the tests of a JVM share: on a free port, in a temporary directory,
 * started when it is first asked for. It ends when the test run does if a test uses {@link
 * DoltTestServer}, and when the JVM does otherwise; the directory goes with it. Thread-safe.
 */
public final class TestServers {
  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static @Nullable DoltServer server;
  private static @Nullable Path directory;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(TestServers::close, "test-server-stop"));
  }

  private TestServers() {}

  /** Returns the shared server, starting it if need be. Tests must not close it. */
  public static DoltServer server() {
    LOCK.lock();
    try {
      if (server == null) {
        directory = Files.createTempDirectory("dolt-test-");
        server = DoltServer.start(ManagedServerConfig.builder(directory).port(0).build());
      }
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      LOCK.unlock();
    }
  }

  /** Creates an empty database that no other test of this JVM uses. */
  public static DoltDatabase freshDatabase() {
    return server().database(DatabaseName.of("test_" + DATABASES.incrementAndGet()));
  }

  /** Stops the shared server and deletes its directory; the next use starts another. */
  static void close() {
    LOCK.lock();
    try {
      if (server != null) {
        server.close();
        server = null;
      }
      if (directory != null) {
        delete(directory);
        directory = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      LOCK.unlock();
    }
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
