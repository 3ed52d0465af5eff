package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Cases that the properties found, as small as they can be. */
@ExtendWith(DoltTestServer.class)
class MergeRegressionTest {
  private static final String CASELESS =
      "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9) COLLATE utf8mb4_0900_ai_ci, n INT,"
          + " updated_at DATETIME)";

  private MainAndBranches main;

  @BeforeEach
  void create(DoltDatabase database) {
    main = new MainAndBranches(database);
  }

  private static ConflictPolicies policy(Policy policy) {
    return ConflictPolicies.builder().table("t", t -> t.column("a", policy)).build();
  }

  @Test
  void newestByCellFindsRowsWithABinaryKey() {
    main.commit(
        "CREATE TABLE t (id VARBINARY(4) PRIMARY KEY, a INT, updated_at DATETIME)",
        "INSERT INTO t VALUES (x'00FF', 1, '2026-01-01'), (x'00', 1, '2026-01-01')");
    main.mergeAll(
        policy(Policy.newestByCell("updated_at")),
        main.branch("one", "UPDATE t SET a = 2, updated_at = '2026-01-03' WHERE id = x'00FF'"),
        main.branch("other", "UPDATE t SET a = 3, updated_at = '2026-01-02'"));

    assertThat(main.rows("SELECT HEX(id), a FROM t ORDER BY id")).containsExactly("00|3", "00FF|2");
  }

  @Test
  void newestByCellGoesByTimesAndNotByNumbers() {
    main.commit("CREATE TABLE t (id INT PRIMARY KEY, a INT, version INT)");

    assertThatThrownBy(() -> main.queue(policy(Policy.newestByCell("version"))))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("version");
  }

  /** Changing the letter case and changing another cell of the row do not contradict each other. */
  @Test
  void aLetterCaseChangedOnTheBranchIsOnMain() {
    main.commit(CASELESS, "INSERT INTO t VALUES (1, 'a', 1, NULL)");
    main.mergeAll(
        main.branch("one", "UPDATE t SET n = 2"),
        main.branch("other", "REPLACE INTO t VALUES (1, 'A', 1, NULL)"));

    assertThat(main.row("SELECT a, n FROM t")).isEqualTo("A|2");
  }

  @Test
  void aLetterCaseChangedOnMainStaysThere() {
    main.commit(CASELESS, "INSERT INTO t VALUES (1, 'a', 1, NULL)");
    main.mergeAll(
        main.branch("one", "REPLACE INTO t VALUES (1, 'A', 1, NULL)"),
        main.branch("other", "UPDATE t SET n = 2"));

    assertThat(main.row("SELECT a, n FROM t")).isEqualTo("A|2");
  }

  @Test
  void aPolicyDecidesBetweenAnotherLetterCaseAndAnotherWord() {
    main.commit(CASELESS, "INSERT INTO t VALUES (1, 'a', 1, NULL)");
    main.mergeAll(
        policy(Policy.ours()),
        main.branch("one", "REPLACE INTO t VALUES (1, 'A', 1, NULL)"),
        main.branch("other", "UPDATE t SET a = 'b'"));

    assertThat(main.row("SELECT a FROM t")).isEqualTo("A");
  }

  @Test
  void newestByCellDecidesBetweenLetterCases() {
    main.commit(CASELESS, "INSERT INTO t VALUES (1, 'x', 1, '2026-01-01')");
    main.mergeAll(
        policy(Policy.newestByCell("updated_at")),
        main.branch("one", "UPDATE t SET a = 'a', updated_at = '2026-01-02'"),
        main.branch("other", "UPDATE t SET a = 'A', updated_at = '2026-01-03'"));

    assertThat(main.row("SELECT a FROM t")).isEqualTo("A");
  }

  /**
   * Dolt 1.86.4 cannot merge such a table at all: "unable to find default or generated expression".
   */
  @Test
  void aTimeThatSetsItselfButHasNoDefaultParks() {
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT, at DATETIME ON UPDATE CURRENT_TIMESTAMP)",
        "INSERT INTO t VALUES (1, 1, NULL), (2, 1, NULL)");
    MergeRequest one = main.branch("one", "UPDATE t SET a = 2 WHERE id = 1");
    MergeRequest other = main.branch("other", "UPDATE t SET a = 2 WHERE id = 2");
    main.mergeAll(one);
    List<String> before = main.stateOfMain();

    assertThat(main.parked(other)).isInstanceOf(ParkReason.Refused.class);

    assertThat(main.stateOfMain()).isEqualTo(before);
  }

  /** Dolt unites them before any policy is asked, unless another cell of the row conflicts. */
  @Test
  void jsonObjectsWithDifferentFieldsChangedAreMergedByDolt() {
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a JSON)", "INSERT INTO t VALUES (1, '{\"x\": 1}')");
    main.mergeAll(
        policy(Policy.park()),
        main.branch("one", "UPDATE t SET a = '{\"x\": 1, \"y\": 2}'"),
        main.branch("other", "UPDATE t SET a = '{\"x\": 1, \"z\": 3}'"));

    assertThat(main.row("SELECT a FROM t")).isEqualTo("{\"x\":1,\"y\":2,\"z\":3}");
  }

  /** A clock that is put back is the one case in which merging the same again changes something. */
  @Test
  void newestByRowGoesByTheTimesThatAreThere() {
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT, updated_at DATETIME)",
        "INSERT INTO t VALUES (1, 1, '2026-01-03')");
    String putBack = "UPDATE t SET a = 7, updated_at = '2026-01-01'";
    MergeRequest again = main.branch("again", putBack);
    main.mergeAll(main.branch("one", "UPDATE t SET a = 5"), main.branch("other", putBack));
    assertThat(main.row("SELECT a, updated_at FROM t")).isEqualTo("5|2026-01-01 00:00:00");

    main.mergeAll(again);
    assertThat(main.row("SELECT a FROM t")).isEqualTo("7");
  }
}
