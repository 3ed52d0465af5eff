package dev.polecat.bench;

import dev.polecat.bench.compare.Comparison;
import dev.polecat.bench.compare.LostWriteException;
import dev.polecat.bench.compare.Measured;
import dev.polecat.bench.compare.Way;
import dev.polecat.bench.compare.Work;
import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitMode;
import dev.polecat.sling.InFlightRow;
import dev.polecat.sling.Polecat;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What seeing all work in flight costs with tables of different sizes, and the same changes. */
public final class InFlightComparison {
  private static final int BRANCHES = 50;
  private static final int CHANGES = 5;
  private static final Author CREW = new Author("crew", "crew@localhost");

  private InFlightComparison() {}

  /**
   * Measures tables of 10 k, 100 k and 1 M rows in turns.
   *
   * @param warmups repetitions that are not counted
   * @param repetitions repetitions that are
   * @return what was measured; the ways are called by the number of rows
   * @throws Exception if a run failed
   */
  public static Measured measure(int warmups, int repetitions) throws Exception {
    try (BenchServer server = BenchServer.start();
        Town town = Town.open(TownConfig.external(server.server().endpoint()))) {
      List<Way> ways = new ArrayList<>();
      for (int rows : new int[] {10_000, 100_000, 1_000_000}) {
        Rig rig = town.rig(server.freshName().value());
        Set<String> changed = prepare(rig, rows);
        ways.add(new Way(Integer.toString(rows), () -> new Look(rig, changed)));
      }
      return new Comparison("inFlight of 50 branches, 5 changed rows each", ways)
          .run(warmups, repetitions);
    }
  }

  /**
   * Prints the medians, and the ratio of the largest table to the smallest.
   *
   * @param arguments the number of repetitions, 20 if it is not given
   * @throws Exception if a run failed
   */
  public static void main(String[] arguments) throws Exception {
    int repetitions = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
    Measured measured = measure(3, repetitions);
    for (String rows : measured.runs().keySet()) {
      System.out.printf(
          "%9s rows: %.1f ms, %.2f x%n",
          rows, measured.millis(rows), measured.ratio(rows, "10000"));
    }
  }

  /** Fills a table, slings the branches and changes their rows; two of five stay uncommitted. */
  private static Set<String> prepare(Rig rig, int rows) throws SQLException {
    try (Connection connection = rig.database().connect(BranchName.MAIN);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(40), n INT, updated_at DATETIME(6))");
      statement.execute(
          "INSERT INTO t WITH RECURSIVE d (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM d WHERE i <"
              + " 999) SELECT a.i * 1000 + b.i, 'as it was', 0, '2026-01-01' FROM d a JOIN d b"
              + " WHERE a.i < "
              + rows / 1000);
    }
    rig.database().commitAll(BranchName.MAIN, CREW, "rows");
    Set<String> changed = new HashSet<>();
    for (int branch = 0; branch < BRANCHES; branch++) {
      Polecat polecat = rig.sling("p" + branch, "b-" + branch, CommitMode.EXPLICIT);
      try (Connection connection = polecat.dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        for (int change = 0; change < CHANGES; change++) {
          int id = (int) ((branch * 7_919L + change * 104_729L) % rows);
          statement.execute("UPDATE t SET v = 'p" + branch + "', n = n + 1 WHERE id = " + id);
          changed.add(polecat.name() + " " + id);
          if (change == CHANGES - 3) {
            polecat.commit("some of it");
          }
        }
      } finally {
        polecat.close();
      }
    }
    return changed;
  }

  /** One look at everything. */
  private static final class Look implements Work {
    private final Rig rig;
    private final Set<String> changed;
    private final Set<String> seen = new HashSet<>();

    Look(Rig rig, Set<String> changed) {
      this.rig = rig;
      this.changed = changed;
    }

    @Override
    public void prepare() {
      seen.clear();
    }

    @Override
    public void run() {
      try (Stream<InFlightRow> rows = rig.inFlight("t")) {
        rows.forEach(row -> seen.add(row.polecat() + " " + row.change().key().get("id")));
      }
    }

    @Override
    public Map<String, Long> check() throws LostWriteException {
      if (!seen.equals(changed)) {
        throw new LostWriteException(
            "Seen are " + seen.size() + " rows instead of exactly the " + changed.size());
      }
      return Map.of("rows", (long) seen.size());
    }

    @Override
    public void close() throws SQLException, IOException {
      seen.clear();
    }
  }
}
