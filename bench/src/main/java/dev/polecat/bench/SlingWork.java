package dev.polecat.bench;

import dev.polecat.bench.compare.LostWriteException;
import dev.polecat.bench.compare.Work;
import dev.polecat.core.BranchName;
import dev.polecat.core.DoltError;
import dev.polecat.core.Endpoint;
import dev.polecat.sling.Polecat;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** New branches and one committed row on each, by one or by several threads. */
final class SlingWork implements Work {
  private static final String INSERT = "INSERT INTO issues (id, title) VALUES (?, 'first')";

  /** One thread's way to make a branch and write the first row on it. */
  interface Slinger {
    /** Makes a branch and writes the row; the work closes what is open. */
    Slung sling(String row) throws SQLException;

    /** What it needs open before. */
    default void open() throws SQLException {}

    /** Closes that. */
    default void close() throws SQLException {}
  }

  /** A branch with the row that was acknowledged, and how to close what leads to it. */
  record Slung(BranchName branch, String row, Closing closing) {}

  /** Closes a handle or a connection. */
  interface Closing {
    void close() throws SQLException;
  }

  private final SlingPlace place;
  private final List<Slinger> slingers;
  private final int each;
  private final ExecutorService threads;
  private final List<Slung> slung = new ArrayList<>();

  SlingWork(SlingPlace place, List<Slinger> slingers, int each) {
    this.place = place;
    this.slingers = slingers;
    this.each = each;
    this.threads = Executors.newFixedThreadPool(slingers.size());
  }

  /** The library: a sling, and an insert through the handle in the town's commit mode. */
  static List<Slinger> library(SlingPlace place, int threads) {
    Slinger slinger = row -> slingAndWrite(place, row);
    return Collections.nCopies(threads, slinger);
  }

  private static Slung slingAndWrite(SlingPlace place, String row) throws SQLException {
    Polecat polecat = place.rig().sling("bench", row);
    try (Connection connection = polecat.dataSource().getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, row);
      insert.executeUpdate();
    }
    return new Slung(polecat.branch(), row, polecat::close);
  }

  /** The least that does the same: no ledger, no lease, no check of anything. */
  static List<Slinger> bare(SlingPlace place, int threads) {
    return IntStream.range(0, threads).<Slinger>mapToObj(i -> new BareSlinger(place)).toList();
  }

  @Override
  public void prepare() throws Exception {
    List<Callable<Void>> opening = new ArrayList<>();
    for (Slinger slinger : slingers) {
      opening.add(
          () -> {
            slinger.open();
            return null;
          });
    }
    for (Future<Void> open : threads.invokeAll(opening)) {
      open.get();
    }
  }

  @Override
  public void run() throws Exception {
    List<Callable<List<Slung>>> all = new ArrayList<>();
    for (Slinger slinger : slingers) {
      all.add(
          () -> {
            List<Slung> own = new ArrayList<>();
            for (int i = 0; i < each; i++) {
              own.add(slinger.sling(UUID.randomUUID().toString()));
            }
            return own;
          });
    }
    for (Future<List<Slung>> own : threads.invokeAll(all)) {
      slung.addAll(own.get());
    }
  }

  @Override
  public Map<String, Long> check() throws Exception {
    try (Connection main = place.database().connect(BranchName.MAIN)) {
      for (Slung one : slung) {
        String head = place.database().head(one.branch()).orElseThrow().value();
        try (PreparedStatement find =
            main.prepareStatement("SELECT 1 FROM issues AS OF '" + head + "' WHERE id = ?")) {
          find.setString(1, one.row());
          try (ResultSet rows = find.executeQuery()) {
            if (!rows.next()) {
              throw new LostWriteException(
                  "Row " + one.row() + " is not on the head of " + one.branch());
            }
          }
        }
      }
    }
    if (slung.size() != each * slingers.size()) {
      throw new LostWriteException("Only " + slung.size() + " branches were made.");
    }
    return Map.of("slings", (long) slung.size());
  }

  @Override
  public void close() throws SQLException {
    threads.shutdown();
    for (Slung one : slung) {
      one.closing().close();
    }
    for (Slinger slinger : slingers) {
      slinger.close();
    }
    place.forget(slung.stream().map(Slung::branch).toList());
  }

  private static final class BareSlinger implements Slinger {
    /** What makes a connection to Dolt cheap, as somebody would write it by hand. */
    private static final String TUNED =
        "?sslMode=DISABLED&cacheServerConfiguration=true&useLocalSessionState=true"
            + "&elideSetAutoCommits=true&detectCustomCollations=false&connectionAttributes=none";

    private final SlingPlace place;
    private Connection admin;

    BareSlinger(SlingPlace place) {
      this.place = place;
    }

    @Override
    public void open() throws SQLException {
      admin = connect("main");
    }

    @Override
    public Slung sling(String row) throws SQLException {
      String branch = "polecat-bare-" + row;
      create(branch, "CALL DOLT_BRANCH(?, 'main')");
      Connection own = connect(branch);
      own.setAutoCommit(false);
      try (PreparedStatement insert = own.prepareStatement(INSERT);
          PreparedStatement commit =
              own.prepareStatement("CALL DOLT_COMMIT('-A', '-m', ?, '--author', ?)")) {
        insert.setString(1, row);
        insert.executeUpdate();
        commit.setString(1, "bench: " + row);
        commit.setString(2, "bench <bench@polecat.local>");
        commit.execute();
      }
      return new Slung(BranchName.of(branch), row, own::close);
    }

    /** Many at once get into each other's way; what lost may have been done by half. */
    private void create(String branch, String sql) throws SQLException {
      try (PreparedStatement create = admin.prepareStatement(sql)) {
        create.setString(1, branch);
        create.execute();
      } catch (SQLException e) {
        if (DoltError.of(e) != DoltError.OPTIMISTIC_LOCK) {
          throw e;
        }
        create(branch, "CALL DOLT_BRANCH('-f', ?, 'main')");
      }
    }

    @Override
    public void close() throws SQLException {
      admin.close();
    }

    private Connection connect(String branch) throws SQLException {
      Endpoint endpoint = place.database().endpoint();
      return DriverManager.getConnection(
          endpoint.jdbcUrl(place.database().name(), BranchName.of(branch)) + TUNED,
          endpoint.user(),
          endpoint.password());
    }
  }
}
