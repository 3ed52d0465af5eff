package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltServer;
import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Queues that know of each other by the ledger alone, as those of different processes do. */
@ExtendWith(DoltTestServer.class)
@Timeout(60)
@SuppressWarnings("try") // a held lock is only there to be closed
class SharedLedgerTest {
  private static final DatabaseName LEDGER = DatabaseName.of("shared_ledger");

  private final List<MergeQueue> queues = new ArrayList<>();
  private DoltServer server;
  private MainAndBranches main;

  @BeforeEach
  void table(DoltServer server, DoltDatabase database) {
    this.server = server;
    main = new MainAndBranches(database);
    main.commit("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20))");
  }

  @AfterEach
  void close() {
    queues.forEach(MergeQueue::close);
  }

  private Ledger ledger() {
    return Ledger.on(server, LEDGER, main.database().name());
  }

  private MergeQueue queue() {
    return kept(MergeQueue.builder(main.database()).ledger(ledger()).build());
  }

  private MergeQueue waitingQueue() {
    return kept(
        MergeQueue.builder(main.database()).ledger(ledger()).leaveMergingToOthers().build());
  }

  private MergeQueue kept(MergeQueue queue) {
    queues.add(queue);
    return queue;
  }

  private MergeRequest insert(int id) {
    return main.branch("b" + id, "INSERT INTO t VALUES (" + id + ", 'a')");
  }

  @Test
  void whatOneLeavesAnotherMerges() {
    MergeQueue waiting = waitingQueue();
    MergeRequest request = insert(1);
    CompletionStage<MergeOutcome> outcome = waiting.submit(request);
    assertThat(outcome.toCompletableFuture()).isNotDone();
    queue();

    assertThat(MainAndBranches.await(outcome))
        .isInstanceOfSatisfying(
            MergeOutcome.AlreadyMerged.class,
            merged -> assertThat(merged.request()).isEqualTo(request));
    assertThat(main.rows("SELECT id FROM t")).containsExactly("1");
    assertThat(main.exists(request)).isFalse();
    assertThat(waiting.ledger().entry(request.branch())).isEmpty();
  }

  @Test
  void whyItWasParkedIsToldToWhoWaitsElsewhere() {
    main.commit("INSERT INTO t VALUES (1, 'a')");
    MergeRequest one = main.branch("one", "UPDATE t SET a = 'p'");
    MergeRequest two = main.branch("two", "UPDATE t SET a = 'q'");
    MergeQueue merging = queue();
    MainAndBranches.await(merging.submit(one));
    MergeOutcome outcome = MainAndBranches.await(waitingQueue().submit(two));

    assertThat(outcome).isInstanceOf(MergeOutcome.Parked.class);
    assertThat(((MergeOutcome.Parked) outcome).reason())
        .isEqualTo(merging.parked(two.branch()).orElseThrow().reason())
        .isInstanceOf(ParkReason.NoPolicy.class);
  }

  @Test
  void aRequestIsMergedInTheOrderOfPrioritiesWhoeverSubmittedIt() throws SQLException {
    List<CompletionStage<MergeOutcome>> outcomes = new ArrayList<>();
    try (Connection held = main.holdUp()) {
      MergeQueue one = queue();
      MergeQueue other = queue();
      outcomes.add(one.submit(insert(1).withPriority(-5)));
      outcomes.add(other.submit(insert(2)));
      outcomes.add(one.submit(insert(3).withPriority(5)));
      outcomes.add(other.submit(insert(4).withPriority(1)));
    }
    outcomes.forEach(MainAndBranches::await);
    assertThat(
            main.rows(
                "SELECT committer FROM dolt_log WHERE message LIKE 'Merge branch%'"
                    + " ORDER BY commit_order DESC"))
        .containsExactly("b1", "b2", "b4", "b3");
  }

  @Test
  void whatIsTakenBackIsNotMerged() throws SQLException {
    MergeRequest request = insert(1);
    MergeQueue queue = waitingQueue();
    CompletionStage<MergeOutcome> outcome = queue.submit(request);
    queue.cancel(request.branch(), "crew", "not yet");

    ParkReason reason = new ParkReason.Cancelled("crew", "not yet");
    assertThat(MainAndBranches.await(outcome)).isEqualTo(new MergeOutcome.Parked(request, reason));
    assertThatThrownBy(() -> queue.cancel(request.branch(), "crew", "again"))
        .isInstanceOf(NotParkedException.class);
    MergeQueue merging = queue();
    assertThat(MainAndBranches.await(merging.submit(insert(2))))
        .isInstanceOf(MergeOutcome.Merged.class);
    assertThat(main.rows("SELECT id FROM t")).containsExactly("2");
    assertThat(main.exists(request)).isTrue();
    assertThat(MainAndBranches.await(merging.retry(request.branch(), "crew")))
        .isInstanceOf(MergeOutcome.Merged.class);
  }

  @Test
  void aPauseHoldsForAllUntilItEnds() {
    MergeQueue one = queue();
    MergeQueue other = queue();
    one.pause("crew", "backup");
    assertThat(other.paused().orElseThrow().why()).isEqualTo("backup");
    CompletionStage<MergeOutcome> outcome = other.submit(insert(1));
    MergeOutcome preview = MainAndBranches.await(one.submit(insert(2).asDryRun()));

    assertThat(preview).isInstanceOf(MergeOutcome.Previewed.class);
    assertThat(outcome.toCompletableFuture()).isNotDone();
    assertThat(one.pending()).isEqualTo(1);
    one.resume();
    assertThat(MainAndBranches.await(outcome)).isNotInstanceOf(MergeOutcome.Parked.class);
    assertThat(one.paused()).isEmpty();
  }

  @Test
  void whatIsParkedIsKnownToTheNextProcess() {
    MergeRequest request = insert(1).hold();
    MainAndBranches.await(queue().submit(request));
    close();
    queues.clear();
    MergeQueue next = queue();

    assertThat(next.parked()).extracting(ParkedRequest::request).containsExactly(request);
    assertThat(MainAndBranches.await(next.approve(request.branch(), "crew")))
        .isInstanceOf(MergeOutcome.Merged.class);
    assertThat(next.parked()).isEmpty();
  }
}
