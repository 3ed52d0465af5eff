package dev.polecat.sling.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A server in a directory of its own, with the job's rig; maybe on a small disk. */
final class CrashTown implements AutoCloseable {
  static final String RIG = "crash";
  private static final int DISK_MEGABYTES = 48;

  private final Path directory;
  private final Path data;
  private final boolean mounted;
  private final CrashServer server;
  private final Thread exitHook = new Thread(this::tidy, "crash-town-tidy");

  private CrashTown(Path directory, boolean mounted) throws Exception {
    this.directory = directory;
    this.data = directory.resolve("data");
    this.mounted = mounted;
    this.server = new CrashServer(directory, data);
    try (Connection connection = server.connect("");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + RIG);
      statement.execute("USE " + RIG);
      statement.execute(
          "INSERT IGNORE INTO dolt_branch_control VALUES ('%', '%', 'root', '%', 'admin')");
      for (String table : CrashTables.SCHEMA) {
        statement.execute(table);
      }
      statement.execute("CALL DOLT_COMMIT('-Am', 'tables')");
    } catch (SQLException e) {
      server.close();
      throw e;
    }
    Runtime.getRuntime().addShutdownHook(exitHook);
  }

  static CrashTown open() throws Exception {
    Path directory = Files.createTempDirectory("crash-");
    try {
      return new CrashTown(directory, false);
    } catch (Exception e) {
      delete(directory);
      throw e;
    }
  }

  /** A town whose disk can be filled; empty if no small disk can be mounted here. */
  static Optional<CrashTown> openOnSmallDisk() throws Exception {
    Path directory = Files.createTempDirectory("crash-disk-");
    Path data = Files.createDirectory(directory.resolve("data"));
    if (run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MEGABYTES + "m", "crash", data + "")
        != 0) {
      delete(directory);
      return Optional.empty();
    }
    try {
      return Optional.of(new CrashTown(directory, true));
    } catch (Exception e) {
      run("umount", "-l", data.toString());
      delete(directory);
      throw e;
    }
  }

  CrashServer server() {
    return server;
  }

  Path newDirectory(String name) throws IOException {
    return Files.createDirectory(directory.resolve(name));
  }

  /** Leaves no byte on the disk. */
  void fillDisk() throws IOException {
    FileStore disk = Files.getFileStore(data);
    if (!mounted || !disk.name().equals("crash")) {
      throw new IllegalStateException("This is not the small disk: " + disk);
    }
    byte[] block = new byte[4096];
    try (var ballast = Files.newOutputStream(ballast())) {
      while (true) {
        ballast.write(block);
      }
    } catch (IOException e) {
      if (disk.getUsableSpace() >= block.length) {
        throw e;
      }
    }
  }

  void emptyDisk() throws IOException {
    Files.deleteIfExists(ballast());
  }

  /** Keeps what the JVMs of a round and the server wrote, for whoever looks into a failure. */
  void keepFiles(Path round, Path target) throws IOException {
    Files.createDirectories(target);
    List<Path> files = new ArrayList<>(List.of(directory.resolve("server.log")));
    try (Stream<Path> found = Files.list(round)) {
      found.forEach(files::add);
    }
    for (Path file : files) {
      Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Stops the server, and has dolt verify the data. */
  List<String> stopAndVerify() throws Exception {
    return server.stopAndVerify(RIG);
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(exitHook);
    tidy();
  }

  private void tidy() {
    try {
      server.close();
      if (mounted) {
        run("umount", "-l", data.toString());
      }
      delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path ballast() {
    return data.resolve("ballast");
  }

  private static int run(String... command) throws IOException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted in " + String.join(" ", command), e);
    }
  }

  private static void delete(Path tree) throws IOException {
    List<Path> paths = new ArrayList<>();
    try (Stream<Path> found = Files.walk(tree)) {
      found.sorted(Comparator.reverseOrder()).forEach(paths::add);
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }
}
