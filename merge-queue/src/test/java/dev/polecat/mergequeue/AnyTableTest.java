package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What users' own tables may look like, and must not be harmed by. */
@ExtendWith(DoltTestServer.class)
class AnyTableTest {
  private MainAndBranches main;

  @BeforeEach
  void create(DoltDatabase database) {
    main = new MainAndBranches(database);
  }

  @Test
  void tableAndColumnNamesMayHoldQuotesBackticksBlanksAndUnicode() {
    String table = "`it's a \"t``able\" ✓`";
    String set =
        "UPDATE " + table + " SET `it's` = '%1$s', `b``t` = '%1$s', `über \"x\"` = '[\"%1$s\"]', ";
    main.commit(
        "CREATE TABLE "
            + table
            + " (`the 'key'` INT PRIMARY KEY, `it's` VARCHAR(20), `b``t` VARCHAR(20),"
            + " `über \"x\"` JSON, `%s` INT, `?` INT, updated_at DATETIME)",
        "INSERT INTO " + table + " VALUES (1, 'a', 'a', '[]', 1, 1, '2026-01-01')");
    MergeReport report =
        main.mergeAll(
            main.branch("one", set.formatted("p") + "`%s` = 7, updated_at = '2026-01-02'"),
            main.branch("other", set.formatted("q") + "`?` = 8, updated_at = '2026-01-03'"));

    assertThat(main.row("SELECT * FROM " + table))
        .isEqualTo("1|q|q|[\"p\",\"q\"]|7|8|2026-01-03 00:00:00");
    assertThat(report.decisions().cells())
        .extracting(CellDecision::column)
        .containsExactlyInAnyOrder("it's", "b`t", "über \"x\"", "updated_at");
    assertThat(report.decisions().cells())
        .extracting(CellDecision::table)
        .containsOnly("it's a \"t`able\" ✓");
  }

  @Test
  void columnsNamedLikeDoltsOwnAreMergedAsAnyOther() {
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, our_a VARCHAR(9), their_a VARCHAR(9), a VARCHAR(9),"
            + " base_a VARCHAR(9), x_diff_type VARCHAR(9), codes VARCHAR(9), updated_at DATETIME)",
        "INSERT INTO t VALUES (1, '0', '0', '0', '0', '0', '0', '2026-01-01')");
    main.mergeAll(
        main.branch(
            "one", "UPDATE t SET our_a = 'p', a = 'p', codes = 'p', updated_at = '2026-01-02'"),
        main.branch(
            "other",
            "UPDATE t SET their_a = 'q', a = 'q', x_diff_type = 'q', updated_at = '2026-01-03'"));

    assertThat(main.row("SELECT our_a, their_a, a, base_a, x_diff_type, codes FROM t"))
        .isEqualTo("p|q|q|0|q|p");
  }

  @Test
  void generatedColumnsFollowTheirRow() {
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, total INT AS (a + b) STORED)",
        "INSERT INTO t (id, a, b) VALUES (1, 1, 1)");
    main.mergeAll(
        main.branch("one", "UPDATE t SET a = 10"), main.branch("other", "UPDATE t SET b = 100"));

    assertThat(main.row("SELECT a, b, total FROM t")).isEqualTo("10|100|110");
  }

  @Test
  void aCommentAboutGeneratedColumnsMakesNone() {
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT COMMENT 'not GENERATED ALWAYS AS (1)',"
            + " updated_at DATETIME)",
        "INSERT INTO t VALUES (1, 1, '2026-01-01')");
    main.mergeAll(
        main.branch("one", "UPDATE t SET a = 2, updated_at = '2026-01-02'"),
        main.branch("other", "UPDATE t SET a = 3, updated_at = '2026-01-03'"));

    assertThat(main.row("SELECT a FROM t")).isEqualTo("3");
  }

  @Test
  void resolvingDoesNotTouchTimesTheServerSetsOnChange() {
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9), tags JSON,"
            + " updated_at TIMESTAMP(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),"
            + " touched DATETIME DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)",
        "INSERT INTO t VALUES (1, 'a', '[]', '2026-01-01', '2026-01-01')");
    main.mergeAll(
        main.branch(
            "one",
            "UPDATE t SET a = 'p', tags = '[\"p\"]', updated_at = '2026-01-02', touched = '2026-01-01'"),
        main.branch(
            "other",
            "UPDATE t SET a = 'q', tags = '[\"q\"]', updated_at = '2026-01-03', touched = '2026-01-01'"));

    assertThat(main.row("SELECT * FROM t"))
        .isEqualTo("1|q|[\"p\",\"q\"]|2026-01-03 00:00:00|2026-01-01 00:00:00");
  }

  @Test
  void aChangeOfLettersCaseIsAChangeWhateverTheCollation() {
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20) COLLATE utf8mb4_0900_ai_ci,"
            + " b TEXT COLLATE utf8mb4_general_ci, c VARCHAR(20) COLLATE utf8mb4_general_ci,"
            + " updated_at DATETIME)",
        "INSERT INTO t VALUES (1, 'word', 'word', 'word', '2026-01-01')");
    main.mergeAll(
        main.branch("one", "UPDATE t SET b = 'WORD', c = 'Word', updated_at = '2026-01-02'"),
        main.branch("other", "UPDATE t SET a = 'WORD', c = 'WORD', updated_at = '2026-01-03'"));

    assertThat(main.row("SELECT a, b, c FROM t")).isEqualTo("WORD|WORD|WORD");
  }

  @Test
  void indexesFindWhatTheMergeWrote() {
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), b INT, updated_at DATETIME,"
            + " INDEX by_a (a), INDEX by_b (b))",
        "INSERT INTO t VALUES (1, 'a', 1, '2026-01-01'), (2, 'a', 2, '2026-01-01')");
    main.mergeAll(
        main.branch("one", "UPDATE t SET a = 'p', updated_at = '2026-01-02'"),
        main.branch("other", "UPDATE t SET a = 'q', b = b + 10, updated_at = '2026-01-03'"));

    assertThat(main.rows("SELECT id FROM t FORCE INDEX (by_a) WHERE a = 'q'")).hasSize(2);
    assertThat(main.rows("SELECT id FROM t FORCE INDEX (by_a) WHERE a IN ('a', 'p')")).isEmpty();
    assertThat(main.rows("SELECT id FROM t FORCE INDEX (by_b) WHERE b > 10")).hasSize(2);
    assertThat(main.rows("SELECT id FROM t FORCE INDEX (by_b) WHERE b <= 10")).isEmpty();
  }

  @Test
  void everyColumnTypeCanBeContested() {
    record Kind(String type, String base, String lesser, String greater) {}
    List<Kind> kinds =
        List.of(
            new Kind("BIGINT UNSIGNED", "1", "9223372036854775808", "18446744073709551615"),
            new Kind("DECIMAL(40, 10)", "1", "12345678901234567890.1", "12345678901234567890.2"),
            new Kind("DOUBLE", "1", "1.5", "1e300"),
            new Kind("FLOAT", "1", "1.5", "2.5"),
            new Kind("BIT(8)", "b'1'", "b'10'", "b'11'"),
            new Kind("BOOLEAN", "NULL", "FALSE", "TRUE"),
            new Kind("DATE", "'2026-01-01'", "'2026-01-02'", "'2026-01-03'"),
            new Kind("TIME(6)", "'00:00:01'", "'09:00:00'", "'10:00:00'"),
            new Kind("YEAR", "2020", "2021", "2022"),
            new Kind("ENUM('low', 'high', 'a')", "'a'", "'low'", "'high'"),
            new Kind("SET('x', 'y', 'z')", "'z'", "'x'", "'y'"),
            new Kind("CHAR(5)", "'a'", "'b'", "'c'"),
            new Kind("LONGTEXT", "'a'", "'b'", "'ß'"),
            new Kind("VARBINARY(5)", "x'00'", "x'7f'", "x'ff'"),
            new Kind("BLOB", "x'00'", "x'7f'", "x'ff00'"));
    for (Kind kind : kinds) {
      main.commit(
          "DROP TABLE IF EXISTS t",
          "CREATE TABLE t (id INT PRIMARY KEY, v " + kind.type() + ", updated_at DATETIME)",
          "INSERT INTO t VALUES (1, " + kind.base() + ", '2026-01-01')",
          "INSERT INTO t VALUES (2, " + kind.base() + ", '2026-01-01')",
          "INSERT INTO t VALUES (3, " + kind.lesser() + ", '2026-01-01')",
          "INSERT INTO t VALUES (4, " + kind.greater() + ", '2026-01-01')");
      String set = "UPDATE t SET v = %s, updated_at = '2026-01-%s' WHERE id = %s";
      MergeReport report =
          main.mergeAll(
              main.branch(
                  "one",
                  set.formatted(kind.lesser(), "03", 1),
                  set.formatted(kind.lesser(), "03", 2)),
              main.branch(
                  "other",
                  set.formatted(kind.greater(), "02", 1),
                  set.formatted(kind.greater(), "03", 2)));

      assertThat(
              main.rows(
                  "SELECT x.id, y.id FROM t x JOIN t y ON x.v = y.v WHERE x.id < 3 AND y.id > 2 ORDER BY x.id"))
          .as("row 1 takes the newer value, row 2 at equal times the greater one: " + kind.type())
          .containsExactly("1|3", "2|4");
      assertThat(report.decisions().cellsByPolicy()).as(kind.type()).containsEntry("newest", 2L);
    }
  }
}
