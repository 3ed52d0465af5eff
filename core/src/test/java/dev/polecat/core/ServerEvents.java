package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What a server's supervision told, in order, to be waited for. */
final class ServerEvents implements Consumer<ServerEvent> {
  /** Supervision at the pace of a test. */
  static final Supervision QUICK =
      Supervision.DEFAULT
          .withHealth(Duration.ofMillis(100), Duration.ofSeconds(2), 2)
          .withDelays(Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofMinutes(5))
          .withMinFreeBytes(0);

  private final List<ServerEvent> told = new ArrayList<>();
  private int read;

  @Override
  public synchronized void accept(ServerEvent event) {
    told.add(event);
    notifyAll();
  }

  /** The next event of the kind after the last one that was waited for. */
  synchronized ServerEvent await(ServerEvent.Kind kind) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      while (read < told.size()) {
        ServerEvent event = told.get(read++);
        if (event.kind() == kind) {
          return event;
        }
      }
      long left = (end - System.nanoTime()) / 1_000_000;
      assertThat(left).as("no %s in time, but %s", kind, kinds()).isPositive();
      wait(left);
    }
  }

  synchronized List<ServerEvent.Kind> kinds() {
    return told.stream().map(ServerEvent::kind).toList();
  }

  static void signal(String signal, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor()).isZero();
  }

  static void kill(long pid) {
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
  }
}
