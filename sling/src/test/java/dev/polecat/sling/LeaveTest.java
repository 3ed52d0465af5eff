package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.QueueClosedException;
import dev.polecat.sling.schema.Issue;
import dev.polecat.sling.schema.Issues;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A short-lived process leaves its merge to whoever runs a queue, and nothing is lost. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class LeaveTest {
  private static Polecat sling(TestRig test, String bead) {
    Polecat polecat = test.rig().sling("toast", bead, CommitMode.EXPLICIT);
    polecat.jdbi().useExtension(Issues.class, all -> all.insert(Issue.open(bead, "uncommitted")));
    return polecat;
  }

  private static TestRig next(DoltDatabase database) {
    return TestRig.withoutSchema(database, config -> config);
  }

  private static void assertMerged(TestRig test, Polecat polecat, String... beads) {
    assertThat(test.rows("SELECT id FROM issues AS OF 'main' ORDER BY id")).containsExactly(beads);
    assertThat(test.rows("SELECT COUNT(*) FROM dolt_log WHERE message LIKE 'Merge branch%'"))
        .containsExactly(Integer.toString(beads.length));
    assertThat(test.rig().database().head(polecat.branch())).isEmpty();
  }

  @Test
  void whatOneTownLeavesAnotherMerges(DoltDatabase database) {
    Polecat polecat;
    try (TestRig test = TestRig.of(database)) {
      polecat = sling(test, "gt-1");
      polecat.leave();
      assertThat(test.hasQueue()).isFalse();
      assertThat(test.state(polecat.branch())).contains(State.SEALED);
    }
    try (TestRig next = next(database)) {
      next.rig().queue();
      TestRig.waitFor("merge", () -> next.state(polecat.branch()).isEmpty());
      assertMerged(next, polecat, "gt-1");
    }
  }

  @Test
  void whatIsLeftCanBeNamedAndIsNoDryRun(DoltDatabase database) {
    try (TestRig test = TestRig.of(database)) {
      Polecat polecat = sling(test, "gt-1");
      assertThatThrownBy(() -> polecat.leave(request -> request.asDryRun()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(test.state(polecat.branch())).contains(State.ACTIVE);

      polecat.leave(request -> request.withSubject("Fix the pump"));
      test.rig().queue();
      TestRig.waitFor("merge", () -> test.state(polecat.branch()).isEmpty());
      assertThat(test.rows("SELECT COUNT(*) FROM dolt_log WHERE message LIKE 'Fix the pump%'"))
          .containsExactly("1");
    }
  }

  @Test
  void leavingTwiceIsOneMerge(DoltDatabase database) {
    try (TestRig test = TestRig.of(database)) {
      Polecat polecat = sling(test, "gt-1");
      polecat.leave();
      polecat.leave();
      test.rig().queue();
      TestRig.waitFor("merge", () -> test.state(polecat.branch()).isEmpty());
      assertMerged(test, polecat, "gt-1");
    }
  }

  @Test
  void whoLeftItCanStillWaitForTheOutcome(DoltDatabase database) {
    try (TestRig test = TestRig.of(database)) {
      Polecat polecat = sling(test, "gt-1");
      polecat.leave();
      assertThat(TestRig.await(polecat.done())).isInstanceOf(MergeOutcome.Merged.class);
      polecat.leave();
      assertMerged(test, polecat, "gt-1");
      assertThat(test.state(polecat.branch())).isEmpty();
    }
  }

  @Test
  void nothingIsWrittenAfterwards(DoltDatabase database) {
    try (TestRig test = TestRig.of(database)) {
      Polecat polecat = sling(test, "gt-1");
      polecat.leave();
      assertThatThrownBy(() -> polecat.dataSource().getConnection())
          .isInstanceOf(SQLException.class);
      assertThatThrownBy(polecat::nuke).isInstanceOf(IllegalStateException.class);
      assertThat(test.state(polecat.branch())).contains(State.SEALED);
    }
  }

  @Test
  void aConnectionInUseKeepsTheBranchOpen(DoltDatabase database) throws SQLException {
    try (TestRig test =
        TestRig.of(database, config -> config.withSealTimeout(Duration.ofMillis(100)))) {
      Polecat polecat = sling(test, "gt-1");
      try (Connection inUse = polecat.dataSource().getConnection()) {
        assertThat(inUse.isValid(5)).isTrue();
        assertThatThrownBy(polecat::leave).isInstanceOf(StillWritingException.class);
      }
      assertThat(test.state(polecat.branch())).contains(State.ACTIVE);
      polecat.leave();
      assertThat(test.state(polecat.branch())).contains(State.SEALED);
    }
  }

  @Test
  void withALedgerInMemoryTheTownItselfMergesItBeforeItCloses(DoltDatabase database) {
    Polecat polecat;
    try (TestRig test = TestRig.of(database, TownConfig::withLedgerInMemory)) {
      polecat = sling(test, "gt-1");
      polecat.leave();
    }
    try (TestRig next = next(database)) {
      assertMerged(next, polecat, "gt-1");
    }
  }

  @Test
  void withALedgerInMemoryItIsRefusedWhenTheTownIsClosed(DoltDatabase database) {
    TestRig test = TestRig.of(database, TownConfig::withLedgerInMemory);
    Polecat polecat = sling(test, "gt-1");
    test.rig().close();

    assertThatThrownBy(polecat::leave).isInstanceOf(QueueClosedException.class);
    assertThat(test.rig().polecatBranches()).containsExactly(polecat.branch().value());
    test.close();
  }

  @Test
  void withALedgerInMemoryNoDatabaseIsMadeForIt(DoltDatabase database) {
    try (TestRig test =
        TestRig.of(database, config -> config.withLedger("unused_ledger").withLedgerInMemory())) {
      TestRig.merged(sling(test, "gt-1").done());
      assertThat(test.town().server().databases()).doesNotContain("unused_ledger");
    }
  }
}
