package dev.polecat.sling.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the demo's writers write: each of a writer's commits either inserts a bead of its own or
 * changes one of the hot beads that all fight over.
 *
 * @param writers writers at once
 * @param commits commits per writer
 * @param overlap percent of the writes that go to hot beads
 */
record Workload(int writers, int commits, int overlap) {
  private static final int WRITERS_PER_HOT_BEAD = 5;
  private static final AtomicLong LAST_MICROS = new AtomicLong();

  /** One write, as the writer sent it. Kept outside the database until the end. */
  record Write(int writer, int commit, String bead, boolean hot, String text, Instant at) {
    /** The label a write to a hot bead adds. */
    String label() {
      return "w" + writer + "-" + commit;
    }
  }

  List<String> hotBeads() {
    int count = overlap == 0 ? 0 : Math.max(1, writers / WRITERS_PER_HOT_BEAD);
    return java.util.stream.IntStream.range(0, count).mapToObj(i -> "hot-" + i).toList();
  }

  /** The next write of a writer, with a time later than that of any write before. */
  Write next(int writer, int commit) {
    boolean hot = isHot(commit);
    List<String> hotBeads = hotBeads();
    String bead =
        hot ? hotBeads.get((writer + commit) % hotBeads.size()) : "own-" + writer + "-" + commit;
    return new Write(
        writer, commit, bead, hot, "by writer " + writer + ", commit " + commit, now());
  }

  /** Spreads the overlap evenly: of every 100 commits, {@code overlap} are hot. */
  private boolean isHot(int commit) {
    return (commit + 1) * overlap / 100 > commit * overlap / 100;
  }

  /** No two writes have the same time, so that newest has one answer only. */
  private static Instant now() {
    long clock = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    long micros = LAST_MICROS.updateAndGet(last -> Math.max(last + 1, clock));
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
