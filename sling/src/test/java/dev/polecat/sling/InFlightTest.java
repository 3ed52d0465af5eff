package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.sling.schema.Issue;
import dev.polecat.sling.schema.Issues;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Everybody sees what everybody else has not brought to main yet. */
@ExtendWith(DoltTestServer.class)
class InFlightTest {
  private TestRig town;
  private Rig rig;

  @BeforeEach
  void open(DoltDatabase database) {
    town = TestRig.of(database);
    rig = town.rig();
    rig.main().jdbi().useExtension(Issues.class, i -> i.insert(Issue.open("gt-1", "One")));
  }

  @AfterEach
  void close() {
    town.close();
  }

  private List<String> inFlight() {
    try (Stream<InFlightRow> rows = rig.inFlight("issues")) {
      return rows.map(
              row ->
                  "%s %s %s %s"
                      .formatted(
                          row.polecat(), row.bead(), row.change().kind(), row.change().key()))
          .sorted()
          .toList();
    }
  }

  @Test
  void workOfLivePolecatsIsSeenWithItsOwnerUntilItIsOnMain() {
    Polecat toast = rig.sling("toast", "gt-1");
    toast.jdbi().useExtension(Issues.class, issues -> issues.close("gt-1"));
    Polecat nux = rig.sling("nux", "gt-2", CommitMode.EXPLICIT);
    nux.jdbi().useExtension(Issues.class, i -> i.insert(Issue.open("gt-2", "Two")));

    assertThat(inFlight())
        .containsExactly("nux gt-2 ADDED {id=gt-2}", "toast gt-1 MODIFIED {id=gt-1}");
    assertThat(rig.inFlight())
        .extracting(t -> t.polecat() + " " + t.table().name() + " " + t.uncommitted())
        .containsExactlyInAnyOrder("toast issues false", "nux issues true");

    TestRig.merged(toast.done());
    assertThat(inFlight()).containsExactly("nux gt-2 ADDED {id=gt-2}");
    nux.nuke();
    assertThat(inFlight()).isEmpty();
    assertThat(rig.inFlight()).isEmpty();
  }

  @Test
  void parkedWorkIsInFlightAndBranchesTheLedgerDoesNotKnowAreNot() {
    Polecat toast = rig.sling("toast", "gt-1");
    toast.jdbi().useExtension(Issues.class, issues -> issues.close("gt-1"));
    TestRig.await(toast.done(request -> request.hold()));
    BranchName other = BranchName.of("other");
    rig.database().createBranch(other, BranchName.MAIN);
    town.run(other, "DELETE FROM issues");

    assertThat(inFlight()).containsExactly("toast gt-1 MODIFIED {id=gt-1}");
  }
}
