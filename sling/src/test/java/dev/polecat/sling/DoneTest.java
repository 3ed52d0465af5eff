package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.CommitHash;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.QueueClosedException;
import dev.polecat.sling.schema.Issue;
import dev.polecat.sling.schema.Issues;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Done seals the branch, loses nothing on the way, and ends the writing. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class DoneTest {
  private TestRig test;
  private Rig rig;

  @BeforeEach
  void open(DoltDatabase database) {
    test = TestRig.of(database, config -> config.withSealTimeout(Duration.ofMillis(150)));
    rig = test.rig();
  }

  @AfterEach
  void close() {
    test.close();
  }

  private static void insert(Polecat polecat, String id) {
    polecat
        .jdbi()
        .useExtension(
            Issues.class, issues -> issues.insert(Issue.open(id, "by " + polecat.name())));
  }

  @Test
  void uncommittedRowsAreCommittedByThePolecatAndMerged() {
    Polecat toast = rig.sling("toast", "gt-1", CommitMode.EXPLICIT);
    insert(toast, "gt-1");
    MergeOutcome.Merged merged = TestRig.merged(toast.done());

    assertThat(test.rows("SELECT id FROM issues AS OF 'main'")).containsExactly("gt-1");
    assertThat(
            test.rows(
                "SELECT committer, message FROM dolt_log WHERE CONCAT(commit_hash, '') = '"
                    + merged.report().theirs()
                    + "'"))
        .containsExactly("toast|toast: gt-1, uncommitted rows");
  }

  /** A change that no status shows, as Dolt compares tables' columns without their comments. */
  @Test
  void anUncommittedCommentIsMerged() {
    Polecat toast = rig.sling("toast", "gt-1", CommitMode.EXPLICIT);
    toast
        .jdbi()
        .useHandle(
            handle ->
                handle.execute("ALTER TABLE issues MODIFY COLUMN priority INT COMMENT 'urgency'"));
    assertThat(rig.database().uncommittedTables(toast.branch())).isEmpty();
    TestRig.merged(toast.done());

    assertThat(test.rows("SHOW CREATE TABLE issues").get(0)).contains("COMMENT 'urgency'");
  }

  @Test
  void aDryRunOnlyLooksAndTheWorkGoesOn() {
    Polecat toast = rig.sling("toast", "gt-1");
    insert(toast, "gt-1");
    assertThat(TestRig.await(toast.done(MergeRequest::asDryRun)))
        .isInstanceOf(MergeOutcome.Previewed.class);

    assertThat(test.rows("SELECT id FROM issues AS OF 'main'")).isEmpty();
    assertThat(test.state(toast.branch())).contains(LedgerEntry.State.ACTIVE);
    insert(toast, "gt-2");
    TestRig.merged(toast.done());
    assertThat(test.rows("SELECT id FROM issues AS OF 'main' ORDER BY id"))
        .containsExactly("gt-1", "gt-2");
  }

  @Test
  void theMergeIsThePolecatsAndNamesTheBead() {
    Polecat toast = rig.sling("toast", "gt-42");
    insert(toast, "gt-42");
    MergeOutcome.Merged merged = TestRig.merged(toast.done());

    assertThat(merged.request().branch()).isEqualTo(toast.branch());
    assertThat(merged.request().base()).isEqualTo(toast.base());
    assertThat(test.rows("SELECT committer, message FROM dolt_log LIMIT 1").get(0).strip())
        .isEqualTo(
            "toast|Merge branch "
                + toast.branch()
                + "\n\nPolecat: toast\nBead: gt-42\nSealed-Commit: "
                + merged.report().theirs());
  }

  @Test
  void doneTwiceIsTheSameStage() {
    Polecat toast = rig.sling("toast", "gt-1");
    insert(toast, "gt-1");
    CompletionStage<MergeOutcome> stage = toast.done();

    assertThat(toast.done()).isSameAs(stage);
    TestRig.merged(stage);
    assertThat(toast.done()).isSameAs(stage);
  }

  @Test
  void doneFromManyThreadsIsOneMerge() throws Exception {
    Polecat toast = rig.sling("toast", "gt-1");
    insert(toast, "gt-1");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<CompletionStage<MergeOutcome>>> stages =
          threads.invokeAll(
              IntStream.range(0, 8)
                  .mapToObj(
                      i ->
                          (java.util.concurrent.Callable<CompletionStage<MergeOutcome>>)
                              toast::done)
                  .toList());
      for (Future<CompletionStage<MergeOutcome>> stage : stages) {
        assertThat(stage.get()).isSameAs(stages.get(0).get());
      }
      TestRig.merged(stages.get(0).get());
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void nothingWrittenIsNothingToMergeAndLeavesNoBranch() {
    Polecat idle = rig.sling("idle", "gt-1");

    assertThat(TestRig.await(idle.done())).isInstanceOf(MergeOutcome.NothingToMerge.class);
    assertThat(rig.polecatBranches()).isEmpty();
  }

  @Test
  void writesAfterDoneAreRefused() {
    Polecat toast = rig.sling("toast", "gt-1");
    insert(toast, "gt-1");
    TestRig.merged(toast.done());

    assertThatThrownBy(() -> toast.dataSource().getConnection())
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(toast.branch().value());
    assertThatThrownBy(() -> insert(toast, "gt-2")).isInstanceOf(RuntimeException.class);
    assertThat(test.rows("SELECT id FROM issues")).containsExactly("gt-1");
  }

  @Test
  void aConnectionInUseKeepsTheBranchOpenAndDoneCanBeCalledAgain() throws SQLException {
    Polecat toast = rig.sling("toast", "gt-1");
    try (Connection inUse = toast.dataSource().getConnection();
        Statement statement = inUse.createStatement()) {
      inUse.setAutoCommit(false);
      statement.execute("INSERT INTO issues (id) VALUES ('gt-1')");
      assertThatThrownBy(toast::done)
          .isInstanceOfSatisfying(
              StillWritingException.class, e -> assertThat(e.branch()).isEqualTo(toast.branch()));
      insert(toast, "gt-2"); // others may go on
      statement.execute("INSERT INTO issues (id) VALUES ('gt-3')");
      inUse.commit();
    }

    TestRig.merged(toast.done());
    assertThat(test.rows("SELECT id FROM issues ORDER BY id"))
        .containsExactly("gt-1", "gt-2", "gt-3");
  }

  @Test
  void anInterruptWhileWaitingForAConnectionKeepsTheBranchOpenToo() throws SQLException {
    Polecat toast = rig.sling("toast", "gt-1");
    insert(toast, "gt-1");
    try (Connection inUse = toast.dataSource().getConnection()) {
      assertThat(inUse.isValid(5)).isTrue();
      Thread.currentThread().interrupt();
      assertThatThrownBy(toast::done).isInstanceOf(StillWritingException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
    TestRig.merged(toast.done());
  }

  @Test
  void aClosedHandleCanStillBeDone() {
    Polecat toast = rig.sling("toast", "gt-1");
    insert(toast, "gt-1");
    toast.close();

    TestRig.merged(toast.done());
    assertThat(test.rows("SELECT id FROM issues")).containsExactly("gt-1");
  }

  @Test
  void doneAfterTheRigWasClosedIsRefusedAndKeepsTheBranch() {
    Polecat toast = rig.sling("toast", "gt-1");
    insert(toast, "gt-1");
    rig.close();

    assertThatThrownBy(toast::done).isInstanceOf(QueueClosedException.class);
    assertThat(rig.polecatBranches()).containsExactly(toast.branch().value());
  }

  @Test
  void doneAfterTheRigMergedAndWasClosedIsRefusedToo() {
    Polecat first = rig.sling("first", "gt-1");
    insert(first, "gt-1");
    TestRig.merged(first.done());
    Polecat toast = rig.sling("toast", "gt-2");
    insert(toast, "gt-2");
    rig.close();

    assertThatThrownBy(toast::done).isInstanceOf(QueueClosedException.class);
    assertThat(rig.polecatBranches()).containsExactly(toast.branch().value());
  }

  @Test
  void closingTheRigFinishesTheMergesHandedIn() {
    List<CompletionStage<MergeOutcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Polecat polecat = rig.sling("p" + i, "gt-" + i);
      insert(polecat, "gt-" + i);
      outcomes.add(polecat.done());
    }
    rig.close();

    assertThat(test.rows("SELECT COUNT(*) FROM issues AS OF 'main'")).containsExactly("5");
    outcomes.forEach(TestRig::merged);
  }

  @Test
  void noBranchStaysBehindHoweverSoonTheMergeComes() {
    for (int i = 0; i < 60; i++) {
      Polecat polecat = rig.sling("p" + i, "gt-" + i);
      insert(polecat, "gt-" + i);
      assertThat(TestRig.merged(polecat.done()).branchKept()).as("branch " + i).isEmpty();
    }
    assertThat(rig.polecatBranches()).isEmpty();
  }

  @Test
  void fiftyPolecatsInParallelLoseNothing() throws Exception {
    rig.main().jdbi().useExtension(Issues.class, all -> all.insert(Issue.open("hot", "0")));
    ExecutorService threads = Executors.newFixedThreadPool(50);
    try {
      List<Future<MergeOutcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String name = "p" + i;
        outcomes.add(
            threads.submit(
                () -> {
                  Polecat polecat = rig.sling(name, "gt-" + name);
                  insert(polecat, "gt-" + name);
                  polecat.jdbi().useExtension(Issues.class, issues -> issues.addLabel("hot", name));
                  return TestRig.await(polecat.done());
                }));
      }
      for (Future<MergeOutcome> outcome : outcomes) {
        assertThat(outcome.get())
            .isInstanceOfSatisfying(
                MergeOutcome.Merged.class, merged -> assertThat(merged.branchKept()).isEmpty());
      }
    } finally {
      threads.shutdown();
    }

    Map<String, Issue> main = new java.util.HashMap<>();
    rig.main()
        .jdbi()
        .useExtension(Issues.class, all -> all.list().forEach(i -> main.put(i.id(), i)));
    assertThat(main).hasSize(51);
    assertThat(main.get("hot").labels())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 50).mapToObj(i -> "p" + i).toList());
    assertThat(rig.polecatBranches()).isEmpty();
    assertThat(rig.database().uncommittedTables(dev.polecat.core.BranchName.MAIN)).isEmpty();
  }

  @Test
  void aParkedBranchIsKeptAsItWasSealed() {
    test.run(
        dev.polecat.core.BranchName.MAIN,
        "CREATE TABLE plain (id INT PRIMARY KEY, v INT)",
        "INSERT INTO plain VALUES (1, 1)",
        "CALL DOLT_COMMIT('-Am', 'a table without times')");
    Polecat one = rig.sling("one", "gt-1");
    Polecat other = rig.sling("other", "gt-2");
    one.jdbi().useHandle(handle -> handle.execute("UPDATE plain SET v = 2"));
    other.jdbi().useHandle(handle -> handle.execute("UPDATE plain SET v = 3"));
    TestRig.merged(one.done());
    MergeOutcome outcome = TestRig.await(other.done());

    assertThat(outcome).isInstanceOf(MergeOutcome.Parked.class);
    CommitHash sealed = outcome.request().sealed();
    assertThat(rig.database().head(other.branch())).contains(sealed);
    assertThat(test.rows("SELECT v FROM plain")).containsExactly("2");
  }
}
