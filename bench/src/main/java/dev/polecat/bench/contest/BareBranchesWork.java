package dev.polecat.bench.contest;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The floor: branches by bare JDBC, with no safety at all. Each writer makes a branch, moves its
 * one connection there, commits, and hands the branch to one thread that merges and deletes on one
 * connection. Nothing is checked, remembered or locked. A row that two branches changed becomes
 * that of the branch merged later, whatever it holds.
 */
final class BareBranchesWork extends WritersWork {
  private final ExecutorService merger = Executors.newSingleThreadExecutor();
  private @Nullable Connection main;

  BareBranchesWork(Arena arena) {
    super(arena, HotRule.NEWEST);
  }

  @Override
  void open() throws SQLException {
    main = arena().connect();
    main.setAutoCommit(false);
  }

  @Override
  void write(int writer) throws SQLException {
    String branch = branch(writer);
    try (Connection own = arena().connect()) {
      attempts().untilThrough(own, again -> DoltCalls.createBranch(own, branch, again));
      own.setCatalog(arena().name() + "/" + branch);
      own.setAutoCommit(false);
      commitAll(own, writer);
    }
  }

  @Override
  void merge(int writer) throws Exception {
    String branch = branch(writer);
    Future<?> merged =
        merger.submit(
            () -> {
              attempts().untilThrough(main, again -> DoltCalls.mergeWithTheirs(main, branch));
              attempts().untilThrough(main, again -> DoltCalls.deleteBranch(main, branch, again));
              return null;
            });
    merged.get();
  }

  @Override
  public void close() throws SQLException, IOException {
    merger.shutdownNow();
    if (main != null) {
      main.close();
    }
  }
}
