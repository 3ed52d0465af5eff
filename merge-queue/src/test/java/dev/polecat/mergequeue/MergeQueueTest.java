package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoltTestServer.class)
@Timeout(60)
@SuppressWarnings("try") // a held lock is only there to be closed
class MergeQueueTest {
  private MainAndBranches main;

  @BeforeEach
  void table(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20))");
  }

  private MergeRequest insert(int id) {
    return main.branch("b" + id, "INSERT INTO t VALUES (" + id + ", 'a')");
  }

  private List<String> mergeOrder() {
    List<String> order =
        new ArrayList<>(
            main.rows("SELECT committer FROM dolt_log WHERE message LIKE 'Merge branch%'"));
    java.util.Collections.reverse(order);
    return order;
  }

  @Test
  void theSameRequestTwiceIsOneMergeWithOneOutcome() throws SQLException {
    MergeRequest request = insert(1);
    try (MergeQueue queue = main.queue()) {
      CompletionStage<MergeOutcome> first;
      CompletionStage<MergeOutcome> second;
      try (Connection held = main.holdUp()) {
        first = queue.submit(request);
        second = queue.submit(request.withPriority(0));
        assertThat(queue.pending()).isEqualTo(1);
      }
      assertThat(MainAndBranches.await(first)).isInstanceOf(MergeOutcome.Merged.class);
      assertThat(MainAndBranches.await(second)).isEqualTo(MainAndBranches.await(first));
      assertThat(queue.pending()).isZero();
    }
    assertThat(mergeOrder()).containsExactly("b1");
  }

  @Test
  void aCallersStageCannotChangeAnothersOutcome() throws SQLException {
    MergeRequest request = insert(1);
    try (MergeQueue queue = main.queue()) {
      CompletionStage<MergeOutcome> second;
      try (Connection held = main.holdUp()) {
        CompletableFuture<MergeOutcome> first = queue.submit(request).toCompletableFuture();
        second = queue.submit(request);
        first.cancel(true);
      }
      assertThat(MainAndBranches.await(second)).isInstanceOf(MergeOutcome.Merged.class);
    }
  }

  @Test
  void higherPrioritiesAreMergedFirstAndEqualOnesByAge() throws SQLException {
    MergeRequest first = insert(1).withPriority(100);
    MergeRequest low = insert(2);
    MergeRequest lowToo = insert(3);
    MergeRequest high = insert(4).withPriority(5);
    try (MergeQueue queue = main.queue()) {
      try (Connection held = main.holdUp()) {
        queue.submit(first); // the queue is busy with it, and the others have to line up
        List.of(low, lowToo, high).forEach(queue::submit);
      }
    }
    assertThat(mergeOrder()).containsExactly("b1", "b4", "b2", "b3");
  }

  @Test
  void closingMergesWhatWaitsAndTakesNothingMore() {
    List<MergeRequest> requests = IntStream.range(1, 9).mapToObj(this::insert).toList();
    MergeRequest late = insert(99);
    MergeQueue queue = main.queue();
    List<CompletionStage<MergeOutcome>> outcomes =
        new ArrayList<>(requests.stream().map(queue::submit).toList());
    queue.close();
    queue.close();

    assertThat(main.row("SELECT COUNT(*) FROM t")).isEqualTo("8");
    assertThat(outcomes)
        .allSatisfy(
            o -> assertThat(MainAndBranches.await(o)).isInstanceOf(MergeOutcome.Merged.class));
    assertThatThrownBy(() -> queue.submit(late))
        .isInstanceOfSatisfying(
            QueueClosedException.class, e -> assertThat(e.branch()).isEqualTo(late.branch()));
    assertThat(main.exists(late)).isTrue();
  }

  @Test
  void closingAQueueThatWasNeverUsedEndsAtOnce() {
    main.queue().close();
  }

  @Test
  void closingParksWhatCannotBeMergedWithinPatience() {
    MergeRequest blocked = insert(1);
    main.run(BranchName.MAIN, "INSERT INTO t VALUES (50, 'uncommitted')");
    MergeQueue queue = MergeQueue.builder(main.database()).patience(Duration.ofMillis(100)).build();
    CompletionStage<MergeOutcome> outcome = queue.submit(blocked);
    queue.close();

    assertThat(MainAndBranches.await(outcome)).isInstanceOf(MergeOutcome.Parked.class);
  }

  @Test
  void interruptingCloseGivesUpWhatWaitsAndKeepsTheBranches() throws Exception {
    MergeRequest blocked = insert(1);
    MergeRequest free = main.branch("free", "CREATE TABLE fresh (id INT PRIMARY KEY)");
    main.run(BranchName.MAIN, "INSERT INTO t VALUES (50, 'uncommitted')");
    MergeQueue queue = MergeQueue.builder(main.database()).patience(Duration.ofHours(1)).build();
    CompletableFuture<String> completedOn = new CompletableFuture<>();
    CompletionStage<MergeOutcome> outcome = queue.submit(blocked);
    outcome.whenComplete((o, e) -> completedOn.complete(Thread.currentThread().getName()));
    MainAndBranches.await(queue.submit(free));
    Thread.currentThread().interrupt();
    queue.close();

    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(() -> MainAndBranches.await(outcome))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(QueueClosedException.class);
    assertThat(completedOn.get(30, TimeUnit.SECONDS)).doesNotContain("merge-queue");
    assertThat(main.exists(blocked)).isTrue();
    assertThatThrownBy(() -> queue.submit(blocked)).isInstanceOf(QueueClosedException.class);
  }

  @Test
  void callbacksNeverRunOnTheMergeThread() throws Exception {
    try (MergeQueue queue = main.queue()) {
      List<CompletableFuture<String>> threads = new ArrayList<>();
      try (Connection held = main.holdUp()) {
        for (int id = 1; id < 9; id++) {
          threads.add(
              queue
                  .submit(insert(id))
                  .thenApply(outcome -> Thread.currentThread().getName())
                  .toCompletableFuture());
        }
      }
      for (CompletableFuture<String> thread : threads) {
        assertThat(thread.get(30, TimeUnit.SECONDS)).doesNotContain("merge-queue");
      }
    }
  }

  @Test
  void aSlowCallbackDoesNotHoldTheQueueUp() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    List<CompletionStage<MergeOutcome>> slow = new ArrayList<>();
    try (MergeQueue queue = main.queue()) {
      try (Connection held = main.holdUp()) {
        for (int id = 1; id < 9; id++) {
          slow.add(
              queue
                  .submit(insert(id))
                  .whenComplete(
                      (outcome, failure) -> {
                        try {
                          end.await();
                        } catch (InterruptedException e) {
                          Thread.currentThread().interrupt();
                        }
                      }));
        }
      }
      assertThat(MainAndBranches.await(queue.submit(insert(100))))
          .isInstanceOf(MergeOutcome.Merged.class);
      assertThat(slow).allSatisfy(s -> assertThat(s.toCompletableFuture()).isNotDone());
    } finally {
      end.countDown();
    }
    assertThat(main.row("SELECT COUNT(*) FROM t")).isEqualTo("9");
  }

  @Test
  void aCallbackThatThrowsHarmsNobody() {
    try (MergeQueue queue = main.queue()) {
      queue
          .submit(insert(1))
          .thenAccept(
              outcome -> {
                throw new IllegalStateException("a bug of the caller's");
              });
      assertThat(MainAndBranches.await(queue.submit(insert(2))))
          .isInstanceOf(MergeOutcome.Merged.class);
    }
  }

  @Test
  void aCallbackMaySubmitTheNextBranch() throws Exception {
    MergeRequest next = insert(2);
    try (MergeQueue queue = main.queue()) {
      assertThat(
              queue
                  .submit(insert(1))
                  .thenCompose(outcome -> queue.submit(next))
                  .toCompletableFuture()
                  .get(30, TimeUnit.SECONDS))
          .isInstanceOf(MergeOutcome.Merged.class);
    }
  }
}
