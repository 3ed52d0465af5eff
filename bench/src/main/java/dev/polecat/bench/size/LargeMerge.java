package dev.polecat.bench.size;

import dev.polecat.bench.compare.LostWriteException;
import dev.polecat.bench.compare.Work;
import dev.polecat.core.BranchName;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.sling.Polecat;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A clean merge of a branch of five commits, each of which changes one row, into a main that has
 * another row of the same table changed since.
 */
public final class LargeMerge implements Work {
  private static final int COMMITS = 5;
  private static final AtomicLong RUNS = new AtomicLong();

  private final LargeTable table;
  private final boolean bare;
  private final long run = RUNS.incrementAndGet();
  private final List<Integer> ids;
  private @Nullable Polecat polecat;
  private @Nullable Connection connection;

  /**
   * A run.
   *
   * @param table what is merged
   * @param bare whether by {@code DOLT_MERGE} on an open connection and nothing else; otherwise by
   *     {@code done}, up to its outcome
   */
  public LargeMerge(LargeTable table, boolean bare) {
    this.table = table;
    this.bare = bare;
    this.ids = table.ids(run, COMMITS + 1);
  }

  @Override
  public void prepare() throws SQLException {
    Polecat slung = table.rig().sling("bench", "run-" + run);
    polecat = slung;
    for (int commit = 0; commit < COMMITS; commit++) {
      try (Connection branch = slung.dataSource().getConnection()) {
        change(branch, ids.get(commit));
      }
    }
    try (Connection main = table.rig().main().dataSource().getConnection()) {
      change(main, ids.get(COMMITS));
    }
    if (bare) {
      connection = table.rig().database().connect(BranchName.MAIN);
    }
  }

  @Override
  public void run() throws SQLException {
    if (connection != null) {
      try (PreparedStatement merge =
          connection.prepareStatement("CALL DOLT_MERGE(?, '--no-ff', '-m', 'bare')")) {
        merge.setString(1, polecat.branch().value());
        merge.execute();
      }
    } else {
      MergeOutcome outcome = polecat.done().toCompletableFuture().join();
      if (!(outcome instanceof MergeOutcome.Merged)) {
        throw new IllegalStateException("Not merged: " + outcome);
      }
    }
  }

  @Override
  public Map<String, Long> check() throws LostWriteException, SQLException {
    try (Connection main = table.rig().database().connect(BranchName.MAIN);
        Statement statement = main.createStatement();
        ResultSet found =
            statement.executeQuery(
                "SELECT COUNT(*) FROM items WHERE id IN ("
                    + list()
                    + ") AND name = '"
                    + name()
                    + "'")) {
      found.next();
      if (found.getInt(1) != ids.size()) {
        throw new LostWriteException(found.getInt(1) + " of " + ids.size() + " rows are on main.");
      }
    }
    return Map.of();
  }

  @Override
  public void close() throws SQLException {
    if (connection != null) {
      connection.close();
    }
    if (polecat != null) {
      if (bare) {
        polecat.nuke();
      }
      polecat.close();
    }
  }

  private void change(Connection on, int id) throws SQLException {
    try (PreparedStatement update = on.prepareStatement("UPDATE items SET name = ? WHERE id = ?")) {
      update.setString(1, name());
      update.setInt(2, id);
      update.executeUpdate();
    }
  }

  private String name() {
    return "changed in run " + run;
  }

  private String list() {
    return ids.toString().replace("[", "").replace("]", "");
  }
}
