package dev.polecat.bench.contest;

import dev.polecat.bench.compare.Comparison;
import dev.polecat.bench.compare.LostWriteException;
import dev.polecat.bench.compare.Measured;
import dev.polecat.bench.compare.Way;
import dev.polecat.bench.compare.Work;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.sling.Polecat;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One merge in which main and the branch both changed every row of the table. The branch's changes
 * are the newer ones, so that taking the branch's side of everything happens to be right, and the
 * floor has a number.
 */
public final class Conflicts {
  private static final String BRANCH = "polecat-w0";

  private Conflicts() {}

  /**
   * Merges such a branch through the library and by bare JDBC.
   *
   * @param rows how many rows are in conflict
   * @param warmups repetitions that are not counted
   * @param repetitions repetitions that are
   * @return what was measured
   * @throws Exception if a run failed
   */
  public static Measured measure(int rows, int warmups, int repetitions) throws Exception {
    try (Arena arena = new Arena(Workload.base().withTable(rows, false))) {
      return new Comparison(
              rows + " rows in conflict",
              List.of(
                  new Way(Contestant.POLECATS.label(), () -> new Polecats(arena)),
                  new Way(Contestant.BARE.label(), () -> new Bare(arena))))
          .run(warmups, repetitions);
    }
  }

  private abstract static class OneMerge implements Work {
    final Arena arena;

    OneMerge(Arena arena) {
      this.arena = arena;
    }

    @Override
    public void prepare() throws SQLException {
      arena.reset();
      try (Connection branch = branch()) {
        changeAll(branch, "branch", "2026-03-01");
      }
      try (Connection main = arena.connectDirectly()) {
        changeAll(main, "main", "2026-02-01");
      }
    }

    /** A connection to the branch, which this makes. */
    abstract Connection branch() throws SQLException;

    @Override
    public Map<String, Long> check() throws SQLException, LostWriteException {
      int rows = arena.workload().table().rows();
      try (Connection main = arena.connectDirectly();
          Statement statement = main.createStatement();
          ResultSet found =
              statement.executeQuery(
                  "SELECT COUNT(*) FROM beads AS OF 'main'"
                      + " WHERE token = 'branch' AND updated_at = '2026-03-01'")) {
        found.next();
        if (found.getLong(1) != rows) {
          throw new LostWriteException(
              "Of " + rows + " rows " + found.getLong(1) + " hold the newest value.");
        }
        new MainCheck(main).nothingIsLeftOver(arena.workload());
      }
      return Map.of("conflicted rows", (long) rows);
    }

    private static void changeAll(Connection connection, String token, String time)
        throws SQLException {
      connection.setAutoCommit(false);
      DoltCalls.execute(
          connection, "UPDATE beads SET token = '" + token + "', updated_at = '" + time + "'");
      DoltCalls.commit(connection, token);
    }
  }

  private static final class Polecats extends OneMerge {
    private @Nullable Town town;
    private @Nullable Polecat polecat;

    Polecats(Arena arena) {
      super(arena);
    }

    @Override
    Connection branch() throws SQLException {
      town = Town.open(TownConfig.external(arena.endpoint()));
      Rig rig = town.rig(arena.name().value());
      polecat = rig.sling("w0", "bead-0");
      return rig.database().connect(polecat.branch());
    }

    @Override
    public void run() {
      MergeOutcome outcome = polecat.done().toCompletableFuture().join();
      if (!(outcome instanceof MergeOutcome.Merged merged) || merged.branchKept().isPresent()) {
        throw new IllegalStateException("Not merged and gone: " + outcome);
      }
    }

    @Override
    public void close() {
      if (town != null) {
        town.close();
      }
    }
  }

  private static final class Bare extends OneMerge {
    Bare(Arena arena) {
      super(arena);
    }

    @Override
    Connection branch() throws SQLException {
      Connection own = arena.connect();
      DoltCalls.createBranch(own, BRANCH, false);
      own.setCatalog(arena.name() + "/" + BRANCH);
      return own;
    }

    @Override
    public void run() throws SQLException {
      try (Connection main = arena.connect()) {
        main.setAutoCommit(false);
        DoltCalls.mergeWithTheirs(main, BRANCH);
        DoltCalls.deleteBranch(main, BRANCH, false);
      }
    }

    @Override
    public void close() throws SQLException, IOException {
      // its connection is closed
    }
  }
}
