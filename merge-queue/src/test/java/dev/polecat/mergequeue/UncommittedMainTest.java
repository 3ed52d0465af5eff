package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows somebody wrote on main and has not committed belong to them. */
@ExtendWith(DoltTestServer.class)
@Timeout(60)
class UncommittedMainTest {
  private static final String DIRTY_U = "UPDATE u SET a = 'uncommitted'";

  private MainAndBranches main;

  @BeforeEach
  void tables(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), updated_at DATETIME)",
        "CREATE TABLE u (id INT PRIMARY KEY, a VARCHAR(20))",
        "INSERT INTO t VALUES (1, 'a', '2026-01-01')",
        "INSERT INTO u VALUES (1, 'a')");
  }

  private MergeQueue queue(Duration patience) {
    return MergeQueue.builder(main.database()).patience(patience).build();
  }

  @Test
  void aMergeTheyAreInTheWayOfWaitsUntilTheirOwnerCommits() {
    MergeRequest blocked = main.branch("blocked", "INSERT INTO u VALUES (2, 'branch')");
    MergeRequest free = main.branch("free", "INSERT INTO t VALUES (2, 'free', NULL)");
    main.run(BranchName.MAIN, DIRTY_U);
    try (MergeQueue queue = queue(Duration.ofMinutes(5))) {
      CompletionStage<MergeOutcome> waiting = queue.submit(blocked);
      // the later request is served only after the earlier one was tried
      assertThat(MainAndBranches.await(queue.submit(free))).isInstanceOf(MergeOutcome.Merged.class);
      assertThat(waiting.toCompletableFuture()).isNotDone();
      assertThat(main.rows("SELECT a FROM u")).containsExactly("uncommitted");
      assertThat(main.rows("SELECT a FROM u AS OF 'main'")).containsExactly("a");

      main.commit();
      assertThat(MainAndBranches.await(waiting)).isInstanceOf(MergeOutcome.Merged.class);
    }
    assertThat(main.rows("SELECT a FROM u AS OF 'main' ORDER BY id"))
        .containsExactly("uncommitted", "branch");
  }

  @Test
  void aMergeTheyAreInTheWayOfIsParkedWhenPatienceEndsAndSaysWhere() {
    MergeRequest blocked =
        main.branch(
            "blocked",
            "INSERT INTO u VALUES (2, 'branch')",
            "INSERT INTO t VALUES (2, 'branch', NULL)");
    main.run(BranchName.MAIN, DIRTY_U, "UPDATE t SET a = 'uncommitted'");
    List<String> before = main.stateOfMain();
    try (MergeQueue queue = queue(Duration.ZERO)) {
      MergeOutcome outcome = MainAndBranches.await(queue.submit(blocked));

      assertThat(outcome).isInstanceOf(MergeOutcome.Parked.class);
      assertThat(((MergeOutcome.Parked) outcome).reason())
          .isInstanceOfSatisfying(
              ParkReason.MainHasUncommittedRows.class,
              reason -> assertThat(reason.tables()).containsExactlyInAnyOrder("t", "u"));
    }
    assertThat(main.stateOfMain()).isEqualTo(before);
    assertThat(main.exists(blocked)).isTrue();
  }

  @Test
  void aCleanMergeOfOtherTablesNeitherCommitsNorLosesThem() {
    MergeRequest request = main.branch("one", "INSERT INTO t VALUES (2, 'branch', NULL)");
    main.run(
        BranchName.MAIN,
        DIRTY_U,
        "CREATE TABLE draft (id INT PRIMARY KEY)",
        "INSERT INTO draft VALUES (7)");
    main.mergeAll(request);

    onlyUncommitted("draft|0|new table", "u|0|modified");
  }

  @Test
  void aMergeWithConflictsInOtherTablesNeitherCommitsNorLosesThem() {
    MergeRequest one = main.branch("one", "UPDATE t SET a = 'p', updated_at = '2026-01-02'");
    MergeRequest other =
        main.branch(
            "other",
            "UPDATE t SET a = 'q', updated_at = '2026-01-03'",
            "CREATE TABLE fresh (id INT PRIMARY KEY)");
    main.run(
        BranchName.MAIN,
        DIRTY_U,
        "CREATE TABLE draft (id INT PRIMARY KEY)",
        "INSERT INTO draft VALUES (7)");
    main.mergeAll(one, other);

    onlyUncommitted("draft|0|new table", "u|0|modified");
    assertThat(main.rows("SELECT a FROM t AS OF 'main'")).containsExactly("q");
    assertThat(main.rows("SHOW TABLES AS OF 'main'")).contains("fresh");
  }

  @Test
  void whatIsStagedIsNotCommittedByAMergeEither() {
    MergeRequest one = main.branch("one", "UPDATE t SET a = 'p', updated_at = '2026-01-02'");
    MergeRequest other = main.branch("other", "UPDATE t SET a = 'q', updated_at = '2026-01-03'");
    main.run(
        BranchName.MAIN,
        DIRTY_U,
        "CREATE TABLE draft (id INT PRIMARY KEY)",
        "INSERT INTO draft VALUES (7)",
        "CALL DOLT_ADD('-A')");
    try (MergeQueue queue = queue(Duration.ZERO)) {
      MainAndBranches.await(queue.submit(one));
      onlyUncommitted("draft|0|new table", "u|0|modified"); // Dolt unstages when it merges
      main.run(BranchName.MAIN, "CALL DOLT_ADD('-A')");
      MainAndBranches.await(queue.submit(other));
      onlyUncommitted("draft|1|new table", "u|1|modified");
    }
  }

  private void onlyUncommitted(String... status) {
    assertThat(main.rows("SELECT table_name, staged, status FROM dolt_status ORDER BY table_name"))
        .containsExactly(status);
    assertThat(main.rows("SELECT a FROM u")).containsExactly("uncommitted");
    assertThat(main.rows("SELECT a FROM u AS OF 'main'")).containsExactly("a");
    assertThat(main.rows("SELECT id FROM draft")).containsExactly("7");
    assertThat(main.rows("SHOW TABLES AS OF 'main'")).doesNotContain("draft");
  }
}
