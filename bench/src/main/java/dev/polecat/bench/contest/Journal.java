package dev.polecat.bench.contest;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the writers of one run were promised. Thread-safe. */
final class Journal {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private final Workload workload;
  private final Queue<Write> acknowledged = new ConcurrentLinkedQueue<>();
  private final AtomicInteger retries = new AtomicInteger();
  private final AtomicLong micros =
      new AtomicLong(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));

  Journal(Workload workload) {
    this.workload = workload;
  }

  /** A writer's next commit, to be acknowledged by the caller. */
  Write next(int writer, int commit) {
    int number = writer * workload.commits() + commit;
    Instant now = Instant.EPOCH.plus(micros.incrementAndGet(), ChronoUnit.MICROS);
    return new Write(
        Beads.ownId(number),
        workload.hotRows() == 0 ? "" : Beads.hotId(workload, number % workload.hotRows()),
        "w" + writer + "-c" + commit,
        TIME.format(now),
        System.nanoTime(),
        0);
  }

  void acknowledge(Write write) {
    acknowledged.add(write.acknowledgedNow());
  }

  void retried() {
    retries.incrementAndGet();
  }

  List<Write> acknowledged() {
    return List.copyOf(acknowledged);
  }

  int retries() {
    return retries.get();
  }
}
