package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.spi.Steps;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.sling.SweepReport.Action;
import dev.polecat.sling.SweepReport.Swept;
import dev.polecat.sling.schema.Issue;
import dev.polecat.sling.schema.Issues;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sweep tidies up after processes that died, and takes nothing from those that live. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class SweepTest {
  private TestRig dead;
  private TestRig test;
  private Rig rig;

  @BeforeEach
  void open(DoltDatabase database) {
    dead = TestRig.of(database, TownConfig::withMergingLeftToOthers);
    test = TestRig.withoutSchema(database, TownConfig::withMergingLeftToOthers);
    rig = test.rig();
  }

  @AfterEach
  void close() {
    Steps.unwatch();
    test.close();
    dead.close();
  }

  private static void insert(Polecat polecat, String id) {
    polecat.jdbi().useExtension(Issues.class, all -> all.insert(Issue.open(id, "title")));
  }

  /** A branch whose process died long ago. */
  private Polecat abandoned(String name, String... beads) {
    Polecat polecat = dead.rig().sling(name, "gt-1");
    for (String bead : beads) {
      insert(polecat, bead);
    }
    polecat.close();
    dead.expire(polecat.branch());
    return polecat;
  }

  private Polecat abandonedWithUncommittedRows(String name, String bead) {
    Polecat polecat = dead.rig().sling(name, "gt-1", CommitMode.EXPLICIT);
    insert(polecat, bead);
    polecat.close();
    dead.expire(polecat.branch());
    return polecat;
  }

  private static void stopAt(String step) {
    Steps.watch(
        reached -> {
          if (reached.equals(step)) {
            throw new Died(step);
          }
        });
  }

  private static final class Died extends Error {
    private static final long serialVersionUID = 1L;

    Died(String step) {
      super(step);
    }
  }

  private void assertGone(BranchName branch) {
    assertThat(rig.database().head(branch)).isEmpty();
    assertThat(rig.ledger().entry(branch)).isEmpty();
  }

  private void assertSwept(SweepReport report, BranchName branch, Action action) {
    assertThat(report.branches()).extracting(Swept::branch).containsExactly(branch.value());
    assertThat(report.branches(action)).containsExactly(branch.value());
  }

  @ParameterizedTest
  @EnumSource(Abandoned.class)
  void whatIsWorkedOnWaitsOrIsParkedIsLeftAlone(Abandoned abandoned) {
    Polecat working = dead.rig().sling("working", "gt-1");
    insert(working, "gt-1");
    Polecat waiting = dead.rig().sling("waiting", "gt-2");
    insert(waiting, "gt-2");
    waiting.leave();
    Polecat parked = dead.rig().sling("parked", "gt-3");
    parked.leave();
    insertOnMain("gt-0");
    Polecat cancelled = dead.rig().sling("cancelled", "gt-4");
    insert(cancelled, "gt-4");
    cancelled.leave();
    rig.queue().cancel(cancelled.branch(), "crew", "why");
    List<String> before = test.everything();

    assertThat(rig.sweep(abandoned).branches()).isEmpty();
    assertThat(test.everything()).isEqualTo(before);
  }

  private void insertOnMain(String id) {
    rig.main().jdbi().useExtension(Issues.class, all -> all.insert(Issue.open(id, "on main")));
  }

  @ParameterizedTest
  @EnumSource(Abandoned.class)
  void whatHasNothingOfItsOwnIsDeleted(Abandoned abandoned) {
    Polecat idle = abandoned("idle");
    insertOnMain("gt-0");

    assertSwept(rig.sweep(abandoned), idle.branch(), Action.DELETED);
    assertGone(idle.branch());
    assertThat(rig.sweep(abandoned).branches()).isEmpty();
  }

  @Test
  void workThatIsNotOnMainIsKeptAndCanBeTakenUp() {
    Polecat toast = abandoned("toast", "gt-1");
    List<String> before = test.everything();

    assertSwept(rig.sweep(Abandoned.KEEP), toast.branch(), Action.KEPT);
    assertThat(test.everything()).isEqualTo(before);
    Polecat taken = rig.resume(toast.branch());
    assertThat(taken.jdbi().withExtension(Issues.class, Issues::list)).hasSize(1);
  }

  @Test
  void uncommittedRowsAreKept() {
    Polecat toast = abandonedWithUncommittedRows("toast", "gt-1");
    List<String> before = test.everything();

    assertSwept(rig.sweep(Abandoned.KEEP), toast.branch(), Action.KEPT);
    assertThat(test.everything()).isEqualTo(before);
  }

  @Test
  void submittedWorkIsMergedUncommittedRowsIncluded() {
    Polecat committed = abandoned("committed", "gt-1");
    Polecat uncommitted = abandonedWithUncommittedRows("uncommitted", "gt-2");
    SweepReport report = rig.sweep(Abandoned.SUBMIT);

    assertThat(report.branches(Action.SUBMITTED))
        .containsExactly(committed.branch().value(), uncommitted.branch().value());
    assertThat(test.state(committed.branch())).contains(State.SEALED);
    try (TestRig merging = TestRig.withoutSchema(rig.database(), config -> config)) {
      merging.rig().queue();
      TestRig.waitFor("merges", () -> merging.rig().queue().pending() == 0);
    }
    assertThat(test.rows("SELECT id FROM issues AS OF 'main' ORDER BY id"))
        .containsExactly("gt-1", "gt-2");
    assertGone(committed.branch());
    assertGone(uncommitted.branch());
  }

  @Test
  void aQueueThatRunsMergesWhatASweepSubmits() {
    Polecat toast = abandoned("toast", "gt-1");
    try (TestRig merging = TestRig.withoutSchema(rig.database(), config -> config)) {
      merging.rig().queue();
      merging.rig().sweep(Abandoned.SUBMIT);
      TestRig.waitFor("merge", () -> merging.state(toast.branch()).isEmpty());
    }
    assertGone(toast.branch());
    assertThat(test.rows("SELECT id FROM issues")).containsExactly("gt-1");
  }

  @Test
  void aBranchSomebodyIsOnIsKept() throws SQLException {
    Polecat idle = abandoned("idle");
    try (Connection foreign = rig.database().connect(idle.branch())) {
      assertThat(foreign.isValid(5)).isTrue();
      List<String> before = test.everything();
      assertSwept(rig.sweep(Abandoned.SUBMIT), idle.branch(), Action.KEPT);
      assertThat(test.everything()).isEqualTo(before);
    }
    assertSwept(rig.sweep(Abandoned.KEEP), idle.branch(), Action.DELETED);
  }

  @Test
  void aMergedBranchThatSomebodyWasOnIsDeletedLater() throws SQLException {
    Polecat toast = dead.rig().sling("toast", "gt-1");
    insert(toast, "gt-1");
    try (TestRig merging = TestRig.withoutSchema(rig.database(), config -> config);
        Connection foreign = rig.database().connect(toast.branch())) {
      assertThat(foreign.isValid(5)).isTrue();
      merging.rig().queue();
      assertThat(TestRig.await(toast.done())).isInstanceOf(MergeOutcome.AlreadyMerged.class);
    }
    assertThat(test.state(toast.branch())).contains(State.MERGED);
    assertSwept(rig.sweep(Abandoned.KEEP), toast.branch(), Action.DELETED);
    assertGone(toast.branch());
  }

  @Test
  void aSlingThatDiedBeforeItsBranchIsForgottenWhenItsLeaseHasRunOut() {
    BranchName branch = diedSling("sling.recorded");
    assertThat(rig.database().head(branch)).isEmpty();

    assertThat(rig.sweep(Abandoned.SUBMIT).branches()).isEmpty();
    test.expire(branch);
    assertSwept(rig.sweep(Abandoned.SUBMIT), branch, Action.FORGOTTEN);
    assertGone(branch);
  }

  @Test
  void aSlingThatDiedAfterItsBranchIsUndoneWhenItsLeaseHasRunOut() {
    BranchName branch = diedSling("sling.branched");
    assertThat(rig.database().head(branch)).isPresent();

    assertThat(rig.sweep(Abandoned.SUBMIT).branches()).isEmpty();
    test.expire(branch);
    assertSwept(rig.sweep(Abandoned.SUBMIT), branch, Action.DELETED);
    assertGone(branch);
  }

  private BranchName diedSling(String step) {
    stopAt(step);
    assertThatThrownBy(() -> dead.rig().sling("toast", "gt-1")).isInstanceOf(Died.class);
    Steps.unwatch();
    List<LedgerEntry> active = rig.ledger().entries(Set.of(State.ACTIVE));
    return active.get(active.size() - 1).branch();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nuke.recorded", "nuke.tagged", "nuke.deleted"})
  void aNukeThatDiedIsFinished(String step) {
    Polecat toast = dead.rig().sling("toast", "gt-1", CommitMode.EXPLICIT);
    insert(toast, "gt-1");
    stopAt(step);
    assertThatThrownBy(toast::nuke).isInstanceOf(Died.class);
    Steps.unwatch();

    assertSwept(rig.sweep(Abandoned.KEEP), toast.branch(), Action.NUKED);
    assertGone(toast.branch());
    assertThat(test.rows("SELECT id FROM issues AS OF 'nuked/" + toast.branch() + "'"))
        .containsExactly("gt-1");
    assertThat(rig.sweep(Abandoned.KEEP).branches()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nuke.recorded", "nuke.deleted"})
  void aNukeWithoutTagThatDiedIsFinishedWithoutTag(String step) {
    Polecat toast = dead.rig().sling("toast", "gt-1");
    insert(toast, "gt-1");
    toast.close();
    stopAt(step);
    assertThatThrownBy(() -> dead.rig().nukeWithoutTag(toast.branch())).isInstanceOf(Died.class);
    Steps.unwatch();

    assertSwept(rig.sweep(Abandoned.KEEP), toast.branch(), Action.NUKED);
    assertGone(toast.branch());
    assertThat(test.rows("SELECT * FROM dolt_tags")).isEmpty();
  }

  @Test
  void aBranchTheLedgerDoesNotKnowIsReportedAndLeftAlone() {
    BranchName unknown = BranchName.of("polecat-old-1");
    rig.database().createBranch(unknown, BranchName.MAIN);
    rig.database().createBranch(BranchName.of("somebodys"), BranchName.MAIN);

    assertSwept(rig.sweep(Abandoned.SUBMIT), unknown, Action.UNKNOWN);
    assertThat(rig.database().branches()).contains(unknown.value(), "somebodys");
  }

  @Test
  void branchesOfAMergeThatDiedAreDeletedWhenTheyAreOld() {
    BranchName old = leftover(Instant.now().minusSeconds(3_700));
    BranchName recent = leftover(Instant.now().minusSeconds(3_000));

    assertSwept(rig.sweep(Abandoned.KEEP), old, Action.DELETED);
    assertThat(rig.database().branches()).contains(recent.value()).doesNotContain(old.value());
  }

  private BranchName leftover(Instant created) {
    String time =
        DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC).format(created);
    BranchName branch = BranchName.of("merge-align-" + time + "-" + UUID.randomUUID());
    rig.database().createBranch(branch, BranchName.MAIN);
    return branch;
  }

  @ParameterizedTest
  @EnumSource(Abandoned.class)
  void aDryRunSaysWhatWouldBeDoneAndChangesNothing(Abandoned abandoned) {
    abandoned("idle");
    abandoned("work", "gt-1");
    abandonedWithUncommittedRows("rows", "gt-2");
    BranchName recorded = diedSling("sling.recorded");
    Polecat nuked = abandoned("nuked", "gt-3");
    stopAt("nuke.recorded");
    assertThatThrownBy(() -> dead.rig().nuke(nuked.branch())).isInstanceOf(Died.class);
    Steps.unwatch();
    Polecat waiting = dead.rig().sling("waiting", "gt-4");
    insert(waiting, "gt-4");
    waiting.leave();
    leftover(Instant.now().minusSeconds(3_700));
    rig.database().createBranch(BranchName.of("polecat-old-1"), BranchName.MAIN);
    test.expire(recorded);
    List<String> before = test.everything();

    try (TestRig merging = TestRig.withoutSchema(rig.database(), config -> config)) {
      SweepReport dry = merging.rig().sweepDryRun(abandoned);
      assertThat(merging.hasQueue()).as("a queue that would merge").isFalse();
      assertThat(test.everything()).isEqualTo(before);
      assertThat(dry.dryRun()).isTrue();
      SweepReport real = rig.sweep(abandoned);
      assertThat(dry.branches()).isEqualTo(real.branches());
      assertThat(dry.branches()).extracting(Swept::action).contains(expected(abandoned));
    }
    assertThat(test.state(waiting.branch())).contains(State.SEALED);
  }

  private static Action[] expected(Abandoned abandoned) {
    return new Action[] {
      Action.DELETED,
      Action.FORGOTTEN,
      Action.NUKED,
      abandoned == Abandoned.KEEP ? Action.KEPT : Action.SUBMITTED,
      Action.UNKNOWN
    };
  }

  @Test
  void aRequestThatIsHandedInAgainAfterItsSweepIsMergedOnce() {
    Polecat toast = abandoned("toast", "gt-1");
    rig.sweep(Abandoned.SUBMIT);
    MergeRequest swept = rig.ledger().entry(toast.branch()).orElseThrow().request();
    try (TestRig merging = TestRig.withoutSchema(rig.database(), config -> config)) {
      TestRig.await(merging.rig().queue().submit(swept));
    }
    assertThat(test.rows("SELECT COUNT(*) FROM dolt_log WHERE message LIKE 'Merge branch%'"))
        .containsExactly("1");
  }
}
