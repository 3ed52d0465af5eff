package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoltTestServer.class)
class CellPoliciesTest {
  private MainAndBranches main;

  @BeforeEach
  void table(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), b VARCHAR(20), n INT, tags JSON,"
            + " updated_at DATETIME(6))",
        "INSERT INTO t VALUES (1, 'a', 'b', 1, '[\"x\"]', '2026-01-01')");
  }

  private static String set(String assignments) {
    return "UPDATE t SET " + assignments + " WHERE id = 1";
  }

  /** What the columns hold after merging one and then the other, which must not depend on order. */
  private String inBothOrders(ConflictPolicies policies, String columns, String one, String other) {
    String found = inOrder(policies, columns, one, other);
    assertThat(inOrder(policies, columns, other, one)).isEqualTo(found);
    return found;
  }

  private String inOrder(ConflictPolicies policies, String columns, String... sets) {
    String start = main.row("SELECT HASHOF('main')");
    MergeRequest first = main.branch("first", set(sets[0]));
    MergeRequest second = main.branch("second", set(sets[1]));
    main.mergeAll(policies, first, second);
    String found = main.row("SELECT " + columns + " FROM t WHERE id = 1");
    main.run(BranchName.MAIN, "CALL DOLT_RESET('--hard', '" + start + "')");
    return found;
  }

  private String byDefault(String columns, String one, String other) {
    return inBothOrders(ConflictPolicies.ofDefaults(), columns, one, other);
  }

  @Test
  void aBranchWithoutConflictsIsMergedAsItIs() {
    MergeReport report =
        main.mergeAll(main.branch("one", "INSERT INTO t (id, a) VALUES (2, 'new')"));

    assertThat(main.rows("SELECT id, a FROM t ORDER BY id")).containsExactly("1|a", "2|new");
    assertThat(report.decisions().conflictedRows()).isZero();
    assertThat(report.decisions().cellsByPolicy()).isEmpty();
    assertThat(report.decisions().cells()).isEmpty();
  }

  @Test
  void changesOfDifferentCellsOfARowAreBothKeptEvenWhenAnotherCellConflicts() {
    assertThat(
            byDefault(
                "a, b, n, updated_at",
                "a = 'one', n = 5, updated_at = '2026-01-02'",
                "b = 'other', n = 6, updated_at = '2026-01-03'"))
        .isEqualTo("one|other|6|2026-01-03 00:00:00");
  }

  @Test
  void newestTakesTheSideWhoseTimeIsLater() {
    assertThat(
            byDefault(
                "a", "a = 'z', updated_at = '2026-01-02'", "a = 'y', updated_at = '2026-01-03'"))
        .isEqualTo("y");
  }

  @Test
  void newestComparesMicroseconds() {
    assertThat(
            byDefault(
                "a, updated_at",
                "a = 'z', updated_at = '2026-01-02 00:00:00.000001'",
                "a = 'y', updated_at = '2026-01-02 00:00:00.000002'"))
        .isEqualTo("y|2026-01-02 00:00:00.000002");
  }

  @Test
  void newestTakesNullForTheOldestTime() {
    assertThat(
            byDefault(
                "a, updated_at",
                "a = 'z', updated_at = NULL",
                "a = 'y', updated_at = '1999-01-01'"))
        .isEqualTo("y|1999-01-01 00:00:00");
    assertThat(
            byDefault("a, updated_at", "a = 'z', updated_at = NULL", "a = 'y', updated_at = NULL"))
        .isEqualTo("z|null");
  }

  @Test
  void newestCanDecideForNull() {
    assertThat(
            byDefault(
                "a", "a = 'z', updated_at = '2026-01-02'", "a = NULL, updated_at = '2026-01-03'"))
        .isEqualTo("null");
  }

  @Test
  void newestTakesTheGreaterValueWhenBothSidesHaveTheSameTime() {
    String now = ", updated_at = '2026-01-02'";
    assertThat(byDefault("a, n", "a = 'p', n = 9" + now, "a = 'q', n = 10" + now))
        .isEqualTo("q|10");
    assertThat(byDefault("a", "a = 'p'" + now, "a = NULL" + now)).isEqualTo("p");
    assertThat(byDefault("a", "a = 'P'" + now, "a = 'p'" + now)).isEqualTo("p");
  }

  @Test
  void newestDecidesEachCellByTheTimesBeforeTheMerge() {
    // the time of the row becomes the later one only after every cell has been decided by it
    assertThat(
            byDefault(
                "a, b, n",
                "a = 'old', b = 'old', n = 1000, updated_at = '2026-01-02'",
                "a = 'new', b = 'new', n = 2, updated_at = '2026-01-03'"))
        .isEqualTo("new|new|2");
  }

  @Test
  void unionKeepsWhatEitherSideAdded() {
    main.mergeAll(
        main.branch("one", set("tags = '[\"x\", \"p\"]', updated_at = '2026-01-02'")),
        main.branch("other", set("tags = '[\"x\", \"q\"]', updated_at = '2026-01-03'")));

    assertThat(main.row("SELECT tags FROM t")).isEqualTo("[\"x\",\"p\",\"q\"]");
  }

  @Test
  void unionIsWrittenAlsoWhereItIsWhatOneSideHas() {
    assertThat(
            inOrder(
                ConflictPolicies.ofDefaults(),
                "tags",
                "tags = '[\"x\", \"p\", \"q\"]'",
                "tags = '[\"x\", \"p\"]'"))
        .isEqualTo("[\"x\",\"p\",\"q\"]");
    assertThat(
            inOrder(
                ConflictPolicies.ofDefaults(),
                "tags",
                "tags = '[\"x\", \"p\"]'",
                "tags = '[\"x\", \"p\", \"q\"]'"))
        .isEqualTo("[\"x\",\"p\",\"q\"]");
  }

  @Test
  void unionTakesTheJsonNullForTheEmptyArrayToo() {
    assertThat(byDefault("tags", "tags = 'null'", "tags = '[\"q\"]'")).isEqualTo("[\"q\"]");
    assertThat(byDefault("tags", "tags = NULL", "tags = 'null'")).isEqualTo("[]");
  }

  @Test
  void anArrayOnlyOneSideChangedIsNotUnited() {
    assertThat(byDefault("tags", "tags = '[]', a = 'p'", "a = 'q'")).isEqualTo("[]");
  }

  @Test
  void jsonIsComparedByStructure() {
    main.commit("UPDATE t SET tags = '[{\"a\": 1, \"b\": 2}]'");
    MergeReport report =
        main.mergeAll(
            main.branch("one", set("a = 'p', tags = '[{\"a\": 3, \"b\": 2}]'")),
            main.branch("other", set("a = 'q', tags = '[{\"b\": 2, \"a\": 3}]'")));

    assertThat(report.decisions().cellsByPolicy()).isEqualTo(Map.of("newest", 1L));
  }

  @Test
  void eachColumnMayGoByATimeOfItsOwn() {
    main.commit("ALTER TABLE t ADD COLUMN a_at DATETIME", "ALTER TABLE t ADD COLUMN b_at DATETIME");
    ConflictPolicies policies =
        ConflictPolicies.builder()
            .table(
                "t",
                t ->
                    t.column("a", Policy.newest("a_at"))
                        .column("b", Policy.newest("b_at"))
                        .otherwise(Policy.max()))
            .build();
    assertThat(
            inBothOrders(
                policies,
                "a, b, a_at, b_at",
                "a = 'p', b = 'p', a_at = '2026-02-02', b_at = '2026-02-02'",
                "a = 'q', b = 'q', a_at = '2026-02-01', b_at = '2026-02-03'"))
        .isEqualTo("p|q|2026-02-02 00:00:00|2026-02-03 00:00:00");
  }

  @Test
  void unionTakesNullForTheEmptyArray() {
    assertThat(
            byDefault(
                "tags",
                "tags = NULL, updated_at = '2026-01-02'",
                "tags = '[\"q\"]', updated_at = '2026-01-03'"))
        .isEqualTo("[\"q\"]");
  }

  @Test
  void maxTakesTheGreaterAndNullLoses() {
    ConflictPolicies max = onColumn("n", Policy.max());
    assertThat(inBothOrders(max, "n", "n = 9, updated_at = '2026-02-02'", "n = 10"))
        .isEqualTo("10");
    assertThat(inBothOrders(max, "n", "n = -9", "n = NULL")).isEqualTo("-9");
  }

  @Test
  void maxComparesStringsAndTimesToo() {
    assertThat(inBothOrders(onColumn("a", Policy.max()), "a", "a = '10'", "a = '9'"))
        .isEqualTo("9");
    assertThat(inBothOrders(onColumn("a", Policy.max()), "a", "a = 'K'", "a = 'k'")).isEqualTo("k");
  }

  private static ConflictPolicies onColumn(String column, Policy policy) {
    return ConflictPolicies.builder().table("t", t -> t.column(column, policy)).build();
  }

  @Test
  void equalChangesOnBothSidesAreNoDecision() {
    MergeReport report =
        main.mergeAll(
            main.branch("one", set("a = 'same', updated_at = '2026-01-02'")),
            main.branch("other", set("a = 'same', updated_at = '2026-01-03'")));

    assertThat(report.decisions().cellsByPolicy()).isEqualTo(Map.of("max", 1L));
  }
}
