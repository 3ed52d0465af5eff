package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.spi.Steps;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.sling.schema.Issue;
import dev.polecat.sling.schema.Issues;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nuke takes a branch away and keeps what was on it. */
@ExtendWith(DoltTestServer.class)
class NukeTest {
  private TestRig test;
  private Rig rig;
  private Polecat toast;

  @BeforeEach
  void open(DoltDatabase database) {
    test = TestRig.of(database, config -> config.withSealTimeout(Duration.ofMillis(150)));
    rig = test.rig();
    toast = rig.sling("toast", "gt-1", CommitMode.EXPLICIT);
    toast.jdbi().useExtension(Issues.class, all -> all.insert(Issue.open("gt-1", "committed")));
    toast.commit("committed");
    toast.jdbi().useExtension(Issues.class, all -> all.insert(Issue.open("gt-2", "uncommitted")));
  }

  @AfterEach
  void close() {
    Steps.unwatch();
    test.close();
  }

  @Test
  void theBranchIsGoneAndATagKeepsItsRowsUncommittedOnesIncluded() {
    CommitHash tagged = toast.nuke();

    assertThat(rig.polecatBranches()).isEmpty();
    assertThat(test.rows("SELECT tag_name, tag_hash FROM dolt_tags"))
        .containsExactly("nuked/" + toast.branch() + "|" + tagged);
    assertThat(test.rows("SELECT id FROM issues AS OF 'nuked/" + toast.branch() + "' ORDER BY id"))
        .containsExactly("gt-1", "gt-2");
    assertThat(test.rows("SELECT id FROM issues")).isEmpty();
  }

  @Test
  void afterwardsTheHandleDoesNothingMore() {
    toast.nuke();

    assertThatThrownBy(toast::done).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(toast::nuke).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> toast.dataSource().getConnection()).isInstanceOf(SQLException.class);
    toast.close();
  }

  @Test
  void whatIsDoneCannotBeNuked() {
    TestRig.merged(toast.done());

    assertThatThrownBy(toast::nuke).isInstanceOf(IllegalStateException.class);
    assertThat(test.rows("SELECT COUNT(*) FROM issues")).containsExactly("2");
  }

  @Test
  void aConnectionInUseKeepsTheBranch() throws SQLException {
    try (Connection inUse = toast.dataSource().getConnection()) {
      assertThat(inUse.isValid(5)).isTrue();
      assertThatThrownBy(toast::nuke).isInstanceOf(StillWritingException.class);
      assertThat(rig.polecatBranches()).containsExactly(toast.branch().value());
    }
    toast.nuke();
    assertThat(rig.polecatBranches()).isEmpty();
  }

  @Test
  void withoutTagNothingIsLeft() {
    toast.close();
    rig.nukeWithoutTag(toast.branch());

    assertThat(rig.polecatBranches()).isEmpty();
    assertThat(rig.ledger().entry(toast.branch())).isEmpty();
    assertThat(test.rows("SELECT * FROM dolt_tags")).isEmpty();
  }

  @Test
  void anotherTownCanNukeByName() {
    toast.close();
    try (TestRig other = TestRig.withoutSchema(rig.database(), config -> config)) {
      CommitHash tagged = other.rig().nuke(toast.branch()).orElseThrow();
      assertThat(test.rows("SELECT tag_hash FROM dolt_tags")).containsExactly(tagged.value());
    }
    assertThat(rig.ledger().entry(toast.branch())).isEmpty();
  }

  @Test
  void whatWaitsOrIsUnknownIsNotNuked() {
    rig.queue().pause("crew", "why");
    toast.leave();
    CommitHash head = rig.database().head(toast.branch()).orElseThrow();

    assertThatThrownBy(() -> rig.nuke(toast.branch()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cancel");
    assertThatThrownBy(() -> rig.nukeWithoutTag(toast.branch()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(rig.database().head(toast.branch())).contains(head);
    assertThatThrownBy(() -> rig.nuke(BranchName.of("polecat-nobody")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("polecat-nobody");
    rig.queue().cancel(toast.branch(), "crew", "why");
    assertThat(rig.nuke(toast.branch())).contains(head);
    rig.queue().resume();
  }

  /** Has something done once, when a step is reached. */
  private static void at(String step, Runnable action) {
    Steps.watch(
        reached -> {
          if (reached.equals(step)) {
            Steps.unwatch();
            action.run();
          }
        });
  }

  @Test
  void whatIsWrittenWhileItIsThrownAwayIsKeptToo() {
    at(
        "nuke.tagged",
        () -> {
          try (Connection late = rig.database().connect(toast.branch());
              Statement statement = late.createStatement()) {
            statement.execute("INSERT INTO issues (id) VALUES ('gt-3')");
            statement.execute("CALL DOLT_COMMIT('-Am', 'acknowledged')");
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
    toast.nuke();

    assertThat(test.rows("SELECT id FROM issues AS OF 'nuked/" + toast.branch() + "' ORDER BY id"))
        .containsExactly("gt-1", "gt-2", "gt-3");
    assertThat(rig.polecatBranches()).isEmpty();
  }

  @Test
  void whatSomebodyElseThrewAwayIsNotMergedByDone() {
    at("done.sealed", () -> rig.nuke(toast.branch()));

    assertThatThrownBy(toast::done)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("thrown away");
    assertThat(test.rows("SELECT id FROM issues")).isEmpty();
    assertThat(rig.ledger().entry(toast.branch())).isEmpty();
    assertThat(test.rows("SELECT id FROM issues AS OF 'nuked/" + toast.branch() + "' ORDER BY id"))
        .containsExactly("gt-1", "gt-2");
  }
}
