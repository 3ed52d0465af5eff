package dev.polecat.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.testing.DoltTestServer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each value is blamed on the commit that made it, whatever way it took to where it is. */
@ExtendWith(DoltTestServer.class)
class BlameTest {
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
            "CREATE TABLE t (id INT PRIMARY KEY, v INT, w INT)",
            "INSERT INTO t VALUES (1, 1, 1), (2, 2, 2)");
  }

  private RowBlame one() {
    return history.blame(Revision.MAIN, "t", Map.of("id", 1)).orElseThrow();
  }

  private static void assertBlame(Blame blame, CommitHash commit, CommitHash arrival) {
    assertThat(blame.commit().hash()).isEqualTo(commit);
    assertThat(blame.arrival().hash()).isEqualTo(arrival);
  }

  /** The table's blame as text, by key. */
  private Map<Object, String> all(Revision at) {
    Map<Object, String> all = new TreeMap<>();
    try (Stream<KeyBlame> rows = history.blame(at, "t")) {
      rows.forEach(
          row -> assertThat(all.put(row.key().get("id"), text(row.last()))).as("once").isNull());
    }
    return all;
  }

  private static String text(Blame blame) {
    return blame.commit().hash() + " by " + blame.arrival().hash();
  }

  @Test
  void aValueThatCameThroughAMergeNamesItsCommitAndTheMergeWithItsTrailers() {
    CommitHash sealed = on.fork("toast", "UPDATE t SET v = 5 WHERE id = 1");
    on.commit("toast", "UPDATE t SET w = 9 WHERE id = 2");
    on.commit("main", "CREATE TABLE other (id INT PRIMARY KEY)");
    CommitHash merge = on.merge("main", "toast", "Merge branch toast\n\nPolecat: toast");
    on.commit("main", "INSERT INTO t VALUES (3, 3, 3)");

    RowBlame blame = one();
    assertBlame(blame.columns().get("v"), sealed, merge);
    assertBlame(blame.columns().get("w"), base, base);
    assertBlame(blame.columns().get("id"), base, base);
    assertBlame(blame.last(), sealed, merge);
    assertThat(blame.last().arrival().trailers().get("Polecat")).contains("toast");
    assertThat(blame.row().get("v")).isEqualTo(5L);
    assertThat(all(Revision.MAIN)).hasSize(3).containsEntry(1L, sealed + " by " + merge);
  }

  @Test
  void cellsOfBothSidesKeepTheirCommitsAndTheRowIsTheMerges() {
    CommitHash toast = on.fork("toast", "UPDATE t SET v = 5 WHERE id = 1");
    CommitHash main = on.commit("main", "UPDATE t SET w = 6 WHERE id = 1");
    CommitHash merge = on.merge("main", "toast", "merge");

    RowBlame blame = one();
    assertBlame(blame.columns().get("v"), toast, merge);
    assertBlame(blame.columns().get("w"), main, main);
    assertBlame(blame.last(), merge, merge);
    assertThat(all(Revision.MAIN)).containsEntry(1L, merge + " by " + merge);
  }

  @Test
  void aValueThatAMergeDecidedIsTheMergesOwn() {
    CommitHash toast = on.fork("toast", "UPDATE t SET v = 5, w = 7 WHERE id = 1");
    on.commit("main", "UPDATE t SET v = 6 WHERE id = 1");
    CommitHash merge =
        on.mergeDeciding(
            "main",
            "toast",
            "UPDATE t SET v = 11, w = 7 WHERE id = 1",
            "CALL DOLT_CONFLICTS_RESOLVE('--ours', 't')");

    RowBlame blame = one();
    assertThat(blame.row().get("v")).isEqualTo(11L);
    assertBlame(blame.columns().get("v"), merge, merge);
    assertBlame(blame.columns().get("w"), toast, merge);
    assertThat(all(Revision.MAIN)).containsEntry(1L, merge + " by " + merge);
  }

  @Test
  void aValueThatAMergeOverruledAndALaterOneTookIsTheLaterOnes() {
    CommitHash toast = on.fork("toast", "UPDATE t SET v = 5 WHERE id = 1");
    on.commit("main", "UPDATE t SET v = 6 WHERE id = 1");
    on.mergeDeciding("main", "toast", "CALL DOLT_CONFLICTS_RESOLVE('--ours', 't')");
    on.commit("toast", "UPDATE t SET w = 9 WHERE id = 2");
    CommitHash later =
        on.mergeDeciding(
            "main", "toast", "UPDATE t SET v = 5 WHERE id = 1"); // by hand, as toast has it

    assertBlame(one().columns().get("v"), toast, later);
    assertThat(all(Revision.MAIN)).containsEntry(1L, toast + " by " + later);
  }

  @Test
  void aValueThatReturnedIsBlamedOnItsReturn() {
    on.commit("main", "UPDATE t SET v = 5 WHERE id = 1");
    CommitHash back = on.commit("main", "UPDATE t SET v = 1 WHERE id = 1");
    CommitHash gone = on.commit("main", "DELETE FROM t WHERE id = 2");
    CommitHash again = on.commit("main", "INSERT INTO t VALUES (2, 2, 2)");

    assertBlame(one().columns().get("v"), back, back);
    assertThat(all(Revision.MAIN))
        .containsEntry(1L, back + " by " + back)
        .containsEntry(2L, again + " by " + again);
    assertThat(all(Revision.of(gone))).hasSize(1);
  }

  @Test
  void aTableThatCameWithABranchHasTheBranchsCommits() {
    on.commit("main", "DROP TABLE t");
    CommitHash made =
        on.fork(
            "toast", "CREATE TABLE t (id INT PRIMARY KEY, v INT)", "INSERT INTO t VALUES (1, 1)");
    CommitHash more = on.commit("toast", "INSERT INTO t VALUES (7, 7)");
    CommitHash merge = on.merge("main", "toast", "merge");

    assertBlame(one().last(), made, merge);
    assertThat(all(Revision.MAIN))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(1L, made + " by " + merge, 7L, more + " by " + merge));
    assertThat(all(Revision.of("toast"))).containsEntry(7L, more + " by " + more);
  }

  @Test
  void columnsAndKeysThatChangedAreFollowedAsTheHistoryOfARowIs() {
    on.commit("main", "ALTER TABLE t ADD COLUMN n INT");
    CommitHash filled = on.commit("main", "UPDATE t SET n = 1 WHERE id = 2");
    assertBlame(one().columns().get("n"), base, base);
    assertThat(all(Revision.MAIN))
        .containsEntry(1L, base + " by " + base)
        .containsEntry(2L, filled + " by " + filled);

    CommitHash keyed =
        on.commit(
            "main", "ALTER TABLE t DROP PRIMARY KEY", "ALTER TABLE t ADD PRIMARY KEY (id, v)");
    CommitHash last = on.commit("main", "INSERT INTO t VALUES (5, 5, 5, 5)");
    assertThat(all(Revision.MAIN).values())
        .containsExactly(keyed + " by " + keyed, keyed + " by " + keyed, last + " by " + last);
    CommitHash named = on.commit("main", "RENAME TABLE t TO u", "CREATE TABLE t (id INT)");
    try (Stream<KeyBlame> rows = history.blame(Revision.MAIN, "u")) {
      assertThat(rows).hasSize(3).allMatch(row -> row.last().commit().hash().equals(named));
    }
  }

  @Test
  void aTablesBlameIsThatOfItsRowsWhateverBecomesOfItsColumns() {
    for (String change :
        List.of(
            "ALTER TABLE t ADD COLUMN d INT NOT NULL DEFAULT 3",
            "UPDATE t SET d = 4 WHERE id = 1",
            "ALTER TABLE t ADD COLUMN g INT AS (v + 1) STORED",
            "ALTER TABLE t ADD COLUMN n VARCHAR(9)",
            "UPDATE t SET n = 'n' WHERE id = 2",
            "ALTER TABLE t DROP COLUMN n",
            "ALTER TABLE t ADD COLUMN n VARCHAR(9)",
            "ALTER TABLE t DROP COLUMN g",
            "ALTER TABLE t MODIFY COLUMN v BIGINT",
            "ALTER TABLE t MODIFY COLUMN d VARCHAR(9)",
            "ALTER TABLE t RENAME COLUMN w TO x",
            "ALTER TABLE t DROP COLUMN d",
            "ALTER TABLE t ADD INDEX (v)",
            "INSERT INTO t (id, v) VALUES (3, 3)",
            "ALTER TABLE t ALTER COLUMN v SET DEFAULT 5",
            "ALTER TABLE t ADD COLUMN `first` INT FIRST",
            "UPDATE t SET v = 9 WHERE id = 2",
            "RENAME TABLE t TO u",
            "UPDATE u SET v = 8 WHERE id = 2",
            "RENAME TABLE u TO t")) {
      on.commit("main", change);
      String table = on.rows("SHOW TABLES").get(0);
      try (Stream<KeyBlame> rows = history.blame(Revision.MAIN, table)) {
        rows.forEach(
            row ->
                assertThat(text(row.last()))
                    .as("%s after %s", row.key(), change)
                    .isEqualTo(
                        text(history.blame(Revision.MAIN, table, row.key()).orElseThrow().last())));
      }
    }
  }

  @Test
  void aColumnThatDiffsDoNotShowIsRefusedForATableAndNotForARow() {
    CommitHash made =
        on.commit(
            "main",
            "CREATE TABLE c (id INT PRIMARY KEY, `commit` INT)",
            "INSERT INTO c VALUES (1, 1)");

    assertThatThrownBy(() -> history.blame(Revision.MAIN, "c"))
        .isInstanceOf(RowKeyException.class)
        .hasMessageContaining("commit");
    assertBlame(
        history.blame(Revision.MAIN, "c", Map.of("id", 1)).orElseThrow().last(), made, made);
  }

  @Test
  void whatCannotBeBlamedIsSaid() {
    on.commit("main", "CREATE TABLE k (v INT)");

    assertThat(history.blame(Revision.MAIN, "t", Map.of("id", 99))).isEmpty();
    assertThatThrownBy(() -> history.blame(Revision.MAIN, "k"))
        .isInstanceOf(RowKeyException.class)
        .hasMessageContaining("no primary key");
    assertThatThrownBy(() -> history.blame(Revision.MAIN, "nosuch"))
        .isInstanceOf(UnknownTableException.class);
    assertThatThrownBy(() -> history.blame(Revision.of("nobody"), "t"))
        .isInstanceOf(UnknownRevisionException.class);
    assertThatThrownBy(() -> history.blame(Revision.working(BranchName.MAIN), "t"))
        .isInstanceOf(InvalidNameException.class);
  }

  /** Branches that write, take in main, and are merged, in any order, with decided conflicts. */
  @RepeatedTest(6)
  void inAnyHistoryTheTableAndItsRowsAreBlamedAlikeAndAsTheDefinitionSays(RepetitionInfo run) {
    Random random = new Random(run.getCurrentRepetition());
    for (String branch : List.of("a", "b", "c")) {
      on.database().createBranch(BranchName.of(branch), base);
    }
    for (int step = 0; step < 40; step++) {
      String branch = List.of("main", "a", "b", "c").get(random.nextInt(4));
      int id = random.nextInt(5);
      switch (random.nextInt(6)) {
        case 0, 1 ->
            on.commit(
                branch,
                "INSERT INTO t VALUES (%d, %d, 0) ON DUPLICATE KEY UPDATE v = %d"
                    .formatted(id, random.nextInt(3), random.nextInt(3)));
        case 2 -> on.commit(branch, "UPDATE t SET w = " + random.nextInt(3) + " WHERE id = " + id);
        case 3 -> on.commit(branch, "DELETE FROM t WHERE id = " + id);
        case 4 -> merge(branch, "main", random);
        default -> merge("main", branch, random);
      }
    }
    Map<Object, String> all = all(Revision.MAIN);
    assertThat(all.keySet().stream().map(Object::toString))
        .containsExactlyElementsOf(on.rows("SELECT id FROM t ORDER BY id"));
    Ancestry ancestry = new Ancestry(history, "t");
    all.forEach(
        (id, blame) -> {
          RowBlame row = history.blame(Revision.MAIN, "t", Map.of("id", id)).orElseThrow();
          assertThat(text(row.last())).isEqualTo(blame);
          assertThat(text(row.last())).isEqualTo(ancestry.blame(id, List.of("v", "w")));
          for (String column : List.of("v", "w")) {
            assertThat(text(row.columns().get(column)))
                .isEqualTo(ancestry.blame(id, List.of(column)));
          }
        });
  }

  private void merge(String into, String branch, Random random) {
    boolean nothingNew =
        into.equals(branch)
            || history.log(RevisionRange.parse(into + ".." + branch)).toList().isEmpty();
    if (!nothingNew) {
      on.mergeDeciding(
          into,
          branch,
          "CALL DOLT_CONFLICTS_RESOLVE('%s', 't')"
              .formatted(random.nextBoolean() ? "--ours" : "--theirs"));
    }
  }
}
