package dev.polecat.bench.size;

import dev.polecat.core.Endpoint;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.sling.Polecat;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What runs in the small JVM. */
public final class SmallHeapMain {
  /** How many polecats are open at once. */
  public static final int POLECATS = 500;

  /** How many commits each of them makes. */
  public static final int COMMITS = 5;

  static final String ROWS = "rows on main";
  static final String BRANCHES = "branches left";

  private static final int THREADS = 16;

  private SmallHeapMain() {}

  /**
   * Does the work, and prints counts, one {@code name=number} on a line.
   *
   * @param args the server's port on loopback
   * @throws Exception if anything fails
   */
  public static void main(String[] args) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (Town town = Town.open(TownConfig.external(Endpoint.local(Integer.parseInt(args[0]))))) {
      Rig rig = town.rig("many").initSchema();
      List<Polecat> polecats = all(threads, i -> rig.sling("p" + i, "bead-" + i));
      all(threads, i -> write(polecats.get(i), i));
      print("threads, all open", ManagementFactory.getThreadMXBean().getThreadCount() - THREADS);
      print("connections, all open", connections(rig));
      print("heap MB after a collection, all open", liveHeap() >> 20);
      List<CompletionStage<MergeOutcome>> outcomes = all(threads, i -> polecats.get(i).done());
      for (CompletionStage<MergeOutcome> outcome : outcomes) {
        MergeOutcome end = outcome.toCompletableFuture().join();
        if (!(end instanceof MergeOutcome.Merged)) {
          throw new IllegalStateException("Not merged: " + end);
        }
      }
      print(ROWS, number(rig, "SELECT COUNT(*) FROM issues"));
      print(BRANCHES, rig.polecatBranches().size());
      print("peak heap MB", peakHeap() >> 20);
      print("peak threads", ManagementFactory.getThreadMXBean().getPeakThreadCount() - THREADS);
    } finally {
      threads.shutdownNow();
    }
  }

  private static int write(Polecat polecat, int number) throws SQLException {
    for (int commit = 0; commit < COMMITS; commit++) {
      try (Connection connection = polecat.dataSource().getConnection();
          PreparedStatement insert =
              connection.prepareStatement("INSERT INTO issues (id, title) VALUES (?, 'written')")) {
        insert.setString(1, "i" + number + "-" + commit);
        insert.executeUpdate();
      }
    }
    return COMMITS;
  }

  private interface Part<T> {
    T of(int polecat) throws Exception;
  }

  private static <T> List<T> all(ExecutorService threads, Part<T> part) throws Exception {
    List<Callable<T>> parts = new ArrayList<>();
    for (int i = 0; i < POLECATS; i++) {
      int polecat = i;
      parts.add(() -> part.of(polecat));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : threads.invokeAll(parts)) {
      results.add(future.get());
    }
    return results;
  }

  private static long connections(Rig rig) throws SQLException {
    return number(rig, "SELECT COUNT(*) FROM information_schema.processlist");
  }

  private static long number(Rig rig, String query) throws SQLException {
    try (Connection main = rig.main().dataSource().getConnection();
        Statement statement = main.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      found.next();
      return found.getLong(1);
    }
  }

  private static long liveHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** The sum of the peaks of all parts of the heap, which is an upper bound. */
  private static long peakHeap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }

  private static void print(String name, long value) {
    System.out.println(name + "=" + value);
  }
}
