package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.core.testing.TestServers;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Names that mean something to SQL, to Dolt or to this library are names like any other. */
@ExtendWith(DoltTestServer.class)
class OddNamesTest {
  private TwoBranches branches;

  @BeforeEach
  void create(DoltDatabase database) {
    branches = new TwoBranches(database);
  }

  @TestFactory
  Stream<DynamicTest> tables() {
    return Stream.of(
            "a.b",
            "50%",
            "%s",
            "order",
            "back\\slash",
            "Ünï \"q\" 'q'",
            "UPPER",
            "a -> b",
            "a/b",
            "main",
            "x,y;z",
            "?",
            "tick``tick")
        .map(name -> DynamicTest.dynamicTest(name, () -> tables(name)));
  }

  private void tables(String name) {
    TwoBranches branches = new TwoBranches(TestServers.freshDatabase());
    String table = "`" + name + "`";
    branches
        .base(
            "CREATE TABLE "
                + table
                + " (id INT PRIMARY KEY, v INT, tags JSON, n INT COMMENT 'merge=sum',"
                + " updated_at DATETIME)",
            "INSERT INTO " + table + " VALUES (1, 1, '[]', 0, NULL), (2, 2, '[]', 0, NULL)")
        .ours(
            "UPDATE " + table + " SET v = 2, tags = '[1]', n = 1 WHERE id = 1",
            "DELETE FROM " + table + " WHERE id = 2")
        .theirs("UPDATE " + table + " SET v = 3, tags = '[2]', n = 1")
        .merged();

    assertThat(branches.main.rows("SELECT v, tags, n FROM " + table + " ORDER BY id"))
        .containsExactly("3|[1,2]|2", "3|[2]|1");
  }

  @TestFactory
  Stream<DynamicTest> columns() {
    return Stream.of(
            "commit",
            "commit_date",
            "their_x",
            "our_diff_type",
            "cardinality",
            "from_root_ish",
            "dolt_conflict_id",
            "base_id",
            "rank",
            "select",
            "codes",
            "o",
            "t",
            "merged",
            "total",
            "gone",
            "x.y",
            "50%",
            "%s",
            "?",
            "a b",
            "tick``tick",
            "back\\slash",
            "it's")
        .map(name -> DynamicTest.dynamicTest(name, () -> columns(name)));
  }

  private void columns(String name) {
    TwoBranches branches = new TwoBranches(TestServers.freshDatabase());
    branches
        .base(
            "CREATE TABLE t (id INT PRIMARY KEY, `" + name + "` INT, tags JSON, at DATETIME)",
            "INSERT INTO t VALUES (1, 0, '[]', '2026-01-01')")
        .policies(
            ConflictPolicies.builder()
                .table(
                    "t", t -> t.column("tags", Policy.union()).otherwise(Policy.newestByCell("at")))
                .build())
        .ours("UPDATE t SET `" + name + "` = 1, tags = '[1]', at = '2026-01-03'")
        .theirs("UPDATE t SET `" + name + "` = 2, tags = '[2]', at = '2026-01-02'")
        .merged();

    assertThat(branches.main.row("SELECT `" + name + "`, tags FROM t")).isEqualTo("1|[1,2]");
  }

  @Test
  void aColumnThatHidesOneOfDoltsIsParked() {
    branches
        .base("CREATE TABLE t (id INT PRIMARY KEY, diff_type INT, v INT, updated_at DATETIME)")
        .base("INSERT INTO t VALUES (1, 1, 1, NULL)")
        .ours("UPDATE t SET v = 2")
        .theirs("UPDATE t SET v = 3")
        .parked(ParkReason.NotResolvable.class);
  }
}
