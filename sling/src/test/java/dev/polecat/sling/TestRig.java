package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.TestRows;
import dev.polecat.core.testing.TestServers;
import dev.polecat.mergequeue.Lease;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.MergeOutcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A rig with the town schema on the shared server, and plain SQL beside the library. */
public final class TestRig implements AutoCloseable {
  private final Town town;
  private final Rig rig;

  private TestRig(Town town, Rig rig) {
    this.town = town;
    this.rig = rig;
  }

  public static TestRig withoutSchema(DoltDatabase database, UnaryOperator<TownConfig> change) {
    TownConfig config = TownConfig.external(TestServers.server().endpoint());
    Town town = Town.open(change.apply(config.withSealTimeout(Duration.ofSeconds(10))));
    return new TestRig(town, town.rig(database.name().value()));
  }

  static TestRig of(DoltDatabase database, UnaryOperator<TownConfig> change) {
    TestRig made = withoutSchema(database, change);
    made.rig.initSchema();
    return made;
  }

  public static TestRig of(DoltDatabase database) {
    return of(database, config -> config);
  }

  public Rig rig() {
    return rig;
  }

  Town town() {
    return town;
  }

  /** Runs statements on a branch, each committed to its working set only. */
  public void run(BranchName branch, String... statements) {
    try (Connection connection = rig.database().connect(branch);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Main's rows, each as its columns joined by {@code |}. */
  public List<String> rows(String query) {
    return rows(BranchName.MAIN, query);
  }

  List<String> rows(BranchName branch, String query) {
    try (Connection connection = rig.database().connect(branch)) {
      return TestRows.of(connection, query);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has the lease of a branch run out now, whoever holds it. */
  void expire(BranchName branch) {
    Ledger ledger = rig.ledger();
    Lease lease = ledger.entry(branch).flatMap(LedgerEntry::lease).orElseThrow();
    ledger.renew(lease.holder(), Set.of(branch), Duration.ofSeconds(-1));
  }

  /** Where a branch is in its life; empty if the ledger does not know it. */
  Optional<LedgerEntry.State> state(BranchName branch) {
    return rig.ledger().entry(branch).map(LedgerEntry::state);
  }

  /** Everything a sweep could change: branches, tags, rows on them, and the ledger's rows. */
  List<String> everything() {
    List<String> all = new ArrayList<>(rows("SELECT name, hash FROM dolt_branches ORDER BY name"));
    all.addAll(rows("SELECT tag_name, tag_hash FROM dolt_tags ORDER BY tag_name"));
    for (String branch : rig.database().branches()) {
      all.add(branch + " " + rig.database().uncommittedTables(BranchName.of(branch)));
    }
    all.addAll(
        rows(
            "SELECT branch, state, sealed, lease_holder, lease_until, version, document FROM "
                + Ledger.DEFAULT_DATABASE
                + ".branches WHERE rig = '"
                + rig.name()
                + "' ORDER BY branch"));
    return all;
  }

  /** Whether a queue of this JVM works for the rig. */
  boolean hasQueue() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("merge-queue " + rig.name()));
  }

  static void waitFor(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  static MergeOutcome await(CompletionStage<MergeOutcome> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  static MergeOutcome.Merged merged(CompletionStage<MergeOutcome> stage) {
    MergeOutcome outcome = await(stage);
    assertThat(outcome).isInstanceOf(MergeOutcome.Merged.class);
    return (MergeOutcome.Merged) outcome;
  }

  @Override
  public void close() {
    town.close();
  }
}
