package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.sling.SweepReport.Action;
import dev.polecat.sling.schema.Issue;
import dev.polecat.sling.schema.Issues;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to a branch while a sweep looks at it is respected. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class SweepRaceTest {
  private TestRig test;
  private Rig rig;
  private Polecat toast;

  @BeforeEach
  void abandonedBranch(DoltDatabase database) {
    test = TestRig.of(database, TownConfig::withMergingLeftToOthers);
    rig = test.rig();
    toast = rig.sling("toast", "gt-1");
    toast.close();
    test.expire(toast.branch());
  }

  @AfterEach
  void close() {
    test.close();
  }

  /** A sweep during which something happens just before it writes to the ledger. */
  private SweepReport sweep(Abandoned abandoned, String method, Runnable meanwhile) {
    boolean[] happened = new boolean[1];
    Ledger ledger =
        (Ledger)
            Proxy.newProxyInstance(
                Ledger.class.getClassLoader(),
                new Class<?>[] {Ledger.class},
                (proxy, called, arguments) -> {
                  if (called.getName().equals(method) && !happened[0]) {
                    happened[0] = true;
                    meanwhile.run();
                  }
                  try {
                    return called.invoke(rig.ledger(), arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    Nuke nuke = new Nuke(rig.database(), ledger);
    SweepReport report =
        new Sweep(rig.database(), ledger, rig::queue, nuke, false, abandoned).run();
    assertThat(happened).containsExactly(true);
    return report;
  }

  private void write(String... statements) {
    test.run(toast.branch(), statements);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CALL DOLT_COMMIT('-Am', 'late')",
        "SELECT 1 FROM issues", // the row stays uncommitted
      })
  void aBranchThatGetsWorkBetweenTheLookAndTheDeletionIsKept(String after) {
    SweepReport report =
        sweep(
            Abandoned.KEEP,
            "replace",
            () -> write("INSERT INTO issues (id) VALUES ('late')", after));

    assertThat(report.branches(Action.KEPT)).containsExactly(toast.branch().value());
    assertThat(test.rows(toast.branch(), "SELECT id FROM issues")).containsExactly("late");
    assertThat(test.state(toast.branch())).contains(State.ACTIVE);
    assertThat(rig.sweep(Abandoned.KEEP).branches(Action.KEPT)).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Abandoned.class)
  void aBranchThatIsTakenUpMeanwhileIsKeptAsItIs(Abandoned abandoned) {
    if (abandoned == Abandoned.SUBMIT) {
      write("INSERT INTO issues (id) VALUES ('gt-1')");
    }
    SweepReport report = sweep(abandoned, "replace", () -> rig.resume(toast.branch()));

    assertThat(report.branches(Action.KEPT)).containsExactly(toast.branch().value());
    LedgerEntry entry = rig.ledger().entry(toast.branch()).orElseThrow();
    assertThat(entry.state()).isEqualTo(State.ACTIVE);
    assertThat(entry.isExpired(rig.ledger().now())).isFalse();
    assertThat(rig.database().head(toast.branch())).isPresent();
  }

  @Test
  void whoIsDoneWhileItIsSweptIsMerged() {
    SweepReport report =
        sweep(
            Abandoned.SUBMIT,
            "replace",
            () -> {
              Polecat taken = rig.resume(toast.branch());
              taken
                  .jdbi()
                  .useExtension(Issues.class, all -> all.insert(Issue.open("gt-1", "title")));
              taken.leave();
            });

    assertThat(report.branches(Action.KEPT)).containsExactly(toast.branch().value());
    assertThat(test.state(toast.branch())).contains(State.SEALED);
    try (TestRig merging = TestRig.withoutSchema(rig.database(), config -> config)) {
      merging.rig().queue();
      TestRig.waitFor("merge", () -> test.state(toast.branch()).isEmpty());
    }
    assertThat(test.rows("SELECT id FROM issues")).containsExactly("gt-1");
  }

  @Test
  void aBranchSlungWhileItLooksIsNotCalledUnknown() {
    BranchName[] slung = new BranchName[1];
    SweepReport report =
        sweep(Abandoned.KEEP, "replace", () -> slung[0] = rig.sling("new", "gt-2").branch());

    assertThat(report.branches(Action.UNKNOWN)).isEmpty();
    assertThat(test.state(slung[0])).contains(State.ACTIVE);
  }
}
