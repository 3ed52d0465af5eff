package dev.polecat.bench.settings;

import dev.polecat.bench.compare.LostWriteException;
import dev.polecat.bench.compare.Work;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.sling.Polecat;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * From sling to gone: all polecats are slung and write once, then all write the rest of their
 * commits, then all are done and merged. What each part took is in the counts, in microseconds.
 */
public final class PolecatJob implements Work {
  /** Sling to first write of all polecats. */
  public static final String SLING = "sling";

  /** The other writes. */
  public static final String WRITE = "write";

  /** From the first {@code done} to the last outcome. */
  public static final String DRAIN = "drain";

  /** Processor time of the server from before the slings to after the check. */
  public static final String CPU = "server cpu";

  private static final AtomicLong RUNS = new AtomicLong();

  private final TunedTown town;
  private final int writers;
  private final int commits;
  private final String run = "r" + RUNS.incrementAndGet() + "-";
  private final ExecutorService threads;
  private final List<Polecat> polecats = new ArrayList<>();
  private final Map<String, Long> counts = new LinkedHashMap<>();
  private long cpuBefore;

  /**
   * A run.
   *
   * @param town where
   * @param writers how many polecats, each on a thread of its own
   * @param commits how many Dolt commits each makes
   */
  public PolecatJob(TunedTown town, int writers, int commits) {
    this.town = town;
    this.writers = writers;
    this.commits = commits;
    this.threads = Executors.newFixedThreadPool(writers);
  }

  @Override
  public void prepare() {
    cpuBefore = town.cpu().toNanos();
  }

  @Override
  public void run() throws Exception {
    timed(
        SLING,
        () ->
            polecats.addAll(
                all(
                    writer -> {
                      Polecat polecat = town.rig().sling("w" + writer, run + writer);
                      write(polecat, writer, 0);
                      return polecat;
                    })));
    timed(
        WRITE,
        () ->
            all(
                writer -> {
                  for (int commit = 1; commit < commits; commit++) {
                    write(polecats.get(writer), writer, commit);
                  }
                  return writer;
                }));
    timed(
        DRAIN,
        () -> {
          List<CompletionStage<MergeOutcome>> outcomes = all(writer -> polecats.get(writer).done());
          for (CompletionStage<MergeOutcome> outcome : outcomes) {
            outcome.toCompletableFuture().join();
          }
          return outcomes;
        });
  }

  @Override
  public Map<String, Long> check() throws LostWriteException, SQLException {
    int expected = writers * commits;
    try (Connection main = town.rig().main().dataSource().getConnection();
        PreparedStatement count =
            main.prepareStatement("SELECT COUNT(*) FROM issues WHERE id LIKE ?")) {
      count.setString(1, run + "%");
      try (ResultSet found = count.executeQuery()) {
        found.next();
        if (found.getInt(1) != expected) {
          throw new LostWriteException(found.getInt(1) + " of " + expected + " rows are on main.");
        }
      }
    }
    if (!town.rig().polecatBranches().isEmpty()) {
      throw new LostWriteException("Left over: " + town.rig().polecatBranches());
    }
    counts.put(CPU, (town.cpu().toNanos() - cpuBefore) / 1000);
    return counts;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    polecats.forEach(Polecat::close);
  }

  private void write(Polecat polecat, int writer, int commit) throws SQLException {
    try (Connection connection = polecat.dataSource().getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO issues (id, title) VALUES (?, 'written')")) {
      insert.setString(1, run + writer + "-" + commit);
      insert.executeUpdate();
    }
  }

  private interface Part<T> {
    T of(int writer) throws Exception;
  }

  private <T> List<T> all(Part<T> part) throws Exception {
    List<Callable<T>> parts = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      int writer = i;
      parts.add(() -> part.of(writer));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : threads.invokeAll(parts)) {
      results.add(future.get());
    }
    return results;
  }

  private void timed(String part, Callable<?> work) throws Exception {
    long start = System.nanoTime();
    work.call();
    counts.put(part, (System.nanoTime() - start) / 1000);
  }
}
