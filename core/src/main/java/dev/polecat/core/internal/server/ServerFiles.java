package dev.polecat.core.internal.server;

import dev.polecat.core.ManagedServerConfig;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files a managed server is run with: its configuration, its identity and its log. */
final class ServerFiles {
  private static final int TAIL_BYTES = 8 * 1024;
  private static final int TAIL_LINES = 15;

  private final ManagedServerConfig config;

  ServerFiles(ManagedServerConfig config) {
    this.config = config;
  }

  Path log() {
    return config.logFile();
  }

  Path pidFile() {
    return config.runDirectory().resolve("dolt.pid");
  }

  StateFile state() {
    return new StateFile(config.runDirectory().resolve("dolt-state.json"));
  }

  /** Exists while the server is to go on when nobody uses it: any process can say so. */
  Path keepRunning() {
    return config.runDirectory().resolve("dolt.keep-running");
  }

  /** The server's own home, so that nothing of the user's dolt configuration leaks in. */
  Path doltRoot() {
    return config.runDirectory().resolve("dolt-root");
  }

  /**
   * A directory that does not exist and is named after this start. It is the server's {@code
   * secure_file_priv}: reading it back proves which process answers, and no SQL can read or write
   * files of the machine.
   */
  Path proof(String token) {
    return config.runDirectory().resolve("no-files-" + token);
  }

  /**
   * Writes what the server is configured with. Dolt's statistics for its query planner wait to be
   * asked for, since by themselves they are computed for every branch again whenever any branch of
   * any database changes.
   */
  Path writeConfiguration(int port, String token) throws IOException {
    Path home = doltRoot().resolve(".dolt");
    Files.createDirectories(home);
    Files.writeString(
        home.resolve("config_global.json"),
        """
        {"user.name":"dolt","user.email":"dolt@localhost","metrics.disabled":"true",\
        "versioncheck.disabled":"true"}
        """);
    Path file = config.runDirectory().resolve("dolt-config.yaml");
    Files.writeString(
        file,
        """
        log_level: warning
        data_dir: %s
        behavior:
          autocommit: true
        listener:
          host: 127.0.0.1
          port: %d
          max_connections: %d
        system_variables:
          dolt_stats_paused: 1
          secure_file_priv: %s
        """
            .formatted(
                quoted(config.dataDirectory()),
                port,
                config.maxConnections(),
                quoted(proof(token))));
    return file;
  }

  long logSize() throws IOException {
    return Files.exists(log()) ? Files.size(log()) : 0;
  }

  /** The last lines written to the log since {@code start}. */
  String logTail(long start) throws IOException {
    if (!Files.exists(log())) {
      return "";
    }
    try (RandomAccessFile file = new RandomAccessFile(log().toFile(), "r")) {
      long from = Math.max(start, file.length() - TAIL_BYTES);
      byte[] bytes = new byte[(int) Math.max(0, file.length() - from)];
      file.seek(from);
      file.readFully(bytes);
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }
  }

  /** A JSON string is a YAML string. */
  private static String quoted(Path path) {
    return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
