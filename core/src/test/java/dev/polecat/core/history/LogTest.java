package dev.polecat.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.testing.DoltTestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The log tells who committed what, when, on what, and with which trailers. */
@ExtendWith(DoltTestServer.class)
class LogTest {
  private Branches on;
  private History history;
  private CommitHash base;

  @BeforeEach
  void table(DoltDatabase database) {
    on = new Branches(database);
    history = History.of(database);
    base =
        on.commit(
            "main",
            "CREATE TABLE t (id INT PRIMARY KEY, v INT)",
            "CREATE TABLE other (id INT PRIMARY KEY)");
  }

  private static List<CommitHash> hashes(Stream<CommitInfo> log) {
    try (log) {
      return log.map(CommitInfo::hash).toList();
    }
  }

  @Test
  void aMergeHasItsAuthorTimeParentsAndTrailers() {
    CommitHash sealed = on.fork("toast", "INSERT INTO t VALUES (1, 1)");
    CommitHash merge =
        on.merge("main", "toast", "Merge branch toast\n\nPolecat: toast\nBead: gt-1\n");

    try (Stream<CommitInfo> log = history.log(Revision.MAIN)) {
      CommitInfo newest = log.findFirst().orElseThrow();
      assertThat(newest.hash()).isEqualTo(merge);
      assertThat(newest.parents()).containsExactly(base, sealed);
      assertThat(newest.isMerge()).isTrue();
      assertThat(newest.author()).isEqualTo("toast");
      assertThat(newest.email()).isEqualTo("toast@example.org");
      assertThat(newest.subject()).isEqualTo("Merge branch toast");
      assertThat(newest.trailers().get("Polecat")).contains("toast");
      assertThat(newest.trailers().get("Bead")).contains("gt-1");
      assertThat(Duration.between(newest.time(), Instant.now()).abs())
          .isLessThan(Duration.ofMinutes(10));
    }
  }

  @Test
  void eachCommitComesBeforeItsParentsDownToTheFirst() {
    CommitHash sealed = on.fork("toast", "INSERT INTO t VALUES (1, 1)");
    CommitHash merge = on.merge("main", "toast", "merge");

    List<CommitHash> all = hashes(history.log(Revision.MAIN));
    assertThat(all).hasSize(4).startsWith(merge, sealed, base);
    try (Stream<CommitInfo> log = history.log(Revision.of(all.get(3)))) {
      assertThat(log.toList())
          .singleElement()
          .satisfies(first -> assertThat(first.parents()).isEmpty());
    }
    assertThat(hashes(history.log(Revision.working(BranchName.of("toast")))))
        .startsWith(sealed, base);
  }

  @Test
  void aRangeHasWhatOneSideHasAndTheOtherHasNot() {
    CommitHash one = on.fork("toast", "INSERT INTO t VALUES (1, 1)");
    CommitHash two = on.commit("toast", "INSERT INTO t VALUES (2, 2)");
    on.commit("main", "INSERT INTO t VALUES (3, 3)");

    assertThat(hashes(history.log(RevisionRange.parse("main..toast")))).containsExactly(two, one);
    assertThat(hashes(history.log(RevisionRange.parse("main...toast")))).containsExactly(two, one);
    assertThat(hashes(history.log(RevisionRange.parse("toast~..toast")))).containsExactly(two);
    assertThat(hashes(history.log(RevisionRange.parse("toast..toast")))).isEmpty();
  }

  @Test
  void theLogOfATableHasTheCommitsThatTouchedIt() {
    CommitHash on1 = on.commit("main", "INSERT INTO t VALUES (1, 1)");
    on.commit("main", "INSERT INTO other VALUES (1)");
    CommitHash fork = on.fork("toast", "UPDATE t SET v = 2");

    assertThat(hashes(history.log(Revision.of("toast"), "t"))).containsExactly(fork, on1, base);
    assertThat(hashes(history.log(Revision.of("toast"), "T"))).containsExactly(fork, on1, base);
    assertThat(hashes(history.log(RevisionRange.parse("main..toast"), "t"))).containsExactly(fork);
    assertThat(hashes(history.log(RevisionRange.parse("main..toast"), "other"))).isEmpty();
  }

  @Test
  void namesThatNeedQuotingAreQuotedAndOneThatDoltCannotLookUpIsRefused() {
    CommitHash made =
        on.commit(
            "main",
            "CREATE TABLE `o'd``d \\\\ t` (id INT PRIMARY KEY)",
            "CREATE TABLE `a,b` (id INT PRIMARY KEY)");

    assertThat(hashes(history.log(Revision.MAIN, "o'd`d \\\\ t"))).containsExactly(made);
    assertThatThrownBy(() -> history.log(Revision.MAIN, "a,b"))
        .isInstanceOf(InvalidNameException.class)
        .hasMessageContaining("comma");
  }

  @Test
  void whatIsUnknownIsSaid() {
    assertThatThrownBy(() -> history.log(Revision.of("nobody")))
        .isInstanceOf(UnknownRevisionException.class)
        .hasMessageContaining("nobody");
    assertThatThrownBy(() -> history.log(RevisionRange.parse("nobody..main")))
        .isInstanceOf(UnknownRevisionException.class);
    assertThatThrownBy(() -> history.log(Revision.MAIN, "nosuch"))
        .isInstanceOf(UnknownTableException.class)
        .hasMessageContaining("nosuch");
    assertThatThrownBy(() -> history.status(BranchName.of("nobody")))
        .isInstanceOf(UnknownRevisionException.class);
  }

  @Test
  void tagsHaveTheirCommitMessageAndTagger() {
    on.run("main", "CALL DOLT_TAG('v1', 'HEAD', '-m', 'the first')");
    on.database().createTag(BranchName.of("bare"), base);

    assertThat(history.tags())
        .satisfiesExactly(
            bare -> {
              assertThat(bare.name()).isEqualTo("bare");
              assertThat(bare.commit()).isEqualTo(base);
              assertThat(bare.message()).isEmpty();
            },
            v1 -> {
              assertThat(v1.name()).isEqualTo("v1");
              assertThat(v1.commit()).isEqualTo(base);
              assertThat(v1.message()).isEqualTo("the first");
              assertThat(v1.tagger()).isNotEmpty();
              assertThat(Duration.between(v1.time(), Instant.now()).abs())
                  .isLessThan(Duration.ofMinutes(10));
            });
  }

  @Test
  void theStatusOfABranchHasEachUncommittedTable() {
    on.fork("toast", "CREATE TABLE gone (id INT)", "CREATE TABLE old (id INT PRIMARY KEY)");
    on.run(
        "toast",
        "INSERT INTO t VALUES (1, 1)",
        "CALL DOLT_ADD('t')",
        "INSERT INTO t VALUES (2, 2)",
        "CREATE TABLE fresh (id INT)",
        "DROP TABLE gone",
        "RENAME TABLE old TO young");

    assertThat(history.status(BranchName.of("toast")))
        .extracting(table -> table.table() + " " + table.kind() + " " + table.staged())
        .containsExactlyInAnyOrder(
            "t MODIFIED true",
            "t MODIFIED false",
            "fresh ADDED false",
            "gone DROPPED false",
            "old -> young RENAMED false");
    assertThat(history.status(BranchName.MAIN)).isEmpty();
    on.database()
        .commitAll(BranchName.of("toast"), new Author("toast", "t@example.org"), "all of it");
    assertThat(history.status(BranchName.of("toast"))).isEmpty();
  }
}
