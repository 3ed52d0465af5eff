package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.spi.Steps;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.Policy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A branch can be taken up where another process left it, as long as it is nobody's past. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class ResumeTest {
  private TestRig test;
  private TestRig next;
  private Rig rig;

  @BeforeEach
  void open(DoltDatabase database) {
    test = TestRig.of(database, ResumeTest::parking);
    next = TestRig.withoutSchema(database, ResumeTest::parking);
    rig = next.rig();
    test.run(
        BranchName.MAIN,
        "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))",
        "INSERT INTO t VALUES (1, 'a')",
        "CALL DOLT_COMMIT('-Am', 'table t')");
  }

  private static TownConfig parking(TownConfig config) {
    return config.withPolicies(
        ConflictPolicies.builder().table("t", t -> t.otherwise(Policy.park())).build());
  }

  @AfterEach
  void close() {
    Steps.unwatch();
    test.close();
    next.close();
  }

  private static void execute(Polecat polecat, String sql) {
    polecat.jdbi().useHandle(handle -> handle.execute(sql));
  }

  private Polecat abandoned(String... statements) {
    Polecat polecat = test.rig().sling("toast", "gt-1");
    for (String sql : statements) {
      execute(polecat, sql);
    }
    test.close();
    return polecat;
  }

  private BranchName parked() {
    Polecat polecat = test.rig().sling("toast", "gt-1");
    execute(polecat, "UPDATE t SET v = 'theirs' WHERE id = 1");
    test.run(BranchName.MAIN, "UPDATE t SET v = 'ours'", "CALL DOLT_COMMIT('-Am', 'ours')");
    assertThat(TestRig.await(polecat.done())).isInstanceOf(MergeOutcome.Parked.class);
    return polecat.branch();
  }

  @Test
  void anotherTownWritesOnAndFinishes() {
    Polecat left = abandoned("INSERT INTO t VALUES (2, 'before')");
    Polecat taken = rig.resume(left.branch());
    execute(taken, "INSERT INTO t VALUES (3, 'after')");

    assertThat(taken.name()).isEqualTo(left.name());
    assertThat(taken.bead()).isEqualTo(left.bead());
    assertThat(taken.base()).isEqualTo(left.base());
    MergeOutcome.Merged merged = TestRig.merged(taken.done());
    assertThat(merged.request().trailers())
        .containsEntry("Polecat", "toast")
        .containsEntry("Bead", "gt-1");
    assertThat(next.rows("SELECT id FROM t ORDER BY id")).containsExactly("1", "2", "3");
    assertThat(next.state(left.branch())).isEmpty();
  }

  @Test
  void aParkedBranchIsMendedAndHandedInAgain() {
    BranchName branch = parked();
    Polecat taken = rig.resume(branch);
    assertThat(next.state(branch)).contains(State.ACTIVE);
    assertThat(rig.queue().parked()).isEmpty();
    execute(taken, "UPDATE t SET v = 'ours' WHERE id = 1");
    execute(taken, "INSERT INTO t VALUES (2, 'mended')");

    TestRig.merged(taken.done());
    assertThat(next.rows("SELECT id, v FROM t ORDER BY id")).containsExactly("1|ours", "2|mended");
    assertThat(next.state(branch)).isEmpty();
  }

  @Test
  void aParkedBranchThatWasNotMendedParksAgainWithItsHistory() {
    BranchName branch = parked();

    assertThat(TestRig.await(rig.resume(branch).done())).isInstanceOf(MergeOutcome.Parked.class);
    assertThat(rig.queue().parked(branch).orElseThrow().events()).hasSize(2);
    assertThat(next.rows("SELECT v FROM t")).containsExactly("ours");
  }

  @Test
  void aRejectedBranchCanBeTakenUpToo() {
    BranchName branch = parked();
    rig.queue().reject(branch, "crew", "no");
    Polecat taken = rig.resume(branch);
    execute(taken, "UPDATE t SET v = 'ours' WHERE id = 1");

    TestRig.merged(taken.done());
  }

  @Test
  void whatWaitsIsRefused() {
    rig.queue().pause("crew", "why");
    Polecat polecat = test.rig().sling("toast", "gt-1");
    execute(polecat, "INSERT INTO t VALUES (2, 'b')");
    polecat.leave();
    LedgerEntry before = rig.ledger().entry(polecat.branch()).orElseThrow();

    assertRefused(polecat.branch(), "SEALED");
    assertThat(rig.ledger().entry(polecat.branch())).contains(before);
    rig.queue().resume();
    TestRig.waitFor("merge", () -> next.state(polecat.branch()).isEmpty());
    assertUnknown(polecat.branch());
  }

  private void assertRefused(BranchName branch, String state) {
    assertThatThrownBy(() -> rig.resume(branch))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(branch.value())
        .hasMessageContaining(state);
  }

  private void assertUnknown(BranchName branch) {
    assertThatThrownBy(() -> rig.resume(branch))
        .isInstanceOf(InvalidNameException.class)
        .hasMessageContaining(branch.value())
        .hasMessageContaining("adopt");
  }

  @Test
  void whatIsMergedButStillThereCanBeWorkedOnAgain() throws SQLException {
    Polecat polecat = test.rig().sling("toast", "gt-1");
    execute(polecat, "INSERT INTO t VALUES (2, 'b')");
    try (Connection foreign = rig.database().connect(polecat.branch())) {
      assertThat(foreign.isValid(5)).isTrue();
      assertThat(TestRig.merged(polecat.done()).branchKept()).isPresent();
    }
    assertThat(test.state(polecat.branch())).contains(LedgerEntry.State.MERGED);
    try (Polecat again = rig.resume(polecat.branch())) {
      execute(again, "INSERT INTO t VALUES (3, 'c')");
      TestRig.merged(again.done());
    }
    assertThat(test.rows("SELECT id FROM t WHERE id > 1 ORDER BY id")).containsExactly("2", "3");
  }

  @Test
  void whatIsBeingThrownAwayIsRefused() {
    Polecat polecat = test.rig().sling("toast", "gt-1");
    Steps.watch(
        step -> {
          if (step.equals("nuke.recorded")) {
            throw new IllegalStateException("died");
          }
        });
    assertThatThrownBy(polecat::nuke).hasMessage("died");

    assertRefused(polecat.branch(), "NUKED");
  }

  @Test
  void whatNobodySlungIsRefused() {
    assertUnknown(BranchName.of("polecat-nobody"));
    assertUnknown(BranchName.MAIN);
  }

  @Test
  void aBranchTheLedgerLostIsAdoptedAndFinished() {
    Polecat lost = abandoned("INSERT INTO t VALUES (2, 'b')");
    rig.ledger().remove(rig.ledger().entries(Set.of(State.ACTIVE)));
    next.run(BranchName.MAIN, "INSERT INTO t VALUES (3, 'c')", "CALL DOLT_COMMIT('-Am', 'c')");
    Polecat adopted = rig.adopt(lost.branch(), "toast", "gt-2");

    assertThat(adopted.base()).isEqualTo(lost.base());
    assertThat(next.state(lost.branch())).contains(State.ACTIVE);
    TestRig.merged(adopted.done());
    assertThat(next.rows("SELECT id FROM t ORDER BY id")).containsExactly("1", "2", "3");
  }

  @Test
  void onlyABranchThatExistsAndIsUnknownIsAdopted() {
    Polecat known = test.rig().sling("toast", "gt-1");

    assertThatThrownBy(() -> rig.adopt(known.branch(), "toast", "gt-1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("resume");
    assertThatThrownBy(() -> rig.adopt(BranchName.MAIN, "toast", "gt-1"))
        .isInstanceOf(InvalidNameException.class);
    assertThatThrownBy(() -> rig.adopt(BranchName.of("nowhere"), "toast", "gt-1"))
        .isInstanceOf(InvalidNameException.class);
    assertThatThrownBy(() -> rig.adopt(BranchName.of("nowhere"), "No Name", "gt-1"))
        .isInstanceOf(InvalidNameException.class);
    assertThat(next.state(BranchName.of("nowhere"))).isEmpty();
  }
}
