package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchDeletion.Result;
import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A branch is deleted only if nothing goes with it. */
@ExtendWith(DoltTestServer.class)
class BranchDeletionTest {
  private final DoltDatabase database;
  private final CommitHash base;

  BranchDeletionTest(DoltDatabase database) throws SQLException {
    this.database = database;
    TestBranch.of(database).close();
    base = database.head(BranchName.MAIN).orElseThrow();
  }

  @Test
  void ofManyBranchesEachIsDeletedOrKeptForItsOwnReason() throws SQLException {
    Map<BranchName, CommitHash> heads = new LinkedHashMap<>();
    for (String name : List.of("clean", "moved", "unmerged", "dirty", "busy", "also-clean")) {
      BranchName branch = BranchName.of(name);
      database.createBranch(branch, BranchName.MAIN);
      heads.put(branch, base);
    }
    heads.put(BranchName.of("missing"), base);
    insert("moved");
    database.commitAll(BranchName.of("moved"), TestBranch.TOAST, "one more");
    insert("unmerged");
    heads.put(
        BranchName.of("unmerged"),
        database.commitAll(BranchName.of("unmerged"), TestBranch.TOAST, "work"));
    insert("dirty");
    try (Connection busy = database.connect(BranchName.of("busy"))) {
      List<BranchDeletion> results = database.deleteIfMerged(heads);
      assertThat(results.stream().map(BranchDeletion::branch).toList())
          .containsExactlyElementsOf(heads.keySet());
      assertThat(results.stream().map(BranchDeletion::result).toList())
          .containsExactly(
              Result.DELETED,
              Result.MOVED,
              Result.NOT_MERGED,
              Result.UNCOMMITTED_ROWS,
              Result.IN_USE,
              Result.DELETED,
              Result.ALREADY_GONE);
      assertThat(results).allMatch(r -> r.isGone() == r.kept().isEmpty());
      assertThat(TestBranch.read(busy, "SELECT active_branch()")).containsExactly("busy");
    }
    assertThat(database.branches())
        .containsExactly("busy", "dirty", "main", "moved", "toast", "unmerged");
    assertThat(database.deleteIfMerged(Map.of())).isEmpty();
  }

  @Test
  void aBranchGoneBeforeTheDeletionDoesNotKeepTheOthers() {
    Map<BranchName, CommitHash> heads = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      BranchName branch = BranchName.of("b-" + i);
      database.createBranch(branch, BranchName.MAIN);
      heads.put(branch, base);
    }
    assertThat(database.deleteIfMerged(heads)).allMatch(r -> r.result() == Result.DELETED);
    assertThat(database.deleteIfMerged(heads)).allMatch(r -> r.result() == Result.ALREADY_GONE);
    assertThat(database.branches()).containsExactly("main", "toast");
  }

  @Test
  void aCommitThatCameBetweenTheLookAndTheDeletionBringsTheBranchBack() throws SQLException {
    BranchName late = BranchName.of("late");
    database.createBranch(late, BranchName.MAIN);
    insert("late");
    CommitHash work = database.commitAll(late, TestBranch.TOAST, "in the last moment");
    database.deleteBranchWithItsCommits(late);
    MergedBranches merged = database.merged();
    assertThat(merged.lateCommit(late, work)).as("as expected").isEmpty();
    assertThat(database.head(late)).isEmpty();
    assertThat(merged.lateCommit(late, base)).contains(work);
    assertThat(database.head(late)).contains(work);
  }

  private void insert(String branch) throws SQLException {
    try (Connection connection = database.connect(BranchName.of(branch))) {
      TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
    }
  }
}
