package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dolt 1.86.4 panics, or drops changes, when it merges rows of such tables by itself. */
@ExtendWith(DoltTestServer.class)
class GeneratedColumnsTest {
  private MainAndBranches main;

  @BeforeEach
  void setUp(DoltDatabase database) {
    main = new MainAndBranches(database);
  }

  private void table(String kind) {
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT, total INT AS (a + b) "
            + kind
            + ", b INT, c VARCHAR(20), tags JSON, updated_at TIMESTAMP(6) DEFAULT"
            + " CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6))",
        "INSERT INTO t (id, a, b, c, tags, updated_at) VALUES"
            + " (1, 1, 1, 'x', '[1]', '2026-01-01'), (2, 1, 1, 'x', '[1]', '2026-01-01'),"
            + " (3, 1, 1, 'x', '[1]', '2026-01-01'), (4, 1, 1, 'x', '[1]', '2026-01-01')");
  }

  @ParameterizedTest
  @ValueSource(strings = {"STORED", "VIRTUAL"})
  void rowsBothSidesChangedAreMergedCellByCellAndComputedAnew(String kind) {
    table(kind);
    MergeReport report =
        main.mergeAll(
            main.branch(
                "one",
                "UPDATE t SET a = 10, c = 'one', tags = '[1, 2]', updated_at = '2026-01-03'"
                    + " WHERE id = 1",
                "UPDATE t SET b = 7, updated_at = '2026-01-02' WHERE id = 2",
                "DELETE FROM t WHERE id = 3",
                "INSERT INTO t (id, a, b, updated_at) VALUES (9, 1, 1, '2026-01-02')"),
            main.branch(
                "other",
                "UPDATE t SET b = 100, c = 'other', tags = '[1, 3]', updated_at = '2026-01-02'"
                    + " WHERE id = 1",
                "UPDATE t SET b = 8, updated_at = '2026-01-03' WHERE id = 2",
                "UPDATE t SET b = 5, updated_at = '2026-01-03' WHERE id = 3",
                "UPDATE t SET a = 50, updated_at = '2026-01-03' WHERE id = 4",
                "INSERT INTO t (id, a, b, updated_at) VALUES (9, 2, 2, '2026-01-03')"));

    assertThat(main.rows("SELECT id, a, b, total, c, tags, updated_at FROM t ORDER BY id"))
        .containsExactly(
            "1|10|100|110|one|[1,2,3]|2026-01-03 00:00:00",
            "2|1|8|9|x|[1]|2026-01-03 00:00:00",
            "3|1|5|6|x|[1]|2026-01-03 00:00:00",
            "4|50|1|51|x|[1]|2026-01-03 00:00:00",
            "9|2|2|4|null|null|2026-01-03 00:00:00");
    assertThat(report.decisions().conflictedRows()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"STORED", "VIRTUAL"})
  void theBranchMadeForThemIsGoneAfterwards(String kind) {
    table(kind);
    main.mergeAll(
        main.branch("one", "UPDATE t SET a = 10"), main.branch("other", "UPDATE t SET a = 11"));

    assertThat(main.database().branches()).containsExactly("main");
    assertThat(main.rows("SELECT * FROM dolt_status")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"STORED", "VIRTUAL"})
  void theyAreParkedByPolicyLikeAnyOther(String kind) {
    table(kind);
    MergeRequest other = main.branch("other", "UPDATE t SET a = 11");
    ParkReason reason =
        main.parked(
            ConflictPolicies.builder().table("t", t -> t.column("a", Policy.park())).build(),
            main.branch("one", "UPDATE t SET a = 10"),
            other);

    assertThat(reason).isInstanceOf(ParkReason.PolicySaysPark.class);
    assertThat(main.rows("SELECT DISTINCT a, total FROM t")).containsExactly("10|11");
    assertThat(main.database().branches()).containsExactlyInAnyOrder("main", "other");
  }
}
