package dev.polecat.bench;

import dev.polecat.bench.compare.Comparison;
import dev.polecat.bench.compare.LostWriteException;
import dev.polecat.bench.compare.Measured;
import dev.polecat.bench.compare.Run;
import dev.polecat.bench.compare.Way;
import dev.polecat.bench.compare.Work;
import dev.polecat.core.BranchName;
import dev.polecat.core.DoltServer;
import dev.polecat.core.spi.Steps;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.sling.Polecat;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Draining finished branches into main: the queue, with all that makes it safe, against a loop of
 * DOLT_MERGE and DOLT_BRANCH on one connection that looks at nothing.
 */
public final class DrainComparison {
  /** The loop without any safety. */
  public static final String BARE = "bare loop";

  /** The queue merges what others left. */
  public static final String LEFT = "queue";

  /** The queue merges, and this process waits for each outcome. */
  public static final String AWAITED = "queue, each outcome awaited";

  private static final int COMMITS = 5;
  private static final int ROWS = 5_000;
  private static final int LIMIT_SECONDS = 300;

  private DrainComparison() {}

  /**
   * Prints the ratios for 50 and 200 branches.
   *
   * @param args the repetitions of each, 7 if not given; then the number of branches, if only that
   *     is to be measured
   * @throws Exception if a run failed
   */
  public static void main(String[] args) throws Exception {
    int repetitions = args.length > 0 ? Integer.parseInt(args[0]) : 7;
    int only = args.length > 1 ? Integer.parseInt(args[1]) : 0;
    for (int[] shape : new int[][] {{50, 0}, {200, 0}, {50, 20}}) {
      if (only != 0 && only != shape[0]) {
        continue;
      }
      Measured measured = measure(shape[0], shape[1], Math.min(2, repetitions), repetitions);
      System.out.println(measured.name());
      for (String way : List.of(BARE, LEFT, AWAITED)) {
        System.out.printf(
            "  %-28s %8.1f ms  %.2f x  %s%n",
            way,
            measured.millis(way),
            measured.ratio(way, BARE),
            measured.runs().get(way).stream().map(Run::counts).toList());
      }
    }
  }

  /**
   * Measures on a server of its own.
   *
   * @param branches how many branches are drained, of 5 commits each
   * @param overlap how many of 100 commits change rows that other branches change, too
   * @param warmups repetitions that are not counted
   * @param repetitions repetitions that are
   * @return the runs of {@link #BARE}, {@link #LEFT} and {@link #AWAITED}
   * @throws Exception if a run failed
   */
  public static Measured measure(int branches, int overlap, int warmups, int repetitions)
      throws Exception {
    FinishedBranches.Shape shape = new FinishedBranches.Shape(branches, COMMITS, ROWS, overlap);
    try (BenchServer server = BenchServer.start();
        Town town = Town.open(TownConfig.external(server.server().endpoint()))) {
      Callable<Rig> rig = () -> town.rig(server.freshName().value());
      return new Comparison(
              "draining " + shape,
              List.of(
                  new Way(BARE, () -> new Bare(server.server(), rig.call(), shape)),
                  new Way(LEFT, () -> new Queue(server.server(), rig.call(), shape, false)),
                  new Way(AWAITED, () -> new Queue(server.server(), rig.call(), shape, true))))
          .run(warmups, repetitions);
    }
  }

  /** Finished branches of a rig of their own, and what must be true when they are drained. */
  private abstract static class Drain implements Work {
    final Rig rig;
    final FinishedBranches branches;
    final Meter meter;

    Drain(DoltServer server, Rig rig, FinishedBranches.Shape shape) {
      this.rig = rig;
      this.branches = new FinishedBranches(rig.database(), shape);
      this.meter = new Meter(server, rig.database());
    }

    @Override
    public void prepare() throws SQLException {
      rig.initSchema();
      try (Polecat first = rig.sling("first", "bench-0")) {
        try (Connection connection = first.dataSource().getConnection();
            Statement statement = connection.createStatement()) {
          statement.execute("INSERT INTO channels (id) VALUES ('first')");
        }
        first.done().toCompletableFuture().join(); // the queue runs, and knows the schema
      }
      branches.make();
    }

    @Override
    public Map<String, Long> check() throws SQLException, LostWriteException {
      Map<String, Long> used = meter.used();
      branches.requireMerged();
      List<LedgerEntry> left = rig.ledger().entries(EnumSet.allOf(LedgerEntry.State.class));
      if (!left.isEmpty()) {
        throw new IllegalStateException("The ledger still has " + left);
      }
      return used;
    }

    @Override
    public void close() throws SQLException {
      rig.close();
      try (Connection connection = rig.database().connect(BranchName.MAIN);
          Statement statement = connection.createStatement()) {
        statement.execute("DROP DATABASE " + rig.name());
      }
    }
  }

  private static final class Bare extends Drain {
    Bare(DoltServer server, Rig rig, FinishedBranches.Shape shape) {
      super(server, rig, shape);
    }

    @Override
    public void prepare() throws SQLException {
      super.prepare();
      meter.start();
    }

    @Override
    public void run() throws SQLException {
      try (Connection connection = rig.database().connect(BranchName.MAIN);
          PreparedStatement merge =
              connection.prepareStatement("CALL DOLT_MERGE(?, '--no-ff', '-m', ?, '--author', ?)");
          PreparedStatement delete = connection.prepareStatement("CALL DOLT_BRANCH('-D', ?)")) {
        for (MergeRequest request : branches.requests()) {
          if (branches.areDisjoint()) {
            merge(merge, request);
          } else {
            connection.setAutoCommit(false);
            merge(merge, request);
            settle(connection);
            connection.setAutoCommit(true);
          }
          delete.setString(1, request.branch().value());
          delete.execute();
        }
      }
    }

    private static void merge(PreparedStatement merge, MergeRequest request) throws SQLException {
      merge.setString(1, request.sealed().value());
      merge.setString(2, "Merge branch " + request.branch());
      merge.setString(3, request.author().toString());
      merge.execute();
    }

    /** The old way: theirs for every conflict. */
    private static void settle(Connection connection) throws SQLException {
      try (PreparedStatement resolve =
              connection.prepareStatement("CALL DOLT_CONFLICTS_RESOLVE('--theirs', 'issues')");
          PreparedStatement commit =
              connection.prepareStatement(
                  "CALL DOLT_COMMIT('-A', '--skip-empty', '-m', 'Merge')")) {
        resolve.execute();
        commit.execute();
      }
    }
  }

  private static final class Queue extends Drain {
    private final boolean await;
    private final Semaphore recorded = new Semaphore(0);
    private final List<CompletionStage<MergeOutcome>> outcomes = new ArrayList<>();

    Queue(DoltServer server, Rig rig, FinishedBranches.Shape shape, boolean await) {
      super(server, rig, shape);
      this.await = await;
    }

    @Override
    public void prepare() throws SQLException {
      super.prepare();
      rig.queue().pause("bench", "branches are made");
      for (MergeRequest request : branches.requests()) {
        if (await) {
          outcomes.add(rig.queue().submit(request));
        } else {
          rig.queue().leave(request);
        }
      }
      Steps.watch(
          step -> {
            if (step.equals("merge.recorded")) {
              recorded.release();
            }
          });
      meter.start();
    }

    @Override
    public void run() throws Exception {
      rig.queue().resume();
      for (CompletionStage<MergeOutcome> outcome : outcomes) {
        outcome.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
      }
      while (rig.queue().pending() > 0) {
        if (!recorded.tryAcquire(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          throw new TimeoutException("The queue does nothing any more.");
        }
        recorded.drainPermits();
      }
    }

    @Override
    public Map<String, Long> check() throws SQLException, LostWriteException {
      for (CompletionStage<MergeOutcome> outcome : outcomes) {
        if (!(outcome.toCompletableFuture().join() instanceof MergeOutcome.Merged merged)
            || merged.branchKept().isPresent()) {
          throw new LostWriteException("Not merged and deleted: " + outcome);
        }
      }
      return super.check();
    }

    @Override
    public void close() throws SQLException {
      Steps.unwatch();
      super.close();
    }
  }
}
