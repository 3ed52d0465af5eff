package dev.polecat.core.history;

import static dev.polecat.core.history.Branches.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.testing.DoltTestServer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What changed between two revisions is told exactly, whatever happened to the tables. */
@ExtendWith(DoltTestServer.class)
class DiffTest {
  private static final RevisionRange SINCE_FORK =
      RevisionRange.sinceFork(Revision.MAIN, Revision.of("toast"));

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
            "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))",
            "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')",
            "CREATE TABLE untouched (id INT PRIMARY KEY)");
  }

  private List<String> diff(RevisionRange range) {
    return texts(history.diff(range, "t"));
  }

  @Test
  void addedModifiedAndRemovedRowsHaveTheirKeysAndBothSides() {
    on.fork(
        "toast",
        "UPDATE t SET v = 'A' WHERE id = 1",
        "DELETE FROM t WHERE id = 2",
        "INSERT INTO t VALUES (4, NULL)");

    assertThat(diff(SINCE_FORK))
        .containsExactly(
            "ADDED {id=4} - {id=4, v=null}",
            "MODIFIED {id=1} {id=1, v=a} {id=1, v=A}",
            "REMOVED {id=2} {id=2, v=b} -");
    assertThat(texts(history.diff(SINCE_FORK, "untouched"))).isEmpty();
  }

  @Test
  void threeDotsShowWhatTheBranchDidAndTwoDotsAlsoWhatItLacks() {
    on.fork("toast", "UPDATE t SET v = 'A' WHERE id = 1");
    on.commit("main", "UPDATE t SET v = 'C' WHERE id = 3");

    assertThat(diff(RevisionRange.parse("main...toast")))
        .containsExactly("MODIFIED {id=1} {id=1, v=a} {id=1, v=A}");
    assertThat(diff(RevisionRange.parse("main..toast")))
        .containsExactly(
            "MODIFIED {id=1} {id=1, v=a} {id=1, v=A}", "MODIFIED {id=3} {id=3, v=C} {id=3, v=c}");
  }

  @Test
  void revisionsAreNamedByBranchTagHashAndAncestor() {
    CommitHash first = on.fork("toast", "UPDATE t SET v = 'A' WHERE id = 1");
    on.commit("toast", "UPDATE t SET v = 'B' WHERE id = 2");
    on.database().createTag(BranchName.of("first"), first);
    String second = "MODIFIED {id=2} {id=2, v=b} {id=2, v=B}";

    for (String from : List.of("first", first.value(), "toast~", "toast~1")) {
      assertThat(diff(RevisionRange.between(Revision.of(from), Revision.of("toast"))))
          .containsExactly(second);
    }
    assertThat(diff(RevisionRange.between(Revision.of(base), Revision.of(first))))
        .containsExactly("MODIFIED {id=1} {id=1, v=a} {id=1, v=A}");
  }

  @Test
  void uncommittedRowsOfABranchBelongToItIfAskedFor() {
    on.fork("toast", "UPDATE t SET v = 'A' WHERE id = 1");
    on.run("toast", "DELETE FROM t WHERE id = 2");
    on.commit("main", "UPDATE t SET v = 'C' WHERE id = 3");
    Revision working = Revision.working(BranchName.of("toast"));

    assertThat(diff(RevisionRange.sinceFork(Revision.MAIN, working)))
        .containsExactly("MODIFIED {id=1} {id=1, v=a} {id=1, v=A}", "REMOVED {id=2} {id=2, v=b} -");
    assertThat(diff(RevisionRange.between(Revision.of("toast"), working)))
        .containsExactly("REMOVED {id=2} {id=2, v=b} -");
    assertThat(diff(RevisionRange.between(working, Revision.of("toast"))))
        .containsExactly("ADDED {id=2} - {id=2, v=b}");
  }

  @Test
  void columnsThatCameOrWentAreOnTheirSide() {
    on.fork("toast", "ALTER TABLE t ADD COLUMN n INT", "ALTER TABLE t DROP COLUMN v");
    on.commit("toast", "UPDATE t SET n = 7 WHERE id = 1", "DELETE FROM t WHERE id > 1");

    assertThat(diff(SINCE_FORK))
        .contains("MODIFIED {id=1} {id=1, v=a} {id=1, n=7}", "REMOVED {id=2} {id=2, v=b} -");
  }

  @Test
  void tablesThatCameWentOrWereRenamedAreTold() {
    on.fork(
        "toast",
        "CREATE TABLE fresh (id INT PRIMARY KEY)",
        "INSERT INTO fresh VALUES (1)",
        "DROP TABLE untouched",
        "RENAME TABLE t TO u",
        "UPDATE u SET v = 'A' WHERE id = 1");

    assertThat(history.changedTables(SINCE_FORK))
        .extracting(change -> change.kind() + " " + change.name())
        .containsExactlyInAnyOrder("ADDED fresh", "DROPPED untouched", "RENAMED t -> u");
    for (String name : List.of("t", "u", "U")) {
      assertThat(texts(history.diff(SINCE_FORK, name)))
          .containsExactly("MODIFIED {id=1} {id=1, v=a} {id=1, v=A}");
    }
    assertThat(texts(history.diff(SINCE_FORK, "fresh"))).containsExactly("ADDED {id=1} - {id=1}");
  }

  @Test
  void aDroppedTableLosesAllItsRows() {
    on.fork("toast", "DROP TABLE t");

    assertThat(diff(SINCE_FORK)).hasSize(3).allMatch(text -> text.startsWith("REMOVED"));
  }

  @Test
  void rowsWithoutAKeyComeAndGoOneByOne() {
    on.commit("main", "CREATE TABLE k (v INT)", "INSERT INTO k VALUES (1), (1), (2)");
    on.fork("toast", "DELETE FROM k WHERE v = 2", "INSERT INTO k VALUES (1), (3), (3)");

    assertThat(texts(history.diff(SINCE_FORK, "k")))
        .containsExactly(
            "ADDED {} - {v=1}", "ADDED {} - {v=3}", "ADDED {} - {v=3}", "REMOVED {} {v=2} -");
  }

  @Test
  void aTableWithAnotherPrimaryKeyIsListedAndItsRowsAreNotGuessed() {
    on.commit("main", "CREATE TABLE p (id INT PRIMARY KEY, n INT NOT NULL)");
    on.commit("main", "CREATE TABLE q (id INT PRIMARY KEY, n INT NOT NULL)");
    on.fork(
        "toast",
        "ALTER TABLE p DROP PRIMARY KEY",
        "ALTER TABLE p ADD PRIMARY KEY (id, n)",
        "ALTER TABLE q DROP PRIMARY KEY",
        "INSERT INTO t VALUES (9, 'i')");

    assertThat(history.changedTables(SINCE_FORK))
        .extracting(change -> change.name() + " " + change.keyChanged())
        .containsExactlyInAnyOrder("t false", "p true", "q true");
    for (String table : List.of("p", "q")) {
      assertThatThrownBy(() -> history.diff(SINCE_FORK, table))
          .isInstanceOf(KeyChangedException.class)
          .hasMessageContaining(table);
    }
    assertThat(diff(SINCE_FORK)).hasSize(1);
  }

  @Test
  void valuesHaveTheirTypesOnBothSides() {
    on.commit(
        "main",
        "CREATE TABLE x (id BIGINT UNSIGNED PRIMARY KEY, b TINYINT(1), bits BIT(9), d DECIMAL(20,3),"
            + " f DOUBLE, day DATE, at DATETIME(6), ti TIME(6), e ENUM('p','q'), j JSON,"
            + " bin VARBINARY(9), latin VARCHAR(9) CHARACTER SET latin1, g INT AS (b + 1) STORED,"
            + " `commit` INT, diff_type INT, to_x INT)",
        "INSERT INTO x (id, b, bits, d, f, day, at, ti, e, j, bin, latin, diff_type, to_x) VALUES"
            + " (18446744073709551615, 5, b'100000001', 1.250, 2.5, '2026-01-02',"
            + " '2026-01-02 03:04:05.000006', '-12:13:14.000005', 'q', '{\"a\":1}', x'00ff27',"
            + " 'äö', 3, 4)");
    on.fork("toast", "DELETE FROM x");

    try (Stream<RowChange> changes = history.diff(SINCE_FORK, "x")) {
      Map<String, Object> row = changes.findFirst().orElseThrow().before().orElseThrow();
      assertThat(row.get("bin")).isEqualTo(new byte[] {0, (byte) 0xff, 0x27});
      assertThat(row)
          .containsEntry("id", new BigInteger("18446744073709551615"))
          .containsEntry("b", 5L)
          .containsEntry("bits", 257L)
          .containsEntry("d", new BigDecimal("1.250"))
          .containsEntry("f", 2.5)
          .containsEntry("day", LocalDate.of(2026, 1, 2))
          .containsEntry("at", LocalDateTime.of(2026, 1, 2, 3, 4, 5, 6_000))
          .containsEntry("ti", "-12:13:14.000005")
          .containsEntry("e", "q")
          .containsEntry("j", "{\"a\":1}")
          .containsEntry("latin", "äö")
          .containsEntry("diff_type", 3L)
          .containsEntry("to_x", 4L)
          .doesNotContainKeys("g", "commit");
    }
  }

  @Test
  void namesThatNeedQuotingAreQuoted() {
    on.commit("main", "CREATE TABLE `o'd``d \\\\ t` (`k ey` INT PRIMARY KEY, `v``'` INT)");
    on.fork("toast", "INSERT INTO `o'd``d \\\\ t` VALUES (1, 2)");

    String table = history.changedTables(SINCE_FORK).get(0).name();
    assertThat(texts(history.diff(SINCE_FORK, table)))
        .containsExactly("ADDED {k ey=1} - {k ey=1, v`'=2}");
  }

  @Test
  void aChangeIsTextForAPerson() {
    on.fork("toast", "UPDATE t SET v = 'A' WHERE id = 1");

    try (Stream<RowChange> changes = history.diff(SINCE_FORK, "t")) {
      assertThat(changes.map(RowChange::text)).containsExactly("- {v=a}\n+ {v=A}\n");
    }
  }

  @Test
  void whatIsUnknownIsSaidBeforeAnyRowIsRead() {
    on.fork("toast", "DELETE FROM t");

    assertThatThrownBy(() -> history.diff(SINCE_FORK, "nosuch"))
        .isInstanceOf(UnknownTableException.class)
        .hasMessageContaining("nosuch");
    for (String missing : List.of("nobody", "0".repeat(32), "toast~99")) {
      assertThatThrownBy(
              () -> history.diff(RevisionRange.sinceFork(Revision.MAIN, Revision.of(missing)), "t"))
          .isInstanceOf(UnknownRevisionException.class)
          .hasMessageContaining(" " + missing + ".")
          .extracting(DoltError::of)
          .isEqualTo(DoltError.NOT_FOUND);
    }
    BranchName gone = BranchName.of("gone");
    assertThatThrownBy(
            () -> history.diff(RevisionRange.sinceFork(Revision.MAIN, Revision.working(gone)), "t"))
        .isInstanceOf(UnknownRevisionException.class)
        .hasMessageContaining("gone");
  }
}
