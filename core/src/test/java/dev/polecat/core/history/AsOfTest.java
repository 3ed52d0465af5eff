package dev.polecat.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A table is read as it was, by any name of a state, and at any time. */
@ExtendWith(DoltTestServer.class)
class AsOfTest {
  private Branches on;
  private History history;
  private CommitHash first;

  @BeforeEach
  void table(DoltDatabase database) {
    on = new Branches(database);
    history = History.of(database);
    first =
        on.commit(
            "main",
            "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(9))",
            "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
  }

  private List<String> rows(Revision at) {
    return rows(at, "t");
  }

  private List<String> rows(Revision at, String table) {
    try (Stream<Row> rows = history.rows(at, table)) {
      return rows.map(row -> row.values().values().toString()).sorted().toList();
    }
  }

  /** Commits on a branch as if at a time. */
  private CommitHash commitAt(String branch, String time, String... statements) throws Exception {
    try (Connection connection = on.database().connect(BranchName.of(branch));
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
      statement.execute("CALL DOLT_COMMIT('-Am', 'x', '--date', '" + time + "')");
    }
    return on.head(branch);
  }

  @Test
  void statesAreNamedByBranchTagHashAndAncestor() {
    on.commit("main", "UPDATE t SET v = 'A' WHERE id = 1");
    on.database().createTag(BranchName.of("v1"), first);

    assertThat(rows(Revision.MAIN)).containsExactly("[1, A]", "[2, b]");
    for (Revision old :
        List.of(
            Revision.of("v1"), Revision.of(first), Revision.of("main~"), Revision.of("main~1"))) {
      assertThat(rows(old)).containsExactly("[1, a]", "[2, b]");
    }
    assertThat(rows(Revision.MAIN, "T")).containsExactly("[1, A]", "[2, b]");
  }

  @Test
  void uncommittedRowsAreReadIfAskedFor() {
    on.fork("toast", "INSERT INTO t VALUES (3, 'c')");
    on.run("toast", "INSERT INTO t VALUES (4, 'd')");
    BranchName toast = BranchName.of("toast");

    assertThat(rows(Revision.working(toast))).hasSize(4);
    assertThat(rows(Revision.of(toast))).hasSize(3);
    assertThat(history.row(Revision.working(toast), "t", Map.of("id", 4))).isPresent();
    assertThat(history.row(Revision.of(toast), "t", Map.of("id", 4))).isEmpty();
  }

  @Test
  void rowsHaveTheColumnsOfTheirTimeGeneratedOnesAmongThem() {
    on.commit("main", "ALTER TABLE t DROP COLUMN v", "ALTER TABLE t ADD COLUMN g INT AS (id + 1)");

    assertThat(history.row(Revision.of(first), "t", Map.of("id", 1)).orElseThrow().values())
        .containsExactly(Map.entry("id", 1L), Map.entry("v", "a"));
    assertThat(history.row(Revision.MAIN, "t", Map.of("id", 1)).orElseThrow().values())
        .containsExactly(Map.entry("id", 1L), Map.entry("g", 2L));
  }

  @Test
  void aTableWithoutAKeyIsReadAndItsRowsAreNotLookedUp() {
    on.commit("main", "CREATE TABLE k (v INT)", "INSERT INTO k VALUES (1), (1)");

    assertThat(rows(Revision.MAIN, "k")).containsExactly("[1]", "[1]");
    assertThatThrownBy(() -> history.row(Revision.MAIN, "k", Map.of("v", 1)))
        .isInstanceOf(RowKeyException.class)
        .hasMessageContaining("no primary key");
  }

  @Test
  void aTimeMeansWhatTheBranchItselfWasThen() throws Exception {
    BranchName toast = BranchName.of("toast");
    on.database().createBranch(toast, first);
    commitAt("toast", "2037-01-01T00:00:00", "UPDATE t SET v = 'early' WHERE id = 1");
    CommitHash before = commitAt("main", "2037-01-02T00:00:00", "INSERT INTO t VALUES (3, 'c')");
    commitAt("toast", "2037-01-03T00:00:00", "UPDATE t SET v = 'later' WHERE id = 1");
    CommitHash merged =
        commitAt(
            "main", "2037-01-05T00:00:00", "CALL DOLT_MERGE('toast', '--no-commit', '--no-ff')");

    assertThat(history.commitAt(BranchName.MAIN, Instant.parse("2037-01-04T00:00:00Z")).hash())
        .as("toast's commits were not on main yet")
        .isEqualTo(before);
    for (String time : List.of("2037-01-05T00:00:00Z", "2040-01-01T00:00:00Z")) {
      assertThat(history.commitAt(BranchName.MAIN, Instant.parse(time)).hash()).isEqualTo(merged);
    }
    assertThat(history.commitAt(BranchName.MAIN, Instant.parse("2037-01-04T23:59:59.999Z")).hash())
        .isEqualTo(before);
    CommitInfo then = history.commitAt(toast, Instant.parse("2037-01-04T00:00:00Z"));
    assertThat(rows(Revision.of(then.hash()))).containsExactly("[1, later]", "[2, b]");
  }

  @Test
  void aTimeBeforeTheFirstCommitIsAnErrorThatSaysWhenThatWas() {
    assertThatThrownBy(
            () -> history.commitAt(BranchName.MAIN, Instant.parse("2001-01-01T00:00:00Z")))
        .isInstanceOf(TooEarlyException.class)
        .hasMessageContaining("2001-01-01")
        .hasMessageContaining("the first is of");
    assertThatThrownBy(() -> history.commitAt(BranchName.of("nobody"), Instant.now()))
        .isInstanceOf(UnknownRevisionException.class);
  }

  @Test
  void keysAreTakenInTheirTypeOrAsTextAndNothingIsGuessed() {
    on.commit(
        "main",
        "CREATE TABLE x (n BIGINT UNSIGNED, s VARCHAR(20), d DATETIME, b VARBINARY(4), m DECIMAL(5,2),"
            + " PRIMARY KEY (s, n, d, b, m))",
        "INSERT INTO x VALUES (18446744073709551615, 'o''\\\\n', '2026-01-02 03:04:00', x'00ff', 1.50)",
        "INSERT INTO t VALUES (0, 'zero')");
    Map<String, Object> texts =
        Map.of(
            "N",
            "18446744073709551615",
            "s",
            "o'\\n",
            "d",
            "2026-01-02 03:04",
            "b",
            "00ff",
            "m",
            "1.5");

    assertThat(history.row(Revision.MAIN, "x", texts)).isPresent();
    Row row = history.row(Revision.MAIN, "x", texts).orElseThrow();
    assertThat(history.row(Revision.MAIN, "x", row.values())).isPresent();
    for (Object wrong : new Object[] {"abc", "", "1.5", 1.5, new byte[1], "1 OR 1=1"}) {
      assertThatThrownBy(() -> history.row(Revision.MAIN, "t", Map.of("id", wrong)))
          .isInstanceOf(RowKeyException.class)
          .hasMessageContaining("id");
    }
    for (Map<String, ?> wrong :
        List.<Map<String, ?>>of(Map.of(), Map.of("v", "a"), Map.of("id", 1, "v", "a"))) {
      assertThatThrownBy(() -> history.row(Revision.MAIN, "t", wrong))
          .isInstanceOf(RowKeyException.class)
          .hasMessageContaining("[id]");
    }
  }

  @Test
  void whatIsUnknownIsSaid() {
    assertThatThrownBy(() -> history.rows(Revision.of("main~1"), "t"))
        .isInstanceOf(UnknownTableException.class);
    assertThatThrownBy(() -> history.rows(Revision.working(BranchName.of("gone")), "t"))
        .isInstanceOf(UnknownRevisionException.class)
        .hasMessageContaining("gone");
    for (String missing : List.of("nobody", "main~99", "0".repeat(32))) {
      assertThatThrownBy(() -> history.rows(Revision.of(missing), "t"))
          .isInstanceOf(UnknownRevisionException.class)
          .hasMessageContaining(missing);
    }
  }
}
