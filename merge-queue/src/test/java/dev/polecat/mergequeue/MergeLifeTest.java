package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What happens to a branch before, in and after its merge. */
@ExtendWith(DoltTestServer.class)
class MergeLifeTest {
  private MainAndBranches main;

  @BeforeEach
  void table(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20))");
  }

  private MergeOutcome merge(MergeRequest request) {
    return main.merge(request).get(0);
  }

  private MergeOutcome.Merged merged(MergeRequest request) {
    MergeOutcome outcome = merge(request);
    assertThat(outcome).isInstanceOf(MergeOutcome.Merged.class);
    return (MergeOutcome.Merged) outcome;
  }

  @Test
  void aMergedBranchIsDeleted() {
    MergeRequest request = main.branch("one", "INSERT INTO t VALUES (1, 'a')");

    assertThat(merged(request).branchKept()).isEmpty();
    assertThat(main.database().branches()).containsExactly("main");
  }

  @Test
  void aBranchWhoseWorkIsOnMainAlreadyIsOnlyDeleted() {
    MergeRequest request = main.branch("one", "INSERT INTO t VALUES (1, 'a')");
    main.run(BranchName.MAIN, "CALL DOLT_MERGE('one')");
    CommitHash head = main.database().head(BranchName.MAIN).orElseThrow();

    assertThat(merge(request))
        .isEqualTo(new MergeOutcome.AlreadyMerged(request, head, Optional.empty()));
    assertThat(main.exists(request)).isFalse();
    assertThat(main.database().head(BranchName.MAIN)).contains(head);
  }

  @Test
  void aRequestThatWasMergedBeforeIsNotMergedAgain() {
    MergeRequest request = main.branch("one", "INSERT INTO t VALUES (1, 'a')");
    CommitHash commit = merged(request).report().commit();

    assertThat(merge(request))
        .isEqualTo(new MergeOutcome.AlreadyMerged(request, commit, Optional.empty()));
  }

  @Test
  void aBranchWithoutCommitsIsNothingToMerge() {
    MergeRequest request = main.branch("idle");
    main.commit("INSERT INTO t VALUES (1, 'main moved on')");

    assertThat(merge(request))
        .isEqualTo(new MergeOutcome.NothingToMerge(request, Optional.empty()));
    assertThat(main.exists(request)).isFalse();
  }

  @Test
  void aBranchThatIsGoneIsMergedWhileItsSealedCommitExists() {
    MergeRequest request = main.branch("one", "INSERT INTO t VALUES (1, 'a')");
    main.database().deleteBranchWithItsCommits(request.branch());

    assertThat(merged(request).branchKept()).isEmpty();
    assertThat(main.row("SELECT a FROM t")).isEqualTo("a");
  }

  @Test
  void aCommitNobodyKnowsIsParkedAsGone() {
    CommitHash unknown = CommitHash.of("0123456789abcdefghijklmnopqrstuv");
    BranchName branch = BranchName.of("never-was");
    MergeRequest request = MergeRequest.of(branch, unknown, unknown, MainAndBranches.MAIN_AUTHOR);

    assertThat(merge(request))
        .isEqualTo(new MergeOutcome.Parked(request, new ParkReason.BranchGone(branch)));
  }

  @Test
  void aBranchThatMovedAfterItWasSealedIsParkedAndCanBeSealedAnew() {
    MergeRequest request = main.branch("one", "INSERT INTO t VALUES (1, 'sealed')");
    main.run(request.branch(), "INSERT INTO t VALUES (2, 'late')");
    CommitHash late = main.seal(request.branch(), request.base()).sealed();
    try (MergeQueue queue = main.queue()) {
      assertThat(MainAndBranches.await(queue.submit(request)))
          .isEqualTo(
              new MergeOutcome.Parked(
                  request, new ParkReason.BranchMoved(request.branch(), request.sealed(), late)));
      assertThat(main.rows("SELECT a FROM t")).isEmpty();
      assertThat(MainAndBranches.await(queue.retry(request.branch(), "crew")))
          .isInstanceOf(MergeOutcome.Merged.class);
    }
    assertThat(main.rows("SELECT a FROM t ORDER BY id")).containsExactly("sealed", "late");
  }

  @Test
  void aBranchWithUncommittedRowsIsKeptWithThem() {
    MergeRequest request = main.branch("one", "INSERT INTO t VALUES (1, 'sealed')");
    main.run(request.branch(), "INSERT INTO t VALUES (2, 'uncommitted')");

    assertThat(merged(request).branchKept().orElseThrow()).contains("uncommitted");
    assertThat(main.rows("SELECT a FROM t")).containsExactly("sealed");
    assertThat(main.rows(request.branch(), "SELECT a FROM t ORDER BY id"))
        .containsExactly("sealed", "uncommitted");
  }

  @Test
  void aBranchThatIsOpenInAnotherSessionIsKept() throws SQLException {
    MergeRequest request = main.branch("one", "INSERT INTO t VALUES (1, 'sealed')");
    try (Connection open = main.database().connect(request.branch())) {
      assertThat(open.isValid(5)).isTrue();
      assertThat(merged(request).branchKept().orElseThrow()).contains("session");
      assertThat(open.isValid(5)).isTrue();
    }
    assertThat(main.exists(request)).isTrue();
  }

  @Test
  void theMergeCommitHasBothSidesForParentsAndSaysWhereItComesFrom() {
    CommitHash ours = main.database().head(BranchName.MAIN).orElseThrow();
    MergeRequest request =
        main.branch("one", "INSERT INTO t VALUES (1, 'a')")
            .withTrailer("Polecat", "toast")
            .withTrailer("Bead", "gt-42");
    MergeReport report = merged(request).report();

    assertThat(main.database().head(BranchName.MAIN)).contains(report.commit());
    assertThat(report.ours()).isEqualTo(ours);
    assertThat(report.theirs()).isEqualTo(request.sealed());
    assertThat(report.mergeTime()).isPositive();
    assertThat(report.deleteTime()).isPositive();
    assertThat(
            main.rows(
                "SELECT parent_hash FROM dolt_commit_ancestors WHERE CONCAT(commit_hash, '') = '"
                    + report.commit()
                    + "' ORDER BY parent_index"))
        .containsExactly(ours.value(), request.sealed().value());
    assertThat(main.row("SELECT message FROM dolt_log LIMIT 1").strip())
        .isEqualTo(
            "Merge branch one\n\nPolecat: toast\nBead: gt-42\nSealed-Commit: " + request.sealed());
  }

  @Test
  void theMergeIsAttributedToTheRequestsAuthor() {
    MergeRequest plain = main.branch("one", "INSERT INTO t VALUES (1, 'a')");
    MergeRequest request =
        new MergeRequest(
            plain.branch(),
            plain.base(),
            plain.sealed(),
            new Author("Zoë \"O'Brien\"", "zoe@example.org"),
            "It's \"done\" — ✓",
            plain.trailers(),
            0,
            false,
            false);
    MergeReport report = merged(request).report();

    assertThat(main.row("SELECT committer, email FROM dolt_log LIMIT 1"))
        .isEqualTo("Zoë \"O'Brien\"|zoe@example.org");
    assertThat(main.row("SELECT message FROM dolt_log LIMIT 1")).startsWith("It's \"done\" — ✓\n");
    assertThat(report.commit()).isEqualTo(main.database().head(BranchName.MAIN).orElseThrow());
  }

  @Test
  void mainItselfAndMessagesWithLineBreaksAreRefused() {
    MergeRequest good = main.branch("one");

    assertThatThrownBy(
            () ->
                MergeRequest.of(
                    BranchName.MAIN, good.base(), good.sealed(), MainAndBranches.MAIN_AUTHOR))
        .isInstanceOf(InvalidNameException.class);
    assertThatThrownBy(() -> good.withTrailer("Bead", "gt-1\nPolecat: other"))
        .isInstanceOf(InvalidNameException.class);
    assertThatThrownBy(() -> good.withTrailer("Bead: x", "gt-1"))
        .isInstanceOf(InvalidNameException.class);
    for (String lineBreak : new String[] {"\n", "\r", "\r\n"}) {
      assertThatThrownBy(() -> good.withTrailer("Bead", "gt-1" + lineBreak + "Forged: yes"))
          .isInstanceOf(InvalidNameException.class);
      assertThatThrownBy(() -> good.withTrailer("Bead", "gt-1" + lineBreak))
          .isInstanceOf(InvalidNameException.class);
    }
  }
}
