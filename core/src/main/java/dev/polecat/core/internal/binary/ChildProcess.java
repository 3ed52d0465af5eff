package dev.polecat.core.internal.binary;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs one program to its end, within a limit, reading all it prints and keeping the last lines.
 */
final class ChildProcess {
  private static final int KEPT_LINES = 20;
  private static final int KEPT_WIDTH = 500;
  private static final int BUSY_RETRIES = 20;
  private static final Duration TAIL_WAIT = Duration.ofSeconds(2);

  private final ProcessBuilder builder;
  private final WorkDirectory work;
  private final Duration limit;
  private final ArrayDeque<String> lastLines = new ArrayDeque<>();
  private Consumer<String> eachLine = line -> {};
  private Consumer<Duration> eachTick = elapsed -> {};
  private Duration tick = Duration.ofSeconds(5);

  /** How a program ended, and the last it printed. */
  record Outcome(int exitCode, List<String> lastLines) {
    String text() {
      return String.join("\n", lastLines);
    }
  }

  ChildProcess(ProcessBuilder builder, WorkDirectory work, Duration limit) {
    this.builder = builder.redirectErrorStream(true);
    this.work = work;
    this.limit = limit;
  }

  /** Called on the thread that reads the output. */
  ChildProcess eachLine(Consumer<String> listener) {
    eachLine = listener;
    return this;
  }

  /** Called on the thread that waits, with the time since the start. */
  ChildProcess every(Duration interval, Consumer<Duration> listener) {
    tick = interval;
    eachTick = listener;
    return this;
  }

  Outcome run() throws IOException, InterruptedException {
    Process process = start();
    work.guard(process);
    try {
      process.getOutputStream().close();
      Thread reader = new Thread(() -> read(process), "polecat-dolt-output");
      reader.setDaemon(true);
      reader.start();
      await(process);
      // bounded, since a grandchild may hold the pipe open for as long as it likes
      reader.join(TAIL_WAIT.toMillis());
      return new Outcome(process.exitValue(), snapshot());
    } finally {
      ProcessTrees.kill(process);
      work.release(process);
    }
  }

  private void await(Process process) throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (true) {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      Duration left = limit.minus(elapsed);
      if (left.isNegative() || left.isZero()) {
        throw new IOException("did not finish within " + Words.of(limit) + Words.tail(snapshot()));
      }
      Duration wait = left.compareTo(tick) < 0 ? left : tick;
      if (process.waitFor(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
      eachTick.accept(Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private Process start() throws IOException, InterruptedException {
    for (int retry = 0; ; retry++) {
      try {
        return builder.start();
      } catch (IOException e) {
        // ETXTBSY: another thread forked while this file was open for writing, and its child still
        // holds the descriptor for an instant
        boolean busy = String.valueOf(e.getMessage()).contains("error=26,");
        if (!busy || retry == BUSY_RETRIES) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  private void read(Process process) {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), Charset.defaultCharset()))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        keep(line.length() > KEPT_WIDTH ? line.substring(0, KEPT_WIDTH) + "..." : line);
        eachLine.accept(line);
      }
    } catch (IOException closed) {
      // the process was killed; why is told by the thread that did it
      keep("(output ended: " + closed.getMessage() + ")");
    }
  }

  private void keep(String line) {
    synchronized (lastLines) {
      lastLines.addLast(line);
      if (lastLines.size() > KEPT_LINES) {
        lastLines.removeFirst();
      }
    }
  }

  private List<String> snapshot() {
    synchronized (lastLines) {
      return List.copyOf(lastLines);
    }
  }
}
