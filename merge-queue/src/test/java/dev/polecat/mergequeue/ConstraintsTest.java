package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the merged rows may not break, whether the server notices or the resolver causes it. */
@ExtendWith(DoltTestServer.class)
class ConstraintsTest {
  private MainAndBranches main;

  @BeforeEach
  void tables(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20) UNIQUE, low INT, high INT,"
            + " updated_at DATETIME, CHECK (low <= high))",
        "CREATE TABLE parents (id INT PRIMARY KEY)",
        "CREATE TABLE children (id INT PRIMARY KEY, parent INT, v INT, updated_at DATETIME,"
            + " FOREIGN KEY (parent) REFERENCES parents (id))",
        "INSERT INTO t VALUES (1, 'one', 1, 9, '2026-01-01'), (2, 'two', 1, 9, '2026-01-01')",
        "INSERT INTO parents VALUES (1), (2), (3)",
        "INSERT INTO children VALUES (1, 1, 1, '2026-01-01')");
  }

  /** Merges the first, parks the second without a trace on main, and merges a third after it. */
  private ParkReason secondIsParked(MergeRequest first, MergeRequest second) {
    MergeRequest third = main.branch("third", "INSERT INTO parents VALUES (99)");
    try (MergeQueue queue = main.queue()) {
      assertThat(MainAndBranches.await(queue.submit(first)))
          .isInstanceOf(MergeOutcome.Merged.class);
      List<String> before = main.stateOfMain();
      MergeOutcome outcome = MainAndBranches.await(queue.submit(second));

      assertThat(outcome).isInstanceOf(MergeOutcome.Parked.class);
      assertThat(main.stateOfMain()).isEqualTo(before);
      assertThat(main.database().head(second.branch())).contains(second.sealed());
      assertThat(MainAndBranches.await(queue.submit(third)))
          .isInstanceOf(MergeOutcome.Merged.class);
      return ((MergeOutcome.Parked) outcome).reason();
    }
  }

  @Test
  void twoRowsOfOneUniqueNameAreParked() {
    ParkReason reason =
        secondIsParked(
            main.branch("one", "INSERT INTO t (id, name) VALUES (10, 'same')"),
            main.branch("other", "INSERT INTO t (id, name) VALUES (11, 'same')"));

    assertViolated(reason, "t");
    assertThat(reason.message()).contains("[t]");
  }

  @Test
  void aChildOfADeletedParentIsParked() {
    ParkReason reason =
        secondIsParked(
            main.branch("one", "DELETE FROM parents WHERE id = 2"),
            main.branch("other", "INSERT INTO children VALUES (2, 2, 1, NULL)"));

    assertViolated(reason, "children");
  }

  @Test
  void aKeptChildWhoseParentWasDeletedIsParked() {
    secondIsParked(
        main.branch("one", "DELETE FROM children", "DELETE FROM parents WHERE id = 1"),
        main.branch("other", "UPDATE children SET v = 2, updated_at = '2026-01-03'"));
  }

  @Test
  void aUniqueNameThatResolvingWouldGiveTwiceIsParked() {
    String change = "UPDATE t SET name = '%s', updated_at = '2026-01-0%d' WHERE id = %d";
    secondIsParked(
        main.branch("one", change.formatted("same", 3, 1), change.formatted("mine", 2, 2)),
        main.branch("other", change.formatted("yours", 2, 1), change.formatted("same", 3, 2)));
  }

  @Test
  void schemaChangesThatExcludeEachOtherAreParked() {
    ParkReason reason =
        secondIsParked(
            main.branch("one", "ALTER TABLE t MODIFY COLUMN low BIGINT"),
            main.branch("other", "ALTER TABLE t MODIFY COLUMN low VARCHAR(20)"));

    SchemaDifference difference = ((ParkReason.SchemaConflict) reason).differences().get(0);
    assertThat(difference.table()).isEqualTo("t");
    assertThat(difference.base()).get().asString().contains("`low` int");
    assertThat(difference.ours()).get().asString().contains("`low` bigint");
    assertThat(difference.theirs()).get().asString().contains("`low` varchar(20)");
  }

  @Test
  void aColumnAddedOnOneSideComesAlongWithoutConflicts() {
    main.mergeAll(
        main.branch("one", "ALTER TABLE t ADD COLUMN extra INT DEFAULT 7"),
        main.branch("other", "INSERT INTO t (id, name) VALUES (3, 'three')"));

    assertThat(main.rows("SELECT extra FROM t ORDER BY id")).containsExactly("7", "7", "7");
  }

  @Test
  void aColumnAddedOnOneSideKeepsItsValuesInConflictedRows() {
    main.mergeAll(
        main.branch(
            "one",
            "ALTER TABLE t ADD COLUMN extra INT",
            "UPDATE t SET low = 2, extra = 5, updated_at = '2026-01-02' WHERE id = 1"),
        main.branch(
            "other",
            "ALTER TABLE t ADD COLUMN more INT",
            "UPDATE t SET low = 3, more = 6, updated_at = '2026-01-03' WHERE id = 1"));

    assertThat(main.row("SELECT low, extra, more FROM t WHERE id = 1")).isEqualTo("3|5|6");
  }

  @Test
  void aParentChosenByPolicyThatIsGoneIsParked() {
    MergeRequest other =
        main.branch("other", "UPDATE children SET parent = 3, updated_at = '2026-01-03'");
    MergeRequest one =
        main.branch(
            "one",
            "DELETE FROM parents WHERE id = 3",
            "UPDATE children SET parent = 2, updated_at = '2026-01-02'");

    assertViolated(secondIsParked(one, other), "children");
  }

  @Test
  void cellsOfBothSidesThatBreakACheckTogetherAreParked() {
    MergeRequest one =
        main.branch(
            "one", "UPDATE t SET low = 8, name = 'a', updated_at = '2026-01-02' WHERE id = 1");
    MergeRequest other =
        main.branch(
            "other", "UPDATE t SET high = 7, name = 'b', updated_at = '2026-01-03' WHERE id = 1");

    assertViolated(secondIsParked(one, other), "t");
  }

  private static void assertViolated(ParkReason reason, String table) {
    assertThat(reason)
        .isInstanceOfSatisfying(
            ParkReason.ConstraintViolation.class,
            violation -> {
              assertThat(violation.tables()).containsExactly(table);
              assertThat(violation.rows()).extracting(ViolatedRow::table).contains(table);
            });
  }
}
