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

/** Tables without a key are merged as multisets, to the last bit of every value. */
@ExtendWith(DoltTestServer.class)
class KeylessTest {
  private TwoBranches branches;

  @BeforeEach
  void create(DoltDatabase database) {
    branches = new TwoBranches(database);
  }

  @TestFactory
  Stream<DynamicTest> copiesOfEveryTypeAreCounted() {
    return Stream.of(
            "BIT(64)|b'1'|b'110001'|18446744073709551615",
            "FLOAT|0.1|0.2|3.4e38",
            "DECIMAL(65,30)|1.5|-1.000000000000000000000000000001|NULL",
            "TIME(6)|'00:00:01'|'-10:00:00.000001'|'838:59:59'",
            "TIMESTAMP(6)|'2026-01-01'|'2026-01-02 03:04:05.678901'|'2026-01-02 03:04:05.678902'",
            "DATETIME(6)|'2026-01-01'|'2026-01-02 03:04:05.678901'|NULL",
            "YEAR|2020|1901|2155",
            "ENUM('b','it''s')|'b'|'it''s'|NULL",
            "SET('x','y')|'x'|''|'x,y'",
            "VARCHAR(9)|'a'|'A'|'a '",
            "VARCHAR(9) COLLATE utf8mb4_0900_ai_ci|'a'|'A'|'ä'",
            "VARCHAR(9) CHARACTER SET utf16|'a'|'é'|'ß'",
            "LONGTEXT|'a'|REPEAT('é', 70000)|REPEAT('é', 70001)",
            "VARBINARY(9)|x''|x'00'|x'0000'",
            "JSON|'1'|'{\"a\": [1, null]}'|'[]'",
            "POINT|POINT(1, 1)|POINT(1, 2)|NULL")
        .map(
            line ->
                DynamicTest.dynamicTest(
                    line,
                    () -> {
                      String[] p = line.split("\\|");
                      copiesOfEveryTypeAreCounted(p[0], p[1], p[2], p[3]);
                    }));
  }

  private void copiesOfEveryTypeAreCounted(String type, String first, String second, String third) {
    TwoBranches branches = new TwoBranches(TestServers.freshDatabase());
    String exact = type.startsWith("BIT") || type.contains("CHAR") ? "HEX(%s)" : "%s";
    branches
        .base(
            "CREATE TABLE t (v " + type + ", n INT)",
            "CREATE TABLE copies (id INT PRIMARY KEY, v " + type + ")",
            "INSERT INTO copies VALUES (1, %s), (2, %s), (3, %s)".formatted(first, second, third),
            "INSERT INTO t VALUES (%1$s, 1), (%1$s, 1), (%2$s, 1)".formatted(first, second))
        .ours(
            "DELETE FROM t WHERE %s <=> (SELECT %s FROM copies WHERE id = 1) LIMIT 1"
                .formatted(exact.formatted("v"), exact.formatted("v")),
            "INSERT INTO t VALUES (%1$s, 1), (%2$s, 1), (%2$s, 1)".formatted(second, third))
        .theirs(
            "INSERT INTO t VALUES (%1$s, 1), (%2$s, 1), (%2$s, 1), (%3$s, 1)"
                .formatted(first, second, third))
        .merged();

    assertThat(
            branches.main.rows(
                "SELECT c.id, COUNT(*) FROM t JOIN copies c ON %s <=> %s GROUP BY c.id ORDER BY 1"
                    .formatted(exact.formatted("t.v"), exact.formatted("c.v"))))
        .containsExactly("1|2", "2|4", "3|3");
  }

  @Test
  void copiesBothSidesDeletedAreNotFewerThanNone() {
    branches
        .base("CREATE TABLE t (v INT)", "INSERT INTO t VALUES (1), (1), (1)")
        .ours("DELETE FROM t LIMIT 2")
        .theirs("DELETE FROM t LIMIT 3")
        .merged();

    assertThat(branches.main.rows("SELECT * FROM t")).isEmpty();
  }

  @Test
  void aUniqueIndexIsKept() {
    ParkReason.ConstraintViolation reason =
        branches
            .base("CREATE TABLE t (v INT UNIQUE, n INT)")
            .ours("INSERT INTO t VALUES (1, 1)")
            .theirs("INSERT INTO t VALUES (1, 2)")
            .parked(ParkReason.ConstraintViolation.class);

    assertThat(reason.rows()).allSatisfy(row -> assertThat(row.row()).containsOnlyKeys("v", "n"));
  }

  @Test
  void aColumnAddedOnOneSideOfAConflictIsParked() {
    branches
        .base("CREATE TABLE t (v INT)", "INSERT INTO t VALUES (1), (1)")
        .ours("ALTER TABLE t ADD COLUMN n INT")
        .theirs("DELETE FROM t LIMIT 1")
        .parked(ParkReason.NotResolvable.class);
  }

  @Test
  void copiesThatWouldRunTriggersAreParked() {
    branches
        .base(
            "CREATE TABLE t (v INT)",
            "INSERT INTO t VALUES (1)",
            "CREATE TRIGGER i BEFORE INSERT ON t FOR EACH ROW SET NEW.v = NEW.v")
        .ours("INSERT INTO t VALUES (1)")
        .theirs("INSERT INTO t VALUES (1), (1)")
        .parked(ParkReason.NotResolvable.class);
  }
}
