package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A queue that is closed serves what it took, whatever it did before. */
@ExtendWith(DoltTestServer.class)
@Timeout(60)
class QueueEndTest {
  private MainAndBranches main;

  @BeforeEach
  void table(DoltDatabase database) {
    main = new MainAndBranches(database);
  }

  private MergeRequest insert(int id) {
    return main.branch("b" + id, "INSERT INTO t VALUES (" + id + ", 'a')");
  }

  @Test
  void whatIsSubmittedJustBeforeTheEndIsMergedHoweverLongTheQueueWasIdle() {
    main.commit("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20))");
    for (int id = 1; id <= 20; id++) {
      // with no patience at all, any moment counts as a long time
      MergeQueue queue = MergeQueue.builder(main.database()).patience(Duration.ofNanos(1)).build();
      MainAndBranches.await(queue.submit(insert(id)));
      MergeRequest last = insert(100 + id);
      CompletionStage<MergeOutcome> outcome = queue.submit(last);
      queue.close();
      assertThat(MainAndBranches.await(outcome)).isInstanceOf(MergeOutcome.Merged.class);
    }
  }

  @Test
  void aRigWhoseMainHasNoCommitYetTakesItsFirstTableFromABranch() {
    MergeRequest first = main.branch("first", "CREATE TABLE t (id INT PRIMARY KEY)");

    assertThat(main.merge(first)).first().isInstanceOf(MergeOutcome.Merged.class);
    assertThat(main.exists(first)).isFalse();
  }

  @Test
  void mergingCannotBeLeftToOthersWhoDoNotKnowOfIt() {
    assertThatThrownBy(() -> MergeQueue.builder(main.database()).leaveMergingToOthers().build())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatWasApprovedIsApprovedOnlyAsItWas() {
    main.commit("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20))");
    MergeRequest approved = insert(1).withTrailer(MergeRequest.APPROVED_BY, "alice");
    LedgerEntry parked = LedgerEntry.submitted(approved, Instant.EPOCH);
    LedgerEntry again = parked.workOn(new Lease("me", Instant.EPOCH));

    assertThat(again.request().held()).isTrue();
    assertThat(again.request().trailers()).doesNotContainKey(MergeRequest.APPROVED_BY);
    assertThat(again.request().sealed()).isEqualTo(approved.base());
  }

  @Test
  void aRequestThatTakesAnothersPlaceIsTheOneThatIsMerged() {
    main.commit("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20))");
    MergeRequest request = insert(1);
    try (MergeQueue queue = main.queue()) {
      queue.pause("crew", "test");
      CompletionStage<MergeOutcome> first = queue.submit(request);
      CompletionStage<MergeOutcome> second = queue.submit(request.hold());
      queue.resume();
      assertThat(MainAndBranches.await(second)).isInstanceOf(MergeOutcome.Parked.class);
      assertThat(MainAndBranches.await(first)).isInstanceOf(MergeOutcome.Parked.class);
      assertThat(main.database().head(BranchName.MAIN)).contains(request.base());
    }
  }
}
