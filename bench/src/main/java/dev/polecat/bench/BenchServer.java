package dev.polecat.bench;

import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltServer;
import dev.polecat.core.ManagedServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A managed server in a temporary directory. Thread-safe. */
public final class BenchServer implements AutoCloseable {
  private final Path directory;
  private final DoltServer server;
  private final boolean keepFiles;
  private final AtomicInteger databases = new AtomicInteger();

  private BenchServer(Path directory, boolean keepFiles) {
    this.directory = directory;
    this.keepFiles = keepFiles;
    this.server = DoltServer.start(ManagedServerConfig.builder(directory).port(0).build());
  }

  /**
   * Starts a server.
   *
   * @return the server; close it when done
   * @throws IOException if there is no room for temporary files
   */
  public static BenchServer start() throws IOException {
    return new BenchServer(Files.createTempDirectory("polecat-bench-"), false);
  }

  /**
   * Starts a server in a directory that is left as it is when the server is closed.
   *
   * @param directory the directory
   * @return the server; close it when done
   */
  public static BenchServer keepingFiles(Path directory) {
    return new BenchServer(directory, true);
  }

  /**
   * The server.
   *
   * @return the server
   */
  public DoltServer server() {
    return server;
  }

  /**
   * A name no database of this server has yet.
   *
   * @return the name
   */
  public DatabaseName freshName() {
    return DatabaseName.of("bench" + databases.incrementAndGet());
  }

  /** Stops the server and removes its files, unless they are to be kept. */
  @Override
  public void close() throws IOException {
    server.close();
    if (!keepFiles) {
      delete(directory);
    }
  }

  /**
   * Removes a directory and everything in it.
   *
   * @param directory the directory
   * @throws IOException if something cannot be removed
   */
  public static void delete(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(directory)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
