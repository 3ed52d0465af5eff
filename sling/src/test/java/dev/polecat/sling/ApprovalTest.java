package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergePreview;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.spi.GateVerdict;
import dev.polecat.mergequeue.spi.MergeGate;
import dev.polecat.mergequeue.spi.MergedState;
import dev.polecat.sling.schema.Issue;
import dev.polecat.sling.schema.Issues;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a town's polecats finish can be looked at before it is on main. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class ApprovalTest {
  private static Polecat writer(Rig rig, String id) {
    Polecat polecat = rig.sling("toast", id);
    polecat.jdbi().useExtension(Issues.class, issues -> issues.insert(Issue.open(id, "Fix it")));
    return polecat;
  }

  @Test
  void doneWithAHoldIsOnMainOnlyAfterSomebodyApprovedTheDiff(DoltDatabase database) {
    try (TestRig test = TestRig.of(database)) {
      Polecat toast = writer(test.rig(), "gt-1");
      MergeOutcome held = TestRig.await(toast.done(MergeRequest::hold));

      assertThat(((MergeOutcome.Parked) held).reason()).isInstanceOf(ParkReason.GateWaiting.class);
      assertThat(test.rows("SELECT id FROM issues")).isEmpty();

      MergePreview review = test.rig().queue().review(toast.branch());
      assertThat(review.obstacle()).isEmpty();
      assertThat(review.diff().rows()).hasSize(1);
      assertThat(review.diff().text()).startsWith("issues: modified, +1 -0 ~0 rows\n+ {id=gt-1,");

      TestRig.merged(test.rig().queue().approve(toast.branch(), "witness"));
      assertThat(test.rows("SELECT id FROM issues")).containsExactly("gt-1");
      assertThat(test.rows("SELECT message FROM dolt_log LIMIT 1").get(0))
          .contains("Approved-By: witness");
      assertThat(test.rig().queue().parked()).isEmpty();
    }
  }

  @Test
  void aTownsGateSeesWhatIsAboutToBeMerged(DoltDatabase database) {
    MergeGate noFixes =
        new MergeGate() {
          @Override
          public String name() {
            return "titles";
          }

          @Override
          public GateVerdict check(MergedState merge) throws Exception {
            try (var statement = merge.connection().createStatement();
                var rows = statement.executeQuery("SELECT title FROM issues")) {
              return rows.next() && rows.getString(1).equals("Fix it")
                  ? GateVerdict.refuse("a title says nothing")
                  : GateVerdict.pass();
            }
          }
        };
    try (TestRig test =
        TestRig.of(database, config -> config.withQueue(queue -> queue.gate(noFixes)))) {
      Polecat toast = writer(test.rig(), "gt-1");

      assertThat(TestRig.await(toast.done()))
          .isInstanceOfSatisfying(
              MergeOutcome.Parked.class,
              parked ->
                  assertThat(parked.reason())
                      .isEqualTo(new ParkReason.GateRefused("titles", "a title says nothing")));
      assertThat(test.rows("SELECT id FROM issues")).isEmpty();
    }
  }
}
