package dev.polecat.bench;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.Decisions;
import dev.polecat.mergequeue.Policy;
import dev.polecat.mergequeue.internal.resolve.ByHand;
import dev.polecat.mergequeue.internal.resolve.OpenMerge;
import dev.polecat.mergequeue.internal.resolve.ParkException;
import dev.polecat.mergequeue.internal.resolve.Resolution;
import dev.polecat.mergequeue.internal.resolve.Resolver;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Resolving the conflicts of one open merge: by policy, and by the server's own {@code
 * DOLT_CONFLICTS_RESOLVE('--theirs')}, the least that touching every conflicted row costs. What
 * counts is the ratio of the two within one run. The merge itself is not measured.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx256m")
@Warmup(iterations = 5)
@Measurement(iterations = 15)
@State(Scope.Benchmark)
public class ResolverBenchmark {
  private static final int LISTED = 1_000;

  /** How many rows are in conflict, which is all rows of the table. */
  @Param({"100", "1000", "10000", "100000"})
  public int rows;

  /** Newest and max only, or a JSON array column united besides. */
  @Param({"newest", "union"})
  public String mix;

  /** Characters in each row's text column. */
  @Param({"200"})
  public int body;

  private BenchServer server;
  private Connection main;
  private CommitHash ours;
  private CommitHash theirs;
  private ConflictPolicies policies;

  /** Made by JMH. */
  public ResolverBenchmark() {}

  /**
   * Starts a server with the two histories.
   *
   * @throws IOException if there is no room for temporary files
   * @throws SQLException if the server refuses
   */
  @Setup(Level.Trial)
  public void open() throws IOException, SQLException {
    server = BenchServer.start();
    boolean labels = mix.equals("union");
    DoltDatabase database = ConflictedDatabase.create(server, rows, body, labels);
    policies =
        ConflictPolicies.builder()
            .table(
                ConflictedDatabase.TABLE,
                table -> {
                  table.column("counter", Policy.max());
                  if (labels) {
                    table.column("labels", Policy.union());
                  }
                })
            .build();
    ours = database.head(BranchName.MAIN).orElseThrow();
    theirs = database.head(ConflictedDatabase.WORK).orElseThrow();
    main = database.connect(BranchName.MAIN);
    main.setAutoCommit(false);
  }

  /**
   * Opens the merge anew.
   *
   * @throws SQLException if the server refuses
   */
  @Setup(Level.Invocation)
  public void merge() throws SQLException {
    ConflictedDatabase.openMerge(main);
  }

  /**
   * Stops the server and removes its files.
   *
   * @throws IOException if they cannot be removed
   * @throws SQLException if the server refuses
   */
  @TearDown(Level.Trial)
  public void close() throws IOException, SQLException {
    main.rollback();
    main.close();
    server.close();
  }

  /**
   * The floor.
   *
   * @return whether there was a result
   * @throws SQLException if the server refuses
   */
  @Benchmark
  public boolean floorTheirs() throws SQLException {
    try (Statement statement = main.createStatement()) {
      return statement.execute(
          "CALL DOLT_CONFLICTS_RESOLVE('--theirs', '" + ConflictedDatabase.TABLE + "')");
    }
  }

  /**
   * The product: final rows, exact counts, and the list of decided cells.
   *
   * @return what was decided
   * @throws SQLException if the server refuses
   * @throws ParkException never, with these policies
   */
  @Benchmark
  public Decisions byPolicy() throws SQLException, ParkException {
    Resolution resolution = new Resolution(LISTED);
    OpenMerge merge = new OpenMerge(main, ours, ours, theirs, false, policies, resolution);
    new Resolver(merge, ByHand.NONE).resolve();
    return resolution.decisions();
  }
}
