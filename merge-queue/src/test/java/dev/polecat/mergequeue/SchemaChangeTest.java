package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.history.RowChange;
import dev.polecat.core.testing.DoltTestServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Schema changes come along with conflicts, are parked if they exclude each other, never lost. */
@ExtendWith(DoltTestServer.class)
class SchemaChangeTest {
  private static final String OUR_CHANGE = "UPDATE t SET v = 2, updated_at = '2026-01-02'";
  private static final String THEIR_CHANGE = "UPDATE t SET v = 3, updated_at = '2026-01-03'";

  private TwoBranches branches;

  @BeforeEach
  void tables(DoltDatabase database) {
    branches =
        new TwoBranches(database)
            .base(
                "CREATE TABLE t (id INT PRIMARY KEY, a INT, v INT, updated_at DATETIME)",
                "CREATE TABLE dropped (id INT PRIMARY KEY)",
                "CREATE TABLE renamed (id INT PRIMARY KEY)",
                "CREATE TABLE counted (id INT PRIMARY KEY AUTO_INCREMENT)",
                "INSERT INTO t VALUES (1, 1, 1, '2026-01-01'), (2, 2, 2, '2026-01-01')");
  }

  @Test
  void tablesTheBranchDroppedAndRenamedAreSoBesideAConflict() {
    branches
        .ours(OUR_CHANGE)
        .theirs(THEIR_CHANGE, "DROP TABLE dropped", "RENAME TABLE renamed TO new_name")
        .merged();

    assertThat(branches.main.rows("SHOW TABLES"))
        .containsExactly("bystander", "counted", "new_name", "t");
    assertThat(branches.main.rows("SELECT v FROM t")).containsExactly("3", "3");
  }

  @Test
  void aColumnTheBranchDropsIsInTheDiffThatGatesSee(DoltDatabase fresh) {
    MainAndBranches main = new MainAndBranches(fresh);
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT, v INT)", "INSERT INTO t VALUES (1, 2, 3)");
    MergeRequest drops = main.branch("drops", "ALTER TABLE t DROP COLUMN a", "UPDATE t SET v = 4");

    try (MergeQueue queue = main.queue()) {
      assertThat(queue.preview(drops.branch()).diff().rows())
          .extracting(RowChange::text)
          .containsExactly("- {v=3, a=2}\n+ {v=4}\n");
    }
  }

  @Test
  void tablesMainDroppedAndRenamedStaySoBesideAConflict() {
    branches
        .ours(OUR_CHANGE, "DROP TABLE dropped", "RENAME TABLE renamed TO new_name")
        .theirs(THEIR_CHANGE)
        .merged();

    assertThat(branches.main.rows("SHOW TABLES"))
        .containsExactly("bystander", "counted", "new_name", "t");
  }

  @Test
  void aCounterThatMovedOnBothSidesWithoutRowsDoesNotHoldUpLaterMerges() {
    branches
        .ours(OUR_CHANGE, "INSERT INTO counted VALUES (), ()", "DELETE FROM counted")
        .theirs(THEIR_CHANGE, "INSERT INTO counted VALUES ()", "DELETE FROM counted")
        .merged();
  }

  @Test
  void aValueKeptByPolicyThatBreaksTheBranchsNewCheckIsParked() {
    branches
        .ours("UPDATE t SET a = -1, updated_at = '2026-01-03' WHERE id = 1")
        .theirs(
            "ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0)",
            "UPDATE t SET a = 5, updated_at = '2026-01-02' WHERE id = 1")
        .parked(ParkReason.ConstraintViolation.class);
  }

  @Test
  void aNullKeptByPolicyWhereTheBranchForbidsNullIsParked() {
    ParkReason.ConstraintViolation reason =
        branches
            .ours("UPDATE t SET a = NULL, updated_at = '2026-01-03' WHERE id = 1")
            .theirs(
                "ALTER TABLE t MODIFY COLUMN a INT NOT NULL",
                "UPDATE t SET a = 5, updated_at = '2026-01-02' WHERE id = 1")
            .parked(ParkReason.ConstraintViolation.class);

    assertThat(reason.rows()).extracting(ViolatedRow::kind).containsExactly("not null");
  }

  @Test
  void aNullChosenByPolicyWhereMainForbidsNullIsParked() {
    branches
        .ours(
            "ALTER TABLE t MODIFY COLUMN a INT NOT NULL",
            "UPDATE t SET a = 5, updated_at = '2026-01-02' WHERE id = 1")
        .theirs("UPDATE t SET a = NULL, updated_at = '2026-01-03' WHERE id = 1")
        .parked(ParkReason.ConstraintViolation.class);
  }

  @Test
  void aValueKeptByPolicyThatBreaksTheBranchsNewForeignKeyIsParked() {
    branches
        .base("CREATE TABLE parents (id INT PRIMARY KEY)", "INSERT INTO parents VALUES (1), (2)")
        .ours("UPDATE t SET a = 9, updated_at = '2026-01-03' WHERE id = 1")
        .theirs(
            "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES parents (id)",
            "UPDATE t SET a = 2, updated_at = '2026-01-02' WHERE id = 1")
        .parked(ParkReason.ConstraintViolation.class);
  }

  @Test
  void aRowPutBackThatBreaksMainsNewCheckIsParked() {
    branches
        .ours("DELETE FROM t WHERE id = 1", "ALTER TABLE t ADD CHECK (a > 0)")
        .theirs("UPDATE t SET a = -1 WHERE id = 1")
        .parked(ParkReason.ConstraintViolation.class);
  }

  @Test
  void aUniqueNameTakenWhileItsRowWasDeletedIsParked() {
    branches
        .base("ALTER TABLE t ADD UNIQUE INDEX (a)")
        .ours("DELETE FROM t WHERE id = 1", "INSERT INTO t (id, a) VALUES (3, 1)")
        .theirs(THEIR_CHANGE)
        .parked(ParkReason.ConstraintViolation.class);
  }

  @Test
  void valuesInAColumnTheOtherSideRenamedFollowTheName() {
    branches
        .ours("ALTER TABLE t RENAME COLUMN a TO b")
        .theirs("UPDATE t SET a = 9, updated_at = '2026-01-03' WHERE id = 1")
        .merged();

    assertThat(branches.main.row("SELECT b FROM t WHERE id = 1")).isEqualTo("9");
  }

  @Test
  void aConflictInARenamedColumnIsParked() {
    branches
        .ours("ALTER TABLE t RENAME COLUMN a TO b", "UPDATE t SET b = 5 WHERE id = 1")
        .theirs("UPDATE t SET a = 9 WHERE id = 1")
        .parked(ParkReason.SchemaConflict.class);
  }

  @Test
  void aChangeInAColumnTheOtherSideDroppedIsParked() {
    branches
        .ours("ALTER TABLE t DROP COLUMN a")
        .theirs("UPDATE t SET a = 9 WHERE id = 1")
        .parked(ParkReason.SchemaConflict.class);
  }

  @Test
  void namesExchangedBetweenColumnsTakeTheirValuesAlong() {
    branches
        .ours(
            "ALTER TABLE t RENAME COLUMN a TO x",
            "ALTER TABLE t RENAME COLUMN v TO a",
            "ALTER TABLE t RENAME COLUMN x TO v")
        .theirs("UPDATE t SET a = 9 WHERE id = 1")
        .merged();

    assertThat(branches.main.row("SELECT v, a FROM t WHERE id = 1")).isEqualTo("9|1");
  }

  @Test
  void aChangedTableThatTheOtherSideDroppedIsParked() {
    branches.ours("DROP TABLE t").theirs(THEIR_CHANGE).parked(ParkReason.SchemaConflict.class);
  }

  @Test
  void collationsThatExcludeEachOtherAreASchemaConflict() {
    ParkReason.SchemaConflict reason =
        branches
            .ours("ALTER TABLE t COLLATE utf8mb4_general_ci")
            .theirs("ALTER TABLE t COLLATE utf8mb4_0900_ai_ci")
            .parked(ParkReason.SchemaConflict.class);

    assertThat(reason.differences()).extracting(SchemaDifference::table).containsExactly("t");
  }

  @Test
  void aSchemaConflictThatDoltDoesNotDescribeSaysSo() {
    ParkReason.SchemaConflict reason =
        branches
            .ours("ALTER TABLE t ADD INDEX i (a)")
            .theirs("ALTER TABLE t ADD INDEX i (v)")
            .parked(ParkReason.SchemaConflict.class);

    assertThat(reason.differences().get(0).description()).isNotBlank();
  }

  @Test
  void aViewOrProcedureChangedOnBothSidesIsParkedWhateverThePolicy() {
    branches
        .policies(
            ConflictPolicies.builder()
                .table("dolt_schemas", table -> table.otherwise(Policy.theirs()))
                .build())
        .ours("CREATE VIEW w AS SELECT a FROM t")
        .theirs("CREATE VIEW w AS SELECT v FROM t")
        .parked(ParkReason.NotResolvable.class);
  }

  @Test
  void aProcedureChangedOnBothSidesIsParked() {
    branches
        .ours("CREATE PROCEDURE p() SELECT 1")
        .theirs("CREATE PROCEDURE p() SELECT 2")
        .parked(ParkReason.NotResolvable.class);
  }
}
