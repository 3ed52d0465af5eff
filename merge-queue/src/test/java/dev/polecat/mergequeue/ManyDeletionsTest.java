package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltServer;
import dev.polecat.core.spi.Steps;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.LedgerEntry.State;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The branches of several merged requests are deleted at once, each as safely as one alone. */
@ExtendWith(DoltTestServer.class)
@Timeout(60)
class ManyDeletionsTest {
  private static final int BRANCHES = 8;

  private MainAndBranches main;
  private Ledger ledger;
  private final List<MergeRequest> requests = new ArrayList<>();
  private final List<CompletionStage<MergeOutcome>> outcomes = new ArrayList<>();

  @BeforeEach
  void branches(DoltServer server, DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20))");
    ledger = Ledger.on(server, Ledger.DEFAULT_DATABASE, database.name());
    for (int i = 0; i < BRANCHES; i++) {
      requests.add(main.branch("b" + i, "INSERT INTO t VALUES (" + i + ", 'a')"));
    }
  }

  @AfterEach
  void close() {
    Steps.unwatch();
    ledger.close();
  }

  private MergeQueue queue() {
    return MergeQueue.builder(main.database()).ledger(ledger).build();
  }

  private void submitAll(MergeQueue queue) {
    queue.pause("test", "all at once");
    requests.forEach(request -> outcomes.add(queue.submit(request)));
    queue.resume();
  }

  private void assertAllMergedOnce() {
    assertThat(main.rows("SELECT COUNT(*) FROM t")).containsExactly("" + BRANCHES);
    assertThat(main.rows("SELECT COUNT(*) FROM dolt_log WHERE message LIKE 'Merge branch%'"))
        .containsExactly("" + BRANCHES);
  }

  @Test
  void branchesNobodyWaitsForAreDeletedTogether() throws Exception {
    AtomicInteger deletions = new AtomicInteger();
    Semaphore recorded = new Semaphore(0);
    Steps.watch(
        step -> {
          if (step.equals("merge.deleting")) {
            deletions.incrementAndGet();
          } else if (step.equals("merge.recorded")) {
            recorded.release();
          }
        });
    try (MergeQueue queue = queue()) {
      queue.pause("test", "all at once");
      requests.forEach(queue::leave);
      queue.resume();
      while (queue.pending() > 0) {
        assertThat(recorded.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
      }
    }
    assertAllMergedOnce();
    assertThat(deletions.get()).isLessThan(BRANCHES);
    assertThat(main.database().branches()).containsExactly("main");
    assertThat(ledger.entries(EnumSet.allOf(State.class))).isEmpty();
  }

  @Test
  void nobodyIsToldBeforeTheBranchIsGone() throws Exception {
    CountDownLatch deleting = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Steps.watch(
        step -> {
          if (step.equals("merge.deleting")) {
            deleting.countDown();
            awaitUninterruptibly(goOn);
          }
        });
    Map<BranchName, Boolean> thereWhenTold = new ConcurrentHashMap<>();
    try (MergeQueue queue = queue()) {
      submitAll(queue);
      List<CompletionStage<Void>> listeners =
          outcomes.stream()
              .map(
                  outcome ->
                      outcome.thenAccept(
                          told ->
                              thereWhenTold.put(
                                  told.request().branch(), main.exists(told.request()))))
              .toList();
      assertThat(deleting.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(main.rows("SELECT COUNT(*) FROM t")).as("merged").doesNotContain("0");
      assertThat(outcomes).noneMatch(outcome -> outcome.toCompletableFuture().isDone());
      goOn.countDown();
      for (CompletionStage<Void> listener : listeners) {
        listener.toCompletableFuture().get(30, TimeUnit.SECONDS);
      }
    }
    assertThat(thereWhenTold).hasSize(BRANCHES).doesNotContainValue(true);
  }

  @Test
  void aLateCommitKeepsItsBranchAndNoOther() {
    MergeRequest late = requests.get(0);
    Steps.watch(
        step -> {
          if (step.equals("merge.deleting")) {
            Steps.unwatch();
            main.run(late.branch(), "INSERT INTO t VALUES (100, 'late')");
            main.seal(late.branch(), late.base());
          }
        });
    try (MergeQueue queue = queue()) {
      submitAll(queue);
      for (CompletionStage<MergeOutcome> outcome : outcomes) {
        MergeOutcome.Merged merged = (MergeOutcome.Merged) MainAndBranches.await(outcome);
        assertThat(merged.branchKept().isPresent()).isEqualTo(merged.request().equals(late));
      }
    }
    assertAllMergedOnce();
    assertThat(main.database().branches()).containsExactly(late.branch().value(), "main");
    assertThat(main.rows(late.branch(), "SELECT a FROM t WHERE id = 100")).containsExactly("late");
    assertThat(ledger.entries(EnumSet.allOf(State.class)))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.branch()).isEqualTo(late.branch());
              assertThat(entry.state()).isEqualTo(State.MERGED);
            });
  }

  @Test
  void whatAProcessMergedThatDiedBeforeItDeletedIsDeletedByTheNextAndNotMergedAgain() {
    CountDownLatch dead = new CountDownLatch(1);
    Steps.watch(
        step -> {
          if (step.equals("merge.deleting")) {
            dead.countDown();
            throw new ThreadDeath();
          }
        });
    MergeQueue dying = queue();
    submitAll(dying);
    awaitUninterruptibly(dead);
    dying.close();
    Steps.unwatch();

    for (CompletionStage<MergeOutcome> outcome : outcomes) {
      assertThatThrownBy(() -> outcome.toCompletableFuture().get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(QueueClosedException.class);
    }
    assertThat(main.database().branches()).hasSize(BRANCHES + 1);
    assertThat(ledger.entries(EnumSet.of(State.SEALED))).hasSize(BRANCHES);
    try (MergeQueue next = queue()) {
      for (MergeRequest request : requests) {
        assertThat(MainAndBranches.await(next.outcomeOf(request)))
            .isInstanceOfAny(MergeOutcome.AlreadyMerged.class, MergeOutcome.Merged.class);
      }
    }
    assertAllMergedOnce();
    assertThat(main.database().branches()).containsExactly("main");
    assertThat(ledger.entries(EnumSet.allOf(State.class))).isEmpty();
  }

  @Test
  void aBranchThatBringsASchemaChangeOfItsOwnIsLookedAtAsSuch() {
    requests.add(
        4,
        main.branch(
            "schema",
            "ALTER TABLE t ADD COLUMN n INT DEFAULT 0 COMMENT 'merge=sum'",
            "INSERT INTO t VALUES (50, 'a', 1)"));
    try (MergeQueue queue = queue()) {
      submitAll(queue);
      outcomes.forEach(
          outcome ->
              assertThat(MainAndBranches.await(outcome)).isInstanceOf(MergeOutcome.Merged.class));
      requests.clear();
      outcomes.clear();
      for (int i = 0; i < BRANCHES; i++) {
        requests.add(main.branch("s" + i, "UPDATE t SET n = n + 1 WHERE id = 50"));
      }
      submitAll(queue);
      outcomes.forEach(
          outcome ->
              assertThat(MainAndBranches.await(outcome)).isInstanceOf(MergeOutcome.Merged.class));
    }
    assertThat(main.rows("SELECT n FROM t WHERE id = 50")).containsExactly("" + (BRANCHES + 1));
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
