package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.core.testing.TestServers;
import dev.polecat.mergequeue.spi.CellChoice;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Values of every type travel through policies, and find their rows as keys, unharmed. */
@ExtendWith(DoltTestServer.class)
class ColumnTypesTest {
  @TestFactory
  Stream<DynamicTest> aPolicysValueArrivesAsTheBranchHadIt() {
    return Stream.of(
            "INT|1|2|-3",
            "BIGINT UNSIGNED|1|2|18446744073709551615",
            "BIT(64)|b'1'|b'10'|18446744073709551615",
            "DECIMAL(65,30)|1|2|-1.000000000000000000000000000001",
            "FLOAT|1|2|0.1",
            "DOUBLE|1|2|1e300",
            "DATE|'2020-01-01'|'2020-01-02'|'9999-12-31'",
            "DATETIME(6)|'2020-01-01'|'2020-01-02'|'2020-01-03 01:02:03.000004'",
            "TIMESTAMP(6)|'2020-01-01'|'2020-01-02'|'2020-01-03 01:02:03.000004'",
            "TIME(6)|'1:00'|'2:00'|'-10:00:00.000001'",
            "YEAR|2000|2001|2155",
            "ENUM('a','b','it''s')|'a'|'b'|'it''s'",
            "SET('a','b')|'a'|'b'|'a,b'",
            "VARCHAR(50)|'a'|'b'|'it''s ü %s ? \\\\'",
            "VARCHAR(50) CHARACTER SET utf16|'a'|'b'|'é'",
            "CHAR(9)|'a'|'b'|'c '",
            "VARBINARY(9)|x'00'|x'01'|x'ff0027'",
            "BINARY(3)|x'00'|x'01'|x'ff0027'",
            "JSON|'1'|'2'|'{\"a\":[1,\"x\"]}'",
            "POINT|POINT(1, 1)|POINT(1, 2)|POINT(1.5, -3)")
        .map(
            line ->
                DynamicTest.dynamicTest(
                    line,
                    () -> {
                      String[] p = line.split("\\|");
                      aPolicysValueArrivesAsTheBranchHadIt(p[0], p[1], p[2], p[3]);
                    }));
  }

  private void aPolicysValueArrivesAsTheBranchHadIt(
      String type, String base, String ours, String theirs) {
    TwoBranches branches = new TwoBranches(TestServers.freshDatabase());
    String same = type.startsWith("BIT") ? "HEX(x.v) <=> HEX(y.v)" : "x.v <=> y.v";
    if (type.equals("JSON")) {
      same = "CAST(x.v AS CHAR) <=> CAST(y.v AS CHAR)";
    }
    branches
        .base(
            "CREATE TABLE t (id INT PRIMARY KEY, v " + type + ", w " + type + ", at DATETIME)",
            "INSERT INTO t VALUES (1, %1$s, %1$s, '2026-01-01'), (2, %2$s, %2$s, NULL)"
                .formatted(base, theirs))
        .policies(
            ConflictPolicies.builder()
                .table(
                    "t",
                    t ->
                        t.column(
                                "v", Policy.custom("copy", cell -> CellChoice.value(cell.theirs())))
                            .otherwise(Policy.newestByCell("at")))
                .build())
        .ours("UPDATE t SET v = %1$s, w = %1$s, at = '2026-01-02' WHERE id = 1".formatted(ours))
        .theirs("UPDATE t SET v = %1$s, w = %1$s, at = '2026-01-03' WHERE id = 1".formatted(theirs))
        .merged();

    assertThat(
            branches.main.rows(
                "SELECT %s, %s FROM t x JOIN t y WHERE x.id = 1 AND y.id = 2"
                    .formatted(same, same.replace(".v", ".w"))))
        .containsExactly("1|1");
  }

  @TestFactory
  Stream<DynamicTest> rowsAreFoundByKeysOfEveryType() {
    return Stream.of(
            "BIGINT UNSIGNED|1|18446744073709551615",
            "BIT(64)|b'1'|18446744073709551615",
            "DECIMAL(65,30)|1.5|-1.000000000000000000000000000001",
            "FLOAT|0.1|3.4e38",
            "DOUBLE|0.1|1e300",
            "DATE|'2026-01-01'|'9999-12-31'",
            "DATETIME(6)|'2026-01-01'|'2026-01-02 03:04:05.678901'",
            "TIMESTAMP(6)|'2026-01-01'|'2026-01-02 03:04:05.678901'",
            "TIME(6)|'00:00:01'|'-10:00:00.000001'",
            "YEAR|2020|1901",
            "ENUM('b','it''s')|'b'|'it''s'",
            "SET('x','y')|''|'x,y'",
            "CHAR(9)|''|'a'",
            "VARCHAR(9)|'a'|'a '",
            "VARCHAR(9) COLLATE utf8mb4_0900_ai_ci|'a'|'B'",
            "VARCHAR(9) CHARACTER SET utf16|'a'|'é'",
            "BINARY(4)|x'00'|x'0100ff'",
            "VARBINARY(9)|x''|x'0000'")
        .map(
            line ->
                DynamicTest.dynamicTest(
                    line,
                    () -> {
                      String[] p = line.split("\\|");
                      rowsAreFoundByKeysOfEveryType(p[0], p[1], p[2]);
                    }));
  }

  private void rowsAreFoundByKeysOfEveryType(String type, String one, String other) {
    TwoBranches branches = new TwoBranches(TestServers.freshDatabase());
    branches
        .base(
            "CREATE TABLE t (k "
                + type
                + ", tags JSON, n INT COMMENT 'merge=sum',"
                + " z VARCHAR(9) COMMENT 'merge=newest-by-cell', updated_at DATETIME,"
                + " PRIMARY KEY (k))",
            "INSERT INTO t VALUES (%s, '[0]', 0, 'a', '2026-01-01')".formatted(one),
            "INSERT INTO t VALUES (%s, '[0]', 0, 'a', '2026-01-01')".formatted(other))
        .ours("UPDATE t SET tags = '[1]', n = 1, z = 'p', updated_at = '2026-01-02'")
        .theirs("UPDATE t SET tags = '[2]', n = 1, z = 'q', updated_at = '2026-01-03'")
        .merged();

    assertThat(branches.main.rows("SELECT tags, n, z FROM t"))
        .containsExactly("[1,2]|2|q", "[1,2]|2|q");
  }
}
