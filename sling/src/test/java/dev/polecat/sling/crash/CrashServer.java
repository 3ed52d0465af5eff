package dev.polecat.sling.crash;

import dev.polecat.core.DoltBinary;
import dev.polecat.core.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A dolt server that can be killed and started again on the same data and the same port. It is run
 * here directly, so that nothing but the harness starts it again.
 */
final class CrashServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private final Path dolt = DoltBinary.find().path();
  private final Path data;
  private final Path home;
  private final Path log;
  private final Path config;
  private final int port;
  private Process process;

  CrashServer(Path directory, Path data) throws IOException, InterruptedException {
    this.data = Files.createDirectories(data);
    this.home = Files.createDirectories(directory.resolve("home/.dolt")).getParent();
    this.log = directory.resolve("server.log");
    this.config = directory.resolve("server.yaml");
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      this.port = socket.getLocalPort();
    }
    Files.writeString(
        home.resolve(".dolt/config_global.json"),
        """
        {"user.name":"dolt","user.email":"dolt@localhost","metrics.disabled":"true"}
        """);
    Files.writeString(
        config,
        """
        log_level: warning
        data_dir: %s
        listener:
          host: 127.0.0.1
          port: %d
        """
            .formatted(data, port));
    this.process = launch();
    awaitReady();
  }

  int port() {
    return port;
  }

  Endpoint endpoint() {
    return Endpoint.local(port);
  }

  Process process() {
    return process;
  }

  void kill() throws InterruptedException {
    Signals.kill(process);
  }

  void startAgain() throws IOException, InterruptedException {
    process = launch();
    awaitReady();
  }

  /** A plain connection, beside the library. */
  Connection connect(String path) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:mysql://127.0.0.1:" + port + "/" + path + "?sslMode=DISABLED", "root", "");
  }

  /** Stops the server gently, and has dolt verify what it left; empty if all is well. */
  List<String> stopAndVerify(String database) throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      Signals.kill(process);
      return List.of("The server did not stop: " + tail());
    }
    Path report = log.resolveSibling("fsck.txt");
    Process fsck =
        builder(List.of(dolt.toString(), "fsck", "--quiet"), report)
            .directory(data.resolve(database).toFile())
            .start();
    if (!fsck.waitFor(120, TimeUnit.SECONDS)) {
      Signals.kill(fsck);
      return List.of("dolt fsck did not end.");
    }
    return fsck.exitValue() == 0
        ? List.of()
        : List.of("dolt fsck ended with " + fsck.exitValue() + ": " + Files.readString(report));
  }

  /** The last lines of its log. */
  String tail() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  private Process launch() throws IOException {
    return builder(List.of(dolt.toString(), "sql-server", "--config", config.toString()), log)
        .start();
  }

  private ProcessBuilder builder(List<String> command, Path output) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("DOLT_"));
    builder.environment().put("DOLT_ROOT_PATH", home.toString());
    builder.environment().put("DOLT_DISABLE_EVENT_FLUSH", "1");
    builder.environment().put("TZ", "UTC");
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
  }

  private void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      try (Connection connection = connect("");
          Statement statement = connection.createStatement()) {
        statement.execute("SELECT 1");
        return;
      } catch (SQLException e) {
        if (!process.isAlive() || System.nanoTime() - deadline > 0) {
          close();
          throw new IOException("The server does not start: " + e.getMessage() + "\n" + tail(), e);
        }
        Thread.sleep(10);
      }
    }
  }
}
