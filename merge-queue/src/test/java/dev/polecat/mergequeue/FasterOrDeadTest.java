package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltServer;
import dev.polecat.core.spi.Steps;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.core.testing.TestServers;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.spi.GateVerdict;
import dev.polecat.mergequeue.spi.MergeGate;
import dev.polecat.mergequeue.spi.MergedState;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the queue says is so, also when somebody else was faster, or died before he said it. */
@ExtendWith(DoltTestServer.class)
@Timeout(60)
class FasterOrDeadTest {
  private MainAndBranches main;
  private Ledger ledger;

  @BeforeEach
  void table(DoltServer server, DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20))");
    ledger = Ledger.on(server, TestServers.freshDatabase().name(), database.name());
  }

  @AfterEach
  void close() {
    Steps.unwatch();
    ledger.close();
  }

  private MergeRequest insert(int id) {
    return main.branch("b" + id, "INSERT INTO t VALUES (" + id + ", 'a')");
  }

  private MergeQueueBuilder queue() {
    return MergeQueue.builder(main.database()).ledger(ledger);
  }

  private static void waitFor(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  @Test
  void whatADeadProcessMergedCannotBeTakenBack() {
    MergeRequest request = insert(1);
    try (MergeQueue queue = queue().leaveMergingToOthers().build()) {
      queue.leave(request);
      main.run(
          BranchName.MAIN, "CALL DOLT_MERGE('" + request.sealed() + "', '--no-ff', '-m', 'x')");

      assertThatThrownBy(() -> queue.cancel(request.branch(), "crew", "why"))
          .isInstanceOf(NotParkedException.class)
          .hasMessageContaining("on main already");
      assertThat(ledger.entry(request.branch()).orElseThrow().state()).isEqualTo(State.SEALED);
    }
    try (MergeQueue queue = queue().build()) {
      assertThat(MainAndBranches.await(queue.submit(request)))
          .isInstanceOf(MergeOutcome.AlreadyMerged.class);
    }
    assertThat(ledger.entry(request.branch())).isEmpty();
    assertThat(main.rows("SELECT COUNT(*) FROM dolt_log WHERE message = 'x'")).containsExactly("1");
  }

  @Test
  void whoTakesBackWhatIsBeingMergedIsToldThatItWasMerged() throws Exception {
    MergeRequest request = insert(1);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    MergeGate slow =
        gate(
            () -> {
              asked.countDown();
              answer.await();
              return new GateVerdict.Pass();
            });
    try (MergeQueue queue = queue().gate(slow).build()) {
      CompletionStage<MergeOutcome> outcome = queue.submit(request);
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      CompletableFuture<Void> cancel =
          CompletableFuture.runAsync(() -> queue.cancel(request.branch(), "crew", "why"));
      String waiting =
          "SELECT COUNT(*) FROM information_schema.processlist WHERE id <> CONNECTION_ID()"
              + " AND info LIKE '%GET_LOCK%'";
      waitFor("cancel", () -> cancel.isDone() || !main.row(waiting).equals("0"));
      answer.countDown();

      assertThatThrownBy(cancel::join).hasCauseInstanceOf(NotParkedException.class);
      assertThat(MainAndBranches.await(outcome)).isInstanceOf(MergeOutcome.Merged.class);
    }
    assertThat(main.rows("SELECT id FROM t")).containsExactly("1");
  }

  @Test
  void whoWaitsIsNotToldOfAParkingThatSomebodyElsesMergeForestalled() {
    MergeRequest request = insert(1);
    AtomicBoolean first = new AtomicBoolean(true);
    Ledger late =
        beforeReplacing(
            () -> {
              if (first.getAndSet(false)) {
                try (MergeQueue faster = queue().build()) {
                  waitFor("merge", () -> faster.pending() == 0);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
            });
    try (MergeQueue queue =
        queue().ledger(late).gate(gate(() -> new GateVerdict.Refuse("no"))).build()) {
      assertThat(MainAndBranches.await(queue.submit(request)))
          .isInstanceOf(MergeOutcome.AlreadyMerged.class);
    }
    assertThat(first).isFalse();
    assertThat(main.rows("SELECT id FROM t")).containsExactly("1");
  }

  private static MergeGate gate(Callable<GateVerdict> verdict) {
    return new MergeGate() {
      @Override
      public String name() {
        return "test";
      }

      @Override
      public GateVerdict check(MergedState merge) throws Exception {
        return verdict.call();
      }
    };
  }

  private Ledger beforeReplacing(Runnable act) {
    return (Ledger)
        Proxy.newProxyInstance(
            Ledger.class.getClassLoader(),
            new Class<?>[] {Ledger.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("replace")) {
                act.run();
              }
              try {
                return method.invoke(ledger, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void whatComesInWhilePausedWaitsAlsoForWhoJustGotTheLock() throws Exception {
    CountDownLatch locked = new CountDownLatch(1);
    Steps.watch(
        step -> {
          if (step.equals("merge.locked")) {
            ledger.pause(new QueuePause("crew", "backup", ledger.now()));
            locked.countDown();
          }
        });
    MergeRequest request = insert(1);
    try (MergeQueue queue = queue().build()) {
      CompletionStage<MergeOutcome> outcome = queue.submit(request);
      assertThat(locked.await(30, TimeUnit.SECONDS)).isTrue();
      String free = "SELECT IS_FREE_LOCK('pq:" + main.database().name() + "')";
      waitFor("lock", () -> main.row(free).equals("1"));

      assertThat(outcome.toCompletableFuture()).isNotDone();
      assertThat(ledger.entry(request.branch()).orElseThrow().state()).isEqualTo(State.SEALED);
      assertThat(main.rows("SELECT id FROM t")).isEmpty();
      Steps.unwatch();
      queue.resume();
      assertThat(MainAndBranches.await(outcome)).isInstanceOf(MergeOutcome.Merged.class);
    }
  }

  @Test
  void whatIsLeftToAQueueWithALedgerOfItsOwnIsMergedBeforeItCloses() {
    MergeRequest request = insert(1);
    MergeQueue queue = main.queue();
    queue.leave(request);
    queue.close();

    assertThat(main.rows("SELECT id FROM t")).containsExactly("1");
    assertThat(main.exists(request)).isFalse();
    assertThatThrownBy(() -> queue.leave(insert(2))).isInstanceOf(QueueClosedException.class);
  }

  @Test
  void whatIsLeftToAClosedQueueIsMergedByTheNextThatSharesItsLedger() throws Exception {
    MergeRequest request = insert(1);
    MergeQueue closed = queue().build();
    closed.close();
    closed.leave(request);
    try (MergeQueue next = queue().build()) {
      waitFor("merge", () -> next.ledger().entry(request.branch()).isEmpty());
    }
    assertThat(main.rows("SELECT id FROM t")).containsExactly("1");
  }
}
