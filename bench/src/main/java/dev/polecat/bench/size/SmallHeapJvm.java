package dev.polecat.bench.size;

import dev.polecat.bench.BenchServer;
import dev.polecat.bench.compare.LostWriteException;
import dev.polecat.bench.compare.Work;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A run of {@link SmallHeapMain} in a JVM of its own with a heap of 128 MB. */
public final class SmallHeapJvm implements Work {
  private final BenchServer server;
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private String output = "";

  /**
   * Starts the server.
   *
   * @throws IOException if there is no room for temporary files
   */
  public SmallHeapJvm() throws IOException {
    server = BenchServer.start();
  }

  @Override
  public void prepare() {
    // the JVM makes what it needs
  }

  @Override
  public void run() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeapMain.class.getName(),
                Integer.toString(server.server().endpoint().port()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (child.waitFor() != 0) {
        throw new IllegalStateException(
            "The JVM ended with " + child.exitValue() + ". It said:\n" + output);
      }
    } finally {
      child.destroyForcibly();
    }
  }

  @Override
  public Map<String, Long> check() throws LostWriteException {
    for (String line : List.of(output.split("\n"))) {
      String[] words = line.split("=", 2);
      if (words.length == 2) {
        counts.put(words[0], Long.valueOf(words[1]));
      }
    }
    long rows = counts.getOrDefault(SmallHeapMain.ROWS, -1L);
    if (rows != SmallHeapMain.POLECATS * SmallHeapMain.COMMITS) {
      throw new LostWriteException(rows + " rows are on main.");
    }
    if (counts.get(SmallHeapMain.BRANCHES) != 0) {
      throw new LostWriteException(counts.get(SmallHeapMain.BRANCHES) + " branches are left.");
    }
    return counts;
  }

  @Override
  public void close() throws SQLException, IOException {
    server.close();
  }
}
