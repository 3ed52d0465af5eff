package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.spi.GateVerdict;
import dev.polecat.mergequeue.spi.MergeGate;
import dev.polecat.mergequeue.spi.MergedState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is decided about one state must not be applied to another. */
@ExtendWith(DoltTestServer.class)
class SecondLookTest {
  private static final ConflictPolicies POLICIES =
      ConflictPolicies.builder()
          .table("t", t -> t.column("n", Policy.sum()).column("a", Policy.park()))
          .build();

  private MainAndBranches main;

  @BeforeEach
  void table(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), n INT, updated_at DATETIME)",
        "INSERT INTO t VALUES (1, 'x', 1, '2026-01-01')");
  }

  private MergeOutcome submit(MergeQueue queue, MergeRequest request) {
    return MainAndBranches.await(queue.submit(request));
  }

  /** A gate that runs something each time it is asked, and lets everything pass. */
  private static MergeGate gate(Runnable act) {
    return new MergeGate() {
      @Override
      public String name() {
        return "act";
      }

      @Override
      public GateVerdict check(MergedState merge) {
        act.run();
        return GateVerdict.pass();
      }
    };
  }

  @Test
  void anEqualIncrementThatReachesMainDuringAMergeIsAddedUp() {
    AtomicInteger asked = new AtomicInteger();
    MergeGate crew =
        gate(
            () -> {
              if (asked.incrementAndGet() == 1) {
                main.commit("UPDATE t SET n = n + 8");
              }
            });
    try (MergeQueue queue =
        MergeQueue.builder(main.database()).policies(POLICIES).gate(crew).build()) {
      assertThat(submit(queue, main.branch("one", "UPDATE t SET n = n + 8")))
          .isInstanceOf(MergeOutcome.Merged.class);
    }
    assertThat(main.row("SELECT n FROM t")).isEqualTo("17");
    assertThat(asked).hasValue(2);
  }

  @Test
  void whatIsRejectedCannotBeApproved() {
    try (MergeQueue queue = main.queue()) {
      MergeRequest held = main.branch("one", "UPDATE t SET n = 2").hold();
      submit(queue, held);
      queue.reject(held.branch(), "witness", "no");

      assertThatThrownBy(() -> queue.approve(held.branch(), "crew"))
          .isInstanceOf(NotParkedException.class)
          .hasMessageContaining("rejected");
    }
    assertThat(main.row("SELECT n FROM t")).isEqualTo("1");
  }

  @Test
  void anApprovalIsNotOneOfLaterCommits() {
    try (MergeQueue queue = main.queue()) {
      MergeRequest held = main.branch("one", "UPDATE t SET n = 2").hold();
      submit(queue, held);
      main.run(held.branch(), "UPDATE t SET n = 666");
      main.seal(held.branch(), held.base());
      assertThat(MainAndBranches.await(queue.approve(held.branch(), "alice")))
          .isInstanceOf(MergeOutcome.Parked.class);
      MergeOutcome retried = MainAndBranches.await(queue.retry(held.branch(), "bob"));

      assertThat(((MergeOutcome.Parked) retried).reason())
          .isInstanceOf(ParkReason.GateWaiting.class);
      assertThat(main.row("SELECT n FROM t")).isEqualTo("1");
      assertThat(MainAndBranches.await(queue.approve(held.branch(), "bob")))
          .isInstanceOf(MergeOutcome.Merged.class);
      assertThat(main.row("SELECT message FROM dolt_log LIMIT 1"))
          .contains("Approved-By: bob")
          .doesNotContain("alice");
    }
  }

  @Test
  void rowsGivenForARequestOnHoldAreMergedWhenItIsApproved() {
    try (MergeQueue queue = main.queue(POLICIES)) {
      MergeRequest held = main.branch("other", "UPDATE t SET a = 'q'").hold();
      submit(queue, main.branch("one", "UPDATE t SET a = 'p'"));
      submit(queue, held);
      ResolvedRow row =
          ResolvedRow.of("t", Map.of("id", 1, "a", "hand", "n", 5, "updated_at", "2026-05-05"));
      assertThat(MainAndBranches.await(queue.resolve(held.branch(), "alice", List.of(row))))
          .isInstanceOf(MergeOutcome.Parked.class);

      assertThat(queue.review(held.branch()).diff().text()).contains("a=hand");
      assertThat(MainAndBranches.await(queue.approve(held.branch(), "bob")))
          .isInstanceOf(MergeOutcome.Merged.class);
    }
    assertThat(main.row("SELECT a, n FROM t")).isEqualTo("hand|5");
  }

  @Test
  void aRowByHandDoesNotEmptyColumnsTheBranchAdds() {
    try (MergeQueue queue = main.queue(POLICIES)) {
      MergeRequest other =
          main.branch("other", "ALTER TABLE t ADD COLUMN sev INT", "UPDATE t SET a = 'q', sev = 9");
      submit(queue, main.branch("one", "UPDATE t SET a = 'p'"));
      submit(queue, other);
      Map<String, Object> values = Map.of("id", 1, "a", "hand", "n", 5, "updated_at", "2026-05-05");
      MergeOutcome without =
          MainAndBranches.await(
              queue.resolve(other.branch(), "alice", List.of(ResolvedRow.of("t", values))));
      assertThat(((MergeOutcome.Parked) without).reason().message()).contains("sev");

      Map<String, Object> all = new HashMap<>(values);
      all.put("sev", 7);
      assertThat(
              MainAndBranches.await(
                  queue.resolve(other.branch(), "alice", List.of(ResolvedRow.of("t", all)))))
          .isInstanceOf(MergeOutcome.Merged.class);
    }
    assertThat(main.row("SELECT a, sev FROM t")).isEqualTo("hand|7");
  }

  @Test
  void aRowByHandCountsInTablesThatAreKeptFromDoltToo() {
    main.commit(
        "CREATE TABLE g (id VARCHAR(9) PRIMARY KEY, a INT, twice INT AS (a * 2) STORED)",
        "INSERT INTO g (id, a) VALUES ('k', 1)");
    ConflictPolicies park =
        ConflictPolicies.builder().table("g", g -> g.otherwise(Policy.park())).build();
    try (MergeQueue queue = main.queue(park)) {
      MergeRequest other = main.branch("other", "UPDATE g SET a = 3");
      submit(queue, main.branch("one", "UPDATE g SET a = 2"));
      assertThat(submit(queue, other)).isInstanceOf(MergeOutcome.Parked.class);
      ResolvedRow row = ResolvedRow.of("g", Map.of("id", "k", "a", 21));

      assertThat(MainAndBranches.await(queue.resolve(other.branch(), "alice", List.of(row))))
          .isInstanceOf(MergeOutcome.Merged.class);
    }
    assertThat(main.row("SELECT a, twice FROM g")).isEqualTo("21|42");
  }

  @Test
  void aColumnAddedOnMainDoesNotParkBranchesThatKnowNothingOfIt() {
    main.commit(
        "CREATE TABLE c (id INT PRIMARY KEY, a VARCHAR(20) COLLATE utf8mb4_0900_ai_ci, n INT,"
            + " updated_at DATETIME)",
        "INSERT INTO c VALUES (1, 'x', 1, '2026-01-01'), (2, 'x', 1, '2026-01-01')");
    MergeRequest early = main.branch("early", "UPDATE c SET n = 2 WHERE id = 1");
    main.commit("ALTER TABLE c ADD COLUMN extra INT DEFAULT 4", "UPDATE c SET n = 3 WHERE id = 2");
    main.mergeAll(early);

    assertThat(main.rows("SELECT n, extra FROM c ORDER BY id")).containsExactly("2|4", "3|4");
    assertThat(main.database().branches()).containsExactly(BranchName.MAIN.value());
  }
}
