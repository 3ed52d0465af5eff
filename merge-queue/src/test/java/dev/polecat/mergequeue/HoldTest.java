package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.ParkedRequest.Kind;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A person looks, and approves, rejects or has it tried again; dry runs leave no trace. */
@ExtendWith(DoltTestServer.class)
class HoldTest {
  private MainAndBranches main;
  private MergeQueue queue;

  @BeforeEach
  void table(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, v INT, updated_at DATETIME)",
        "CREATE TABLE untimed (id INT PRIMARY KEY, v INT)",
        "INSERT INTO t VALUES (1, 1, '2026-01-01')",
        "INSERT INTO untimed VALUES (1, 1)");
    queue = main.queue();
  }

  @AfterEach
  void close() {
    queue.close();
  }

  private MergeOutcome submit(MergeRequest request) {
    return MainAndBranches.await(queue.submit(request));
  }

  private MergeRequest change() {
    return main.branch("work", "UPDATE t SET v = 2, updated_at = '2026-01-02'");
  }

  private MergeRequest parked() {
    MergeRequest one = main.branch("one", "UPDATE untimed SET v = 2");
    MergeRequest other = main.branch("other", "UPDATE untimed SET v = 3");
    submit(one);
    assertThat(submit(other)).isInstanceOf(MergeOutcome.Parked.class);
    return other;
  }

  @Test
  void aRequestOnHoldIsMergedOnceApproved() {
    MergeRequest held = change().hold();
    List<String> before = TwoBranches.state(main);
    MergeOutcome outcome = submit(held);

    assertThat(((MergeOutcome.Parked) outcome).reason()).isInstanceOf(ParkReason.GateWaiting.class);
    assertThat(TwoBranches.state(main)).isEqualTo(before);
    MergePreview review = queue.review(held.branch());
    assertThat(review.obstacle()).isEmpty();
    assertThat(review.diff().text()).contains("- {v=1,").contains("+ {v=2,");
    assertThat(TwoBranches.state(main)).isEqualTo(before);

    assertThat(MainAndBranches.await(queue.approve(held.branch(), "the witness")))
        .isInstanceOf(MergeOutcome.Merged.class);
    assertThat(main.row("SELECT v FROM t")).isEqualTo("2");
    assertThat(main.row("SELECT message FROM dolt_log LIMIT 1"))
        .contains("Approved-By: the witness");
    assertThat(queue.parked()).isEmpty();
  }

  @Test
  void whatIsApprovedIsTheSealedCommit() {
    MergeRequest held = change().hold();
    submit(held);
    main.run(
        held.branch(), "UPDATE t SET v = 99", "CALL DOLT_COMMIT('-am', 'after it was sealed')");

    MergeOutcome outcome = MainAndBranches.await(queue.approve(held.branch(), "w"));

    assertThat(((MergeOutcome.Parked) outcome).reason()).isInstanceOf(ParkReason.BranchMoved.class);
    assertThat(main.row("SELECT v FROM t")).isEqualTo("1");
  }

  @Test
  void anApprovalMeetsTheMainOfTheMoment() {
    MergeRequest held = change().hold();
    submit(held);
    main.commit("UPDATE t SET v = 7, updated_at = '2026-01-03'");

    assertThat(MainAndBranches.await(queue.approve(held.branch(), "w")))
        .isInstanceOf(MergeOutcome.Merged.class);
    assertThat(main.row("SELECT v FROM t")).isEqualTo("7");
  }

  @Test
  void onlyWhatWaitsForAnApprovalCanBeApproved() {
    MergeRequest other = parked();

    assertThatThrownBy(() -> queue.approve(other.branch(), "w"))
        .isInstanceOf(NotParkedException.class);
    assertThatThrownBy(() -> queue.approve(BranchName.of("unheard-of"), "w"))
        .isInstanceOf(NotParkedException.class);
  }

  @Test
  void aRejectedRequestStaysListedWithItsBranch() {
    MergeRequest held = change().hold();
    submit(held);
    ParkedRequest rejected = queue.reject(held.branch(), "w", "not now");

    assertThat(rejected.rejected()).isTrue();
    assertThat(rejected.events())
        .extracting(ParkedRequest.Event::kind)
        .containsExactly(Kind.PARKED, Kind.REJECTED);
    assertThat(queue.parked()).containsExactly(rejected);
    assertThat(main.exists(held)).isTrue();
    assertThatThrownBy(() -> queue.retry(held.branch(), "w"))
        .isInstanceOf(NotParkedException.class);
  }

  @Test
  void aRequestIsMergedOnRetryOnceTheBranchWasChanged() {
    MergeRequest other = parked();
    main.run(other.branch(), "UPDATE untimed SET v = 2", "CALL DOLT_COMMIT('-am', 'gives in')");

    assertThat(MainAndBranches.await(queue.retry(other.branch(), "w")))
        .isInstanceOf(MergeOutcome.Merged.class);
    assertThat(main.exists(other)).isFalse();
  }

  @Test
  void aRequestIsMergedOnRetryOnceTheSchemaNamesAPolicy() {
    MergeRequest other = parked();
    main.commit("ALTER TABLE untimed MODIFY COLUMN v INT COMMENT 'merge=max'");

    assertThat(MainAndBranches.await(queue.retry(other.branch(), "w")))
        .isInstanceOf(MergeOutcome.Merged.class);
    assertThat(main.row("SELECT v FROM untimed")).isEqualTo("3");
  }

  @Test
  void aRetryInVainIsOneMoreEvent() {
    MergeRequest other = parked();
    MainAndBranches.await(queue.retry(other.branch(), "w"));

    assertThat(queue.parked(other.branch()).orElseThrow().events())
        .extracting(ParkedRequest.Event::kind)
        .containsExactly(Kind.PARKED, Kind.RETRIED, Kind.PARKED);
  }

  @Test
  void aDryRunSaysWhatWouldHappenAndLeavesNoTrace() {
    MergeRequest work = change();
    List<String> before = TwoBranches.state(main);
    MergePreview preview = ((MergeOutcome.Previewed) submit(work.asDryRun())).preview();

    assertThat(preview.obstacle()).isEmpty();
    assertThat(preview.diff().changedRows()).isEqualTo(1);
    assertThat(TwoBranches.state(main)).isEqualTo(before);
    assertThat(submit(work)).isInstanceOf(MergeOutcome.Merged.class);
  }

  @Test
  void aPreviewNamesTheObstacle() {
    MergeRequest other = parked();
    MergeOutcome dry = submit(other.asDryRun());

    assertThat(((MergeOutcome.Previewed) dry).preview().obstacle())
        .get()
        .isInstanceOf(ParkReason.NoPolicy.class);
    assertThat(queue.parked()).hasSize(1);
  }

  @Test
  void aHeldDryRunIsNoApproval() {
    MergeRequest work = change().hold().asDryRun();
    submit(work);

    assertThat(main.row("SELECT v FROM t")).isEqualTo("1");
    assertThat(queue.parked()).isEmpty();
  }
}
