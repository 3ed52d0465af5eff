package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.spi.GateVerdict;
import dev.polecat.mergequeue.spi.MergeGate;
import dev.polecat.mergequeue.spi.MergedState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Gates see the merged state before anybody else, cannot change it, and cannot stop the queue. */
@ExtendWith(DoltTestServer.class)
class GateTest {
  private MainAndBranches main;

  @BeforeEach
  void table(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, v INT, `commit` INT, updated_at DATETIME)",
        "INSERT INTO t VALUES (1, 1, 1, '2026-01-01')");
  }

  private interface Check {
    GateVerdict on(MergedState merge) throws Exception;
  }

  private static MergeGate gate(Check check) {
    return new MergeGate() {
      @Override
      public String name() {
        return "test";
      }

      @Override
      public GateVerdict check(MergedState merge) throws Exception {
        return check.on(merge);
      }
    };
  }

  private MergeQueue queue(MergeGate... gates) {
    MergeQueueBuilder builder =
        MergeQueue.builder(main.database()).gateLimit(Duration.ofMillis(300));
    List.of(gates).forEach(builder::gate);
    return builder.build();
  }

  /** Two branches that contest one row; the first is merged. */
  private MergeRequest contested() {
    MergeRequest one = main.branch("one", "UPDATE t SET v = 2, updated_at = '2026-01-02'");
    MergeRequest other =
        main.branch("other", "UPDATE t SET v = 3, `commit` = 3, updated_at = '2026-01-03'");
    main.mergeAll(one);
    return other;
  }

  /** The gate parks the request without a trace, and a request it lets pass is merged after it. */
  private ParkReason parkedBy(Check check) {
    MergeRequest other = contested();
    MergeRequest third = main.branch("third", "INSERT INTO t VALUES (3, 3, 3, NULL)");
    MergeGate once =
        gate(merge -> merge.request().equals(other) ? check.on(merge) : GateVerdict.pass());
    List<String> before = TwoBranches.state(main);
    try (MergeQueue queue = queue(once)) {
      MergeOutcome outcome = MainAndBranches.await(queue.submit(other));

      assertThat(outcome).isInstanceOf(MergeOutcome.Parked.class);
      assertThat(TwoBranches.state(main)).isEqualTo(before);
      main.commit("INSERT INTO t VALUES (2, 2, 2, NULL)");
      assertThat(MainAndBranches.await(queue.submit(third)))
          .isInstanceOf(MergeOutcome.Merged.class);
      return ((MergeOutcome.Parked) outcome).reason();
    }
  }

  @Test
  void aGateSeesWhatThePoliciesDecidedAndOthersDoNot() {
    MergeRequest other = contested();
    List<String> seen = new ArrayList<>();
    MergeGate looks =
        gate(
            merge -> {
              try (Statement statement = merge.connection().createStatement();
                  ResultSet row = statement.executeQuery("SELECT v FROM t")) {
                row.next();
                seen.add("here " + row.getInt(1));
              }
              seen.add("there " + main.row("SELECT v FROM t"));
              seen.add("decided " + merge.decisions().decidedCells());
              seen.add("changes " + merge.diff().changedRows());
              return GateVerdict.pass();
            });
    try (MergeQueue queue = queue(looks)) {
      assertThat(MainAndBranches.await(queue.submit(other)))
          .isInstanceOf(MergeOutcome.Merged.class);
    }

    assertThat(seen).containsExactly("here 3", "there 2", "decided 2", "changes 1");
    assertThat(main.row("SELECT v FROM t")).isEqualTo("3");
  }

  @Test
  void whatAGateRefusesIsParked() {
    assertThat(parkedBy(merge -> GateVerdict.refuse("too large")))
        .isInstanceOf(ParkReason.GateRefused.class)
        .extracting(ParkReason::message)
        .asString()
        .contains("test", "too large");
  }

  @Test
  void whatAGateWaitsForIsParked() {
    assertThat(parkedBy(merge -> GateVerdict.waitFor("the build")))
        .isInstanceOf(ParkReason.GateWaiting.class);
  }

  @Test
  void aGateThatThrowsParks() {
    assertThat(
            parkedBy(
                merge -> {
                  throw new IllegalStateException("boom");
                }))
        .isInstanceOf(ParkReason.GateFailed.class);
  }

  @Test
  void aGateThatThrowsAnErrorParks() {
    assertThat(
            parkedBy(
                merge -> {
                  throw new StackOverflowError();
                }))
        .isInstanceOf(ParkReason.GateFailed.class);
  }

  @Test
  @SuppressWarnings("NullAway")
  void aGateWithoutAVerdictParks() {
    assertThat(parkedBy(merge -> null)).isInstanceOf(ParkReason.GateFailed.class);
  }

  @Test
  void aGateThatHangsParksAfterItsTime() {
    CountDownLatch never = new CountDownLatch(1);
    assertThat(
            parkedBy(
                merge -> {
                  never.await();
                  return GateVerdict.pass();
                }))
        .isInstanceOf(ParkReason.GateFailed.class);
  }

  @Test
  void aGateThatDoesNotHeedItsInterruptParksAndReadsNothingAfterwards() throws Exception {
    CountDownLatch queueIsDone = new CountDownLatch(1);
    AtomicReference<Object> afterwards = new AtomicReference<>();
    CountDownLatch tried = new CountDownLatch(1);
    assertThat(
            parkedBy(
                merge -> {
                  boolean waited = false;
                  while (!waited) {
                    try {
                      waited = queueIsDone.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                      // not heeded
                    }
                  }
                  try (Statement statement = merge.connection().createStatement()) {
                    afterwards.set(statement.executeQuery("SELECT v FROM t").next());
                  } catch (SQLException e) {
                    afterwards.set(e);
                  }
                  tried.countDown();
                  return GateVerdict.pass();
                }))
        .isInstanceOf(ParkReason.GateFailed.class);
    queueIsDone.countDown();

    assertThat(tried.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(afterwards.get()).isInstanceOf(SQLException.class);
  }

  @Test
  void aGateCannotWriteOrEndTheMerge() {
    MergeRequest other = contested();
    List<String> refused = new ArrayList<>();
    List<String> tries =
        List.of(
            "UPDATE t SET v = 99",
            "COMMIT",
            "ROLLBACK",
            "CALL DOLT_COMMIT('-am', 'mine')",
            "CALL DOLT_MERGE('--abort')",
            "SET autocommit = 1",
            "USE mysql",
            "DROP TABLE t",
            "/* SELECT */ DELETE FROM t",
            "WITH x AS (SELECT 1) DELETE FROM t");
    MergeGate writes =
        gate(
            merge -> {
              for (String sql : tries) {
                try (Statement statement = merge.connection().createStatement()) {
                  statement.execute(sql);
                } catch (SQLException e) {
                  refused.add(sql);
                }
              }
              assertThatThrownBy(merge.connection()::commit).isInstanceOf(SQLException.class);
              assertThatThrownBy(merge.connection()::rollback).isInstanceOf(SQLException.class);
              assertThatThrownBy(() -> merge.connection().setAutoCommit(true))
                  .isInstanceOf(SQLException.class);
              return GateVerdict.pass();
            });
    try (MergeQueue queue = queue(writes)) {
      assertThat(MainAndBranches.await(queue.submit(other)))
          .isInstanceOf(MergeOutcome.Merged.class);
    }

    assertThat(refused).isEqualTo(tries);
    assertThat(main.row("SELECT v FROM t")).isEqualTo("3");
    TwoBranches.assertClean(main);
  }

  @Test
  void aConnectionKeptByAGateIsOfNoUseAfterItsVerdict() throws SQLException {
    MergeRequest other = contested();
    AtomicReference<Connection> kept = new AtomicReference<>();
    AtomicReference<Statement> statement = new AtomicReference<>();
    MergeGate keeps =
        gate(
            merge -> {
              kept.set(merge.connection());
              statement.set(merge.connection().createStatement());
              return GateVerdict.pass();
            });
    try (MergeQueue queue = queue(keeps)) {
      assertThat(MainAndBranches.await(queue.submit(other)))
          .isInstanceOf(MergeOutcome.Merged.class);

      assertThat(kept.get().isClosed()).isTrue();
      assertThatThrownBy(() -> kept.get().createStatement()).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> statement.get().executeQuery("SELECT 1"))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void aGateThatClosesItsConnectionClosesNothingElse() {
    MergeRequest other = contested();
    MergeGate closes =
        gate(
            merge -> {
              merge.connection().close();
              return GateVerdict.pass();
            });
    try (MergeQueue queue = queue(closes, gate(merge -> GateVerdict.pass()))) {
      assertThat(MainAndBranches.await(queue.submit(other)))
          .isInstanceOf(MergeOutcome.Merged.class);
    }
  }

  @Test
  void theFirstGateThatRefusesIsTheLastThatIsAsked() {
    List<String> asked = new ArrayList<>();
    MergeRequest other = contested();
    MergeGate first =
        gate(
            merge -> {
              asked.add("first");
              return GateVerdict.refuse("no");
            });
    MergeGate second =
        gate(
            merge -> {
              asked.add("second");
              return GateVerdict.pass();
            });
    try (MergeQueue queue = queue(first, second)) {
      assertThat(MainAndBranches.await(queue.submit(other)))
          .isInstanceOf(MergeOutcome.Parked.class);
    }

    assertThat(asked).containsExactly("first");
  }
}
