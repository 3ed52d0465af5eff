package dev.polecat.bench.settings;

import dev.polecat.bench.compare.LostWriteException;
import dev.polecat.bench.compare.Work;
import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The statements a polecat's handle sends, on bare connections with given driver properties: each
 * writer opens one connection to its branch, and makes its commits on it.
 */
public final class DriverJob implements Work {
  private static final AtomicLong RUNS = new AtomicLong();

  private final DoltDatabase database;
  private final Properties properties;
  private final int writers;
  private final int commits;
  private final List<BranchName> branches = new ArrayList<>();
  private final ExecutorService threads;

  /**
   * A run.
   *
   * @param town where
   * @param properties of the driver
   * @param writers how many branches, each with a thread and a connection
   * @param commits how many Dolt commits on each
   */
  public DriverJob(TunedTown town, Properties properties, int writers, int commits) {
    this.database = town.rig().database();
    this.properties = properties;
    this.writers = writers;
    this.commits = commits;
    this.threads = Executors.newFixedThreadPool(writers);
  }

  /**
   * The properties the library gives its connections.
   *
   * @return a fresh copy
   */
  public static Properties librarys() {
    Properties properties = new Properties();
    properties.setProperty("user", "root");
    properties.setProperty("password", "");
    properties.setProperty("sslMode", "DISABLED");
    properties.setProperty("allowPublicKeyRetrieval", "true");
    properties.setProperty("cacheServerConfiguration", "true");
    properties.setProperty("useLocalSessionState", "true");
    properties.setProperty("elideSetAutoCommits", "true");
    properties.setProperty("detectCustomCollations", "false");
    properties.setProperty("connectionAttributes", "none");
    properties.setProperty("rewriteBatchedStatements", "true");
    properties.setProperty("yearIsDateType", "false");
    properties.setProperty("connectionTimeZone", "UTC");
    properties.setProperty("tcpKeepAlive", "true");
    return properties;
  }

  @Override
  public void prepare() {
    long run = RUNS.incrementAndGet();
    for (int i = 0; i < writers; i++) {
      BranchName branch = BranchName.of("bare-" + run + "-" + i);
      database.createBranch(branch, BranchName.MAIN);
      branches.add(branch);
    }
  }

  @Override
  public void run() throws Exception {
    List<Callable<Integer>> parts = new ArrayList<>();
    for (BranchName branch : branches) {
      parts.add(() -> write(branch));
    }
    for (Future<Integer> done : threads.invokeAll(parts)) {
      done.get();
    }
  }

  @Override
  public Map<String, Long> check() throws LostWriteException, SQLException {
    for (BranchName branch : branches) {
      try (Connection connection = open(branch);
          PreparedStatement count =
              connection.prepareStatement("SELECT COUNT(*) FROM issues WHERE id LIKE 'bare-%'");
          ResultSet found = count.executeQuery()) {
        found.next();
        if (found.getInt(1) != commits) {
          throw new LostWriteException(
              found.getInt(1) + " of " + commits + " rows are on " + branch + ".");
        }
      }
    }
    return Map.of();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    branches.forEach(database::deleteBranchWithItsCommits);
  }

  private Connection open(BranchName branch) throws SQLException {
    return DriverManager.getConnection(
        database.endpoint().jdbcUrl(database.name(), branch), properties);
  }

  private int write(BranchName branch) throws SQLException {
    try (Connection connection = open(branch)) {
      connection.setAutoCommit(false);
      for (int i = 0; i < commits; i++) {
        try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO issues (id, title) VALUES (?, 'written')")) {
          insert.setString(1, "bare-" + i);
          insert.executeUpdate();
        }
        try (PreparedStatement commit =
            connection.prepareStatement(
                "CALL DOLT_COMMIT('-A', '--skip-empty', '-m', ?, '--author', ?)")) {
          commit.setString(1, "bare: bench-1");
          commit.setString(2, "bare <bare@polecat.local>");
          commit.execute();
        }
      }
      return commits;
    }
  }
}
