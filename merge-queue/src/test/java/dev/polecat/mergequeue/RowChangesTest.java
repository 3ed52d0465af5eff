package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows that appear, disappear or are found by more than one key column. */
@ExtendWith(DoltTestServer.class)
class RowChangesTest {
  private MainAndBranches main;

  @BeforeEach
  void table(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), b VARCHAR(20), tags JSON,"
            + " updated_at DATETIME(6))",
        "INSERT INTO t VALUES (1, 'a', 'b', '[]', '2026-01-01')");
  }

  @Test
  void aRowAddedOnBothSidesIsDecidedCellByCell() {
    String insert = "INSERT INTO t VALUES (7, ";
    MergeReport report =
        main.mergeAll(
            main.branch("one", insert + "'same', 'b1', '[\"p\"]', '2026-01-03')"),
            main.branch("other", insert + "'same', 'b2', '[\"q\"]', '2026-01-02')"));

    assertThat(main.row("SELECT a, b, tags, updated_at FROM t WHERE id = 7"))
        .isEqualTo("same|b1|[\"p\",\"q\"]|2026-01-03 00:00:00");
    assertThat(report.decisions().conflictedRows()).isEqualTo(1);
    assertThat(report.decisions().cellsByPolicy())
        .isEqualTo(Map.of("newest", 1L, "union", 1L, "max", 1L));
    assertThat(report.decisions().cells()).allSatisfy(cell -> assertThat(cell.base()).isNull());
  }

  @Test
  void aNullInARowAddedOnBothSidesIsAValueLikeAnyOther() {
    String insert = "INSERT INTO t VALUES (7, ";
    main.mergeAll(
        main.branch("one", insert + "'a1', NULL, NULL, '2026-01-02')"),
        main.branch("other", insert + "NULL, 'b2', NULL, '2026-01-03')"));

    assertThat(main.row("SELECT a, b, tags FROM t WHERE id = 7")).isEqualTo("null|b2|null");
  }

  @Test
  void aChangeOfTheBranchOutlivesADeletionOnMain() {
    MergeReport report =
        main.mergeAll(
            main.branch("deletes", "DELETE FROM t WHERE id = 1"),
            main.branch("changes", "UPDATE t SET a = 'kept', tags = '[\"p\"]' WHERE id = 1"));

    assertThat(main.row("SELECT * FROM t")).isEqualTo("1|kept|b|[\"p\"]|2026-01-01 00:00:00");
    assertThat(report.decisions().conflictedRows()).isEqualTo(1);
  }

  @Test
  void aChangeOnMainOutlivesADeletionOfTheBranch() {
    main.mergeAll(
        main.branch("changes", "UPDATE t SET a = 'kept' WHERE id = 1"),
        main.branch("deletes", "DELETE FROM t WHERE id = 1"));

    assertThat(main.row("SELECT * FROM t")).isEqualTo("1|kept|b|[]|2026-01-01 00:00:00");
  }

  @Test
  void aRowDeletedOnBothSidesIsGone() {
    main.mergeAll(
        main.branch("one", "DELETE FROM t"),
        main.branch("other", "DELETE FROM t", "INSERT INTO t (id) VALUES (2)"));

    assertThat(main.rows("SELECT id FROM t")).containsExactly("2");
  }

  @Test
  void aRowWhoseKeyChangedOnOneSideKeepsTheOtherSidesChange() {
    main.mergeAll(
        main.branch("moves", "UPDATE t SET id = 5 WHERE id = 1"),
        main.branch("changes", "UPDATE t SET a = 'kept' WHERE id = 1"));

    assertThat(main.rows("SELECT id, a FROM t ORDER BY id")).containsExactly("1|kept", "5|a");
  }

  @Test
  void rowsAreFoundByAllOfTheirKeyColumns() {
    main.commit(
        "CREATE TABLE k (day DATE, at DATETIME(6), amount DECIMAL(20, 6), code VARBINARY(8),"
            + " name VARCHAR(20), stamp TIMESTAMP(6), v VARCHAR(20), tags JSON,"
            + " updated_at DATETIME(6),"
            + " PRIMARY KEY (day, at, amount, code, name, stamp))",
        "INSERT INTO k VALUES " + key("one") + ", " + key("two"));
    main.mergeAll(
        main.branch("one", change("p", "2026-01-02", "one"), change("p", "2026-01-03", "two")),
        main.branch("other", change("q", "2026-01-03", "one"), change("q", "2026-01-02", "two")));

    assertThat(main.rows("SELECT name, v, tags, updated_at FROM k ORDER BY name"))
        .containsExactly(
            "one|q|[\"p\",\"q\"]|2026-01-03 00:00:00", "two|p|[\"p\",\"q\"]|2026-01-03 00:00:00");
  }

  private static String key(String name) {
    return "('2026-03-04', '2026-03-04 05:06:07.000008', 12345678901234.000001, x'00ff27', '"
        + name
        + "', '2026-07-04 05:06:07.000008', 'v', '[]', '2026-01-01')";
  }

  private static String change(String value, String at, String name) {
    return "UPDATE k SET v = '%1$s', tags = '[\"%1$s\"]', updated_at = '%2$s' WHERE name = '%3$s'"
        .formatted(value, at, name);
  }

  @Test
  void conflictsInSeveralTablesAreAllResolvedAndCleanChangesComeAlong() {
    main.commit(
        "CREATE TABLE u (id INT PRIMARY KEY, a VARCHAR(20), updated_at DATETIME)",
        "CREATE TABLE clean (id INT PRIMARY KEY, a VARCHAR(20))",
        "INSERT INTO u VALUES (1, 'a', '2026-01-01')");
    MergeReport report =
        main.mergeAll(
            main.branch(
                "one",
                "UPDATE t SET a = 'p', updated_at = '2026-01-02'",
                "UPDATE u SET a = 'p', updated_at = '2026-01-03'",
                "INSERT INTO clean VALUES (1, 'one')"),
            main.branch(
                "other",
                "UPDATE t SET a = 'q', updated_at = '2026-01-03'",
                "UPDATE u SET a = 'q', updated_at = '2026-01-02'",
                "INSERT INTO clean VALUES (2, 'other')",
                "CREATE TABLE fresh (id INT PRIMARY KEY)",
                "INSERT INTO fresh VALUES (3)"));

    assertThat(main.rows("SELECT a FROM t UNION ALL SELECT a FROM u")).containsExactly("q", "p");
    assertThat(main.rows("SELECT a FROM clean AS OF 'main' ORDER BY id"))
        .containsExactly("one", "other");
    assertThat(main.rows("SELECT id FROM fresh AS OF 'main'")).containsExactly("3");
    assertThat(main.rows("SELECT * FROM dolt_status")).isEmpty();
    assertThat(report.decisions().conflictedRows()).isEqualTo(2);
    assertThat(report.decisions().cells()).extracting(CellDecision::table).contains("t", "u");
  }

  @Test
  void thousandsOfConflictedRowsAreResolvedInOneMerge() {
    String rows =
        "INSERT INTO t (id, a, updated_at) WITH RECURSIVE n (i) AS"
            + " (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 2509)"
            + " SELECT i, 'a', '2026-01-01' FROM n";
    main.commit("SET @@cte_max_recursion_depth = 10000", rows);
    String change =
        "UPDATE t SET a = '%1$s', tags = '[\"%1$s\"]', updated_at = '%2$s' WHERE id > 1";
    MergeReport report =
        main.mergeAll(
            main.branch("one", change.formatted("p", "2026-01-02")),
            main.branch("other", change.formatted("q", "2026-01-03")));

    assertThat(report.decisions().conflictedRows()).isEqualTo(2500);
    assertThat(report.decisions().cellsByPolicy())
        .isEqualTo(Map.of("newest", 2500L, "union", 2500L, "max", 2500L));
    assertThat(report.decisions().cells()).hasSize(1000);
    assertThat(main.row("SELECT COUNT(*) FROM t WHERE a = 'q' AND JSON_LENGTH(tags) = 2"))
        .isEqualTo("2500");
  }
}
