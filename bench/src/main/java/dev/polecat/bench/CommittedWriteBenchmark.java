package dev.polecat.bench;

import dev.polecat.sling.Polecat;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One row written and committed to Dolt, attributed to its writer: through a polecat's handle, and
 * by bare JDBC on a connection of its own to the same branch.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@State(Scope.Thread)
public class CommittedWriteBenchmark {
  private static final String INSERT = "INSERT INTO issues (id, title) VALUES (?, 'written')";
  private static final String COMMIT = "CALL DOLT_COMMIT('-A', '-m', ?, '--author', ?)";

  private Polecat polecat;
  private Connection bare;
  private long next;

  /** Made by JMH. */
  public CommittedWriteBenchmark() {}

  /**
   * Slings the writer, and opens the bare connection to its branch.
   *
   * @param town the town
   * @throws SQLException if the server refuses
   */
  @Setup(Level.Trial)
  public void sling(BenchTown town) throws SQLException {
    polecat = town.rig().sling("writer", "bench-1");
    String url =
        polecat.environment().get("POLECAT_JDBC_URL")
            + "?sslMode=DISABLED&useLocalSessionState=true&elideSetAutoCommits=true";
    bare = DriverManager.getConnection(url, "root", "");
    bare.setAutoCommit(false);
  }

  /**
   * Throws the branch away.
   *
   * @throws SQLException if the server refuses
   */
  @TearDown(Level.Trial)
  public void nuke() throws SQLException {
    bare.close();
    polecat.nuke();
  }

  /**
   * The handle: one borrowed connection, one statement, one Dolt commit.
   *
   * @return the number of rows written
   * @throws SQLException if the server refuses
   */
  @Benchmark
  public int throughHandle() throws SQLException {
    try (Connection connection = polecat.dataSource().getConnection();
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, "h" + next++);
      return insert.executeUpdate();
    }
  }

  /**
   * The same two statements on an open connection.
   *
   * @return the number of rows written
   * @throws SQLException if the server refuses
   */
  @Benchmark
  public int bareJdbc() throws SQLException {
    try (PreparedStatement insert = bare.prepareStatement(INSERT);
        PreparedStatement commit = bare.prepareStatement(COMMIT)) {
      insert.setString(1, "b" + next++);
      int rows = insert.executeUpdate();
      commit.setString(1, "writer: bench-1");
      commit.setString(2, "writer <writer@polecat.local>");
      commit.execute();
      return rows;
    }
  }
}
