package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whoever stops the demo in the middle finds no server and no directory left of it. */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
class DemoStoppedTest {
  private static final List<String> LONG_DEMO =
      List.of(Main.class.getName(), "demo", "--writers", "20", "--commits", "1000");

  @TempDir private Path directory;

  @Test
  void interruptedFromTheKeyboard() throws Exception {
    assumeFalse(interruptIsIgnored(), "this process and its children ignore SIGINT");
    stop("-INT");
  }

  @Test
  void terminated() throws Exception {
    stop("-TERM");
  }

  private void stop(String signal) throws Exception {
    Process demo = OtherJvm.start(directory, List.of(), LONG_DEMO);
    try {
      waitUntilItWrites(demo);
      List<ProcessHandle> servers = demo.descendants().toList();
      assertThat(servers).isNotEmpty();
      new ProcessBuilder("kill", signal, Long.toString(demo.pid())).start().waitFor();

      assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(demo.exitValue()).isNotZero();
      for (ProcessHandle server : servers) {
        server.onExit().get(30, TimeUnit.SECONDS);
      }
      assertThat(towns()).isEmpty();
    } finally {
      demo.descendants().forEach(ProcessHandle::destroy);
      demo.destroyForcibly();
    }
  }

  /** A shell starts its background jobs so, and a JVM then ignores the signal as well. */
  private static boolean interruptIsIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
  }

  /** The demo's database grows only when writers commit to it. */
  private void waitUntilItWrites(Process demo) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (size() < 200_000) {
      if (!demo.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException(Files.readString(OtherJvm.output(directory)));
      }
      Thread.sleep(20);
    }
  }

  private long size() {
    long bytes = 0;
    for (Path town : towns()) {
      try (Stream<Path> files = Files.walk(town)) {
        bytes += files.mapToLong(file -> file.toFile().length()).sum();
      } catch (IOException | java.io.UncheckedIOException e) {
        return 0; // a file went away while it was looked at
      }
    }
    return bytes;
  }

  private List<Path> towns() {
    try (Stream<Path> found = Files.list(directory.resolve("tmp"))) {
      return found.filter(p -> p.getFileName().toString().startsWith("polecat-demo")).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
