package dev.polecat.core.internal.binary;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Asks a binary for its version: the one proof that it runs on this machine and is dolt. */
final class BinaryProbe {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Duration limit;

  BinaryProbe() {
    this(LIMIT);
  }

  BinaryProbe(Duration limit) {
    this.limit = limit;
  }

  /**
   * The version the binary tells.
   *
   * @throws IOException if it is missing, does not run, does not end, or is not dolt
   */
  VersionNumber version(Path binary) throws IOException, InterruptedException {
    if (!Files.exists(binary)) {
      throw new IOException("there is no such file");
    }
    if (!Executables.canRun(binary)) {
      throw new IOException("not an executable file");
    }
    try (WorkDirectory work = WorkDirectory.temporary()) {
      ChildProcess.Outcome outcome =
          new ChildProcess(command(binary, work.path()), work, limit).run();
      if (outcome.exitCode() != 0) {
        throw new IOException(
            "'dolt version' failed with exit code "
                + outcome.exitCode()
                + Words.tail(outcome.lastLines()));
      }
      return VersionNumber.find("^dolt version v?", outcome.text())
          .orElseThrow(
              () -> new IOException("'dolt version' told none" + Words.tail(outcome.lastLines())));
    }
  }

  private static ProcessBuilder command(Path binary, Path root) throws IOException {
    Path config = Files.createDirectory(root.resolve(".dolt")).resolve("config_global.json");
    // without these a version check asks the network for the newest release
    Files.writeString(
        config,
        "{\"versioncheck.disabled\":\"true\",\"metrics.disabled\":\"true\"}",
        StandardCharsets.UTF_8);
    ProcessBuilder builder =
        new ProcessBuilder(binary.toString(), "version").directory(root.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("DOLT_"));
    // a root of its own: nothing is read from or written to the user's ~/.dolt
    environment.put("DOLT_ROOT_PATH", root.toString());
    // else dolt leaves a "send-metrics" process behind, even with metrics disabled
    environment.put("DOLT_DISABLE_EVENT_FLUSH", "true");
    return builder;
  }
}
