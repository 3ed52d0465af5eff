package dev.polecat.bench.contest;

import dev.polecat.bench.compare.LostWriteException;
import dev.polecat.bench.compare.ProcessorTime;
import dev.polecat.bench.compare.Work;
import dev.polecat.bench.contest.Workload.Span;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One run of a workload in one way, each writer a thread. Whatever a writer needs it opens inside
 * the timing: its connections, and its branch if it has one. A commit that fails for good fails the
 * run.
 */
abstract class WritersWork implements Work {
  /** What {@link #check} counts: commits that were acknowledged. */
  static final String COMMITS = "commits";

  /** What {@link #check} counts: commits that had to be made again. */
  static final String RETRIES = "retries";

  /** What {@link #check} counts: processor time the server took for what is measured. */
  static final String SERVER_MILLIS = "ms of the server's processors";

  /** What {@link #check} counts: processor time this process took for what is measured. */
  static final String CLIENT_MILLIS = "ms of the client's";

  private final Arena arena;
  private final Journal journal;
  private final HotRule rule;
  private final Span span;
  private long serverMillis;
  private long clientMillis;

  WritersWork(Arena arena, HotRule rule) {
    this.arena = arena;
    this.rule = rule;
    this.span = arena.workload().span();
    this.journal = new Journal(arena.workload());
  }

  final Arena arena() {
    return arena;
  }

  final Journal journal() {
    return journal;
  }

  final Attempts attempts() {
    return new Attempts(journal);
  }

  @Override
  public void prepare() throws Exception {
    arena.reset();
    open();
    if (span == Span.MERGES) {
      allWriters(this::write);
    }
  }

  @Override
  public final void run() throws Exception {
    Duration server = ProcessorTime.of(arena.server());
    Duration client = ProcessorTime.ofThisJvm();
    runSpan();
    serverMillis = ProcessorTime.of(arena.server()).minus(server).toMillis();
    clientMillis = ProcessorTime.ofThisJvm().minus(client).toMillis();
  }

  private void runSpan() throws Exception {
    switch (span) {
      case ALL ->
          allWriters(
              writer -> {
                write(writer);
                merge(writer);
              });
      case WRITES -> allWriters(this::write);
      case MERGES -> allWriters(this::merge);
    }
  }

  @Override
  public final Map<String, Long> check() throws Exception {
    if (span == Span.WRITES) {
      allWriters(this::merge);
    }
    int expected = arena.workload().writers() * arena.workload().commits();
    List<Write> acknowledged = journal.acknowledged();
    if (acknowledged.size() != expected) {
      throw new IllegalStateException(
          "Of " + expected + " commits " + acknowledged.size() + " were acknowledged.");
    }
    try (Connection main = arena.connectDirectly()) {
      check(new MainCheck(main));
    }
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put(COMMITS, (long) acknowledged.size());
    counts.put(RETRIES, (long) journal.retries());
    counts.put(SERVER_MILLIS, serverMillis);
    counts.put(CLIENT_MILLIS, clientMillis);
    return counts;
  }

  @Override
  public void close() throws SQLException, IOException {
    // nothing of the run's own is left
  }

  /** What all writers share and a program that runs for long has open anyway; not measured. */
  void open() throws Exception {
    // nothing, where every writer is for itself
  }

  /** All commits of one writer; run by a thread of its own. */
  abstract void write(int writer) throws Exception;

  /** What brings one writer's commits to main, and ends its branch; by a thread of its own. */
  void merge(int writer) throws Exception {
    // nothing, where they are on main already
  }

  void check(MainCheck main) throws SQLException, LostWriteException {
    main.everythingIsThere(arena.workload(), journal.acknowledged(), rule);
    main.nothingIsLeftOver(arena.workload());
  }

  /** A writer's branch, where the way itself names it. */
  static String branch(int writer) {
    return "polecat-w" + writer;
  }

  /** The commits of one writer, on a connection without autocommit, each as a Dolt commit. */
  final void commitAll(Connection connection, int writer) throws SQLException {
    for (int commit = 0; commit < arena.workload().commits(); commit++) {
      Write write = journal.next(writer, commit);
      Beads.send(connection, write);
      DoltCalls.commit(connection, "w" + writer);
      journal.acknowledge(write);
    }
  }

  private void allWriters(Step step) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(arena.workload().writers());
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < arena.workload().writers(); i++) {
        int writer = i;
        writers.add(
            threads.submit(
                () -> {
                  step.take(writer);
                  return null;
                }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception failure ? failure : e;
    } finally {
      threads.shutdownNow();
    }
  }

  private interface Step {
    void take(int writer) throws Exception;
  }
}
