package dev.polecat.sling;

import static dev.polecat.sling.RefreshTowns.execute;
import static dev.polecat.sling.RefreshTowns.main;
import static dev.polecat.sling.RefreshTowns.refreshed;
import static dev.polecat.sling.RefreshTowns.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.spi.Steps;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.RefreshOutcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is lost or left over on the way, whoever else writes and whoever dies. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class RefreshSafetyTest {
  private RefreshTowns towns;
  private TestRig test;
  private Rig rig;

  @BeforeEach
  void open(DoltDatabase database) {
    towns = new RefreshTowns();
    test = towns.withTables(database);
    rig = test.rig();
  }

  @AfterEach
  void close() {
    towns.close();
  }

  @Test
  void threadsGoOnWritingAndLoseNothing() throws Exception {
    Polecat toast = rig.sling("toast", "gt-1");
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger acknowledged = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int writer = i;
        writers.add(
            threads.submit(
                () -> {
                  for (int row = 0; !over.get(); row++) {
                    int id = 1000 * (writer + 1) + row;
                    toast.inTransaction(
                        handle -> handle.execute("INSERT INTO t (id, n) VALUES (?, 0)", id));
                    acknowledged.incrementAndGet();
                  }
                }));
      }
      for (int round = 0; round < 5; round++) {
        int before = acknowledged.get();
        TestRig.waitFor("writes", () -> acknowledged.get() > before);
        main(test, "UPDATE t SET n = n + 1 WHERE id = 1");
        refreshed(toast);
      }
      over.set(true);
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      over.set(true);
      threads.shutdownNow();
    }
    assertThat(seen(toast, "SELECT n FROM t WHERE id = 1")).containsExactly("5");
    assertThat(seen(toast, "SELECT COUNT(*) FROM t WHERE id > 1"))
        .containsExactly(acknowledged.toString());
  }

  @Test
  void aConnectionThatStaysInUseIsWaitedForNoLongerThanTheSealTimeout() throws SQLException {
    Polecat toast = rig.sling("toast", "gt-1");
    main(test, "UPDATE t SET n = n + 1");
    try (Connection open = toast.dataSource().getConnection();
        Statement statement = open.createStatement()) {
      statement.execute("INSERT INTO t (id, n) VALUES (2, 2)");
      assertThatThrownBy(toast::refresh).isInstanceOf(StillWritingException.class);
    }
    refreshed(toast);
    assertThat(seen(toast, "SELECT id FROM t ORDER BY id")).containsExactly("1", "2");
  }

  @Test
  void whoWritesPastTheHandleMeanwhileIsNotOverwritten() {
    Polecat toast = rig.sling("toast", "gt-1");
    execute(toast, "INSERT INTO t VALUES (2, 2, 'own', NULL)");
    main(test, "UPDATE t SET n = n + 1 WHERE id = 1");
    AtomicInteger times = new AtomicInteger();
    Steps.watch(
        step -> {
          if (step.equals("refresh.merged") && times.getAndIncrement() < 2) {
            test.run(
                toast.branch(),
                "UPDATE t SET n = n + 10 WHERE id = 1",
                times.get() == 1 ? "CALL DOLT_COMMIT('-Am', 'past the handle')" : "SELECT 1");
          }
        });

    refreshed(toast);

    assertThat(times).hasValue(3);
    assertThat(seen(toast, "SELECT n FROM t WHERE id = 1")).containsExactly("21");
  }

  @ParameterizedTest
  @ValueSource(strings = {"refresh.paused", "refresh.committed", "refresh.merged", "refresh.moved"})
  void whoDiesOnTheWayLosesNothing(String where) {
    Polecat toast = rig.sling("toast", "gt-1", CommitMode.EXPLICIT);
    execute(toast, "UPDATE t SET n = n + 1");
    main(test, "UPDATE t SET n = n + 10");
    Steps.watch(
        step -> {
          if (step.equals(where)) {
            throw new IllegalStateException("died");
          }
        });
    assertThatThrownBy(toast::refresh).hasMessage("died");
    Steps.unwatch();
    test.close();

    TestRig next = towns.town(rig.database());
    Polecat taken = next.rig().resume(toast.branch());
    taken.refresh();
    assertThat(seen(taken, "SELECT n FROM t")).containsExactly("11");
    TestRig.merged(taken.done());
    assertThat(next.rows("SELECT n FROM t")).containsExactly("11");
  }

  @Test
  void whatADeadProcessLeftIsSweptAndNobodysWork() {
    BranchName old = BranchName.of("merge-overlay-20260101000000-0000");
    BranchName now = BranchName.of("merge-overlay-29990101000000-0000");
    rig.database().createBranch(old, BranchName.MAIN);
    rig.database().createBranch(now, BranchName.MAIN);
    test.run(old, "UPDATE t SET n = 99");

    assertThat(rig.inFlight()).isEmpty();
    assertThat(rig.polecatBranches()).isEmpty();
    assertThat(rig.sweep(Abandoned.SUBMIT).branches())
        .extracting(SweepReport.Swept::branch)
        .containsExactly(old.value());
    assertThat(rig.database().branches()).contains(now.value()).doesNotContain(old.value());
    assertThat(test.rows("SELECT n FROM t")).containsExactly("0");
  }

  @Test
  void noMergeIntoMainIsUnderWayMeanwhile() throws Exception {
    Polecat toast = rig.sling("toast", "gt-1");
    execute(toast, "UPDATE t SET n = n + 1");
    main(test, "UPDATE t SET n = n + 10");
    AtomicBoolean merged = new AtomicBoolean();
    Steps.watch(step -> merged.compareAndSet(false, step.equals("refresh.merged")));
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Connection queue = rig.database().connect(BranchName.MAIN);
        Statement statement = queue.createStatement()) {
      statement.execute("SELECT GET_LOCK('pq:" + rig.name() + "', 1)");
      Future<RefreshOutcome> outcome = thread.submit(toast::refresh);
      TestRig.waitFor(
          "the lock is asked for",
          () ->
              test.rows("SELECT info FROM information_schema.processlist").stream()
                  .anyMatch(
                      query -> query.contains("GET_LOCK") && query.contains("pq:" + rig.name())));
      assertThat(merged).isFalse();
      statement.execute("SELECT RELEASE_LOCK('pq:" + rig.name() + "')");
      assertThat(outcome.get()).isInstanceOf(RefreshOutcome.Refreshed.class);
    } finally {
      thread.shutdownNow();
    }
    assertThat(seen(toast, "SELECT n FROM t")).containsExactly("11");
  }
}
