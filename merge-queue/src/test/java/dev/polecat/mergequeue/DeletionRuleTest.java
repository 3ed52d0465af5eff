package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A row that one side deleted and the other changed ends as the rule says, whichever side. */
@ExtendWith(DoltTestServer.class)
class DeletionRuleTest {
  private static final String DELETE = "DELETE FROM t WHERE id = 1";
  private static final String CHANGE = "UPDATE t SET v = 5 WHERE id = 1";

  private TwoBranches branches;

  @BeforeEach
  void create(DoltDatabase database) {
    branches =
        new TwoBranches(database)
            .base(
                "CREATE TABLE t (id INT PRIMARY KEY, v INT, updated_at DATETIME)",
                "INSERT INTO t VALUES (1, 1, NULL), (2, 2, NULL)");
  }

  private static ConflictPolicies all(DeletionRule rule) {
    return ConflictPolicies.builder().deletions(rule).build();
  }

  private java.util.List<String> rows() {
    return branches.main.rows("SELECT id, v FROM t");
  }

  @Test
  void theBranchsDeletionIsAccepted() {
    branches.policies(all(DeletionRule.ACCEPT_DELETION)).ours(CHANGE).theirs(DELETE).merged();

    assertThat(rows()).containsExactly("2|2");
  }

  @Test
  void mainsDeletionIsAccepted() {
    branches.policies(all(DeletionRule.ACCEPT_DELETION)).ours(DELETE).theirs(CHANGE).merged();

    assertThat(rows()).containsExactly("2|2");
  }

  @Test
  void aPersonIsAskedAndToldTheKey() {
    ParkReason.DeletedAndChanged reason =
        branches
            .policies(all(DeletionRule.PARK))
            .ours(DELETE)
            .theirs(CHANGE)
            .parked(ParkReason.DeletedAndChanged.class);

    assertThat(reason.keys()).containsExactly(Map.of("id", 1L));
  }

  @Test
  void aTablesOwnRuleComesFirst() {
    branches
        .policies(
            all(DeletionRule.PARK).toBuilder()
                .table("t", t -> t.deletions(DeletionRule.ACCEPT_DELETION))
                .build())
        .ours(CHANGE)
        .theirs(DELETE)
        .merged();

    assertThat(rows()).containsExactly("2|2");
  }

  @Test
  void aKeptRowTakesAColumnTheOtherSideAddedByItsDefault() {
    branches
        .ours(DELETE, "ALTER TABLE t ADD COLUMN extra INT NOT NULL DEFAULT 7")
        .theirs(CHANGE)
        .merged();

    assertThat(branches.main.rows("SELECT id, v, extra FROM t ORDER BY id"))
        .containsExactly("1|5|7", "2|2|7");
  }

  @Test
  void aDeletedParentOfAKeptChildIsParked() {
    branches
        .base(
            "CREATE TABLE c (id INT PRIMARY KEY, t INT,"
                + " FOREIGN KEY (t) REFERENCES t (id) ON DELETE CASCADE)")
        .policies(all(DeletionRule.ACCEPT_DELETION))
        .ours(CHANGE, "INSERT INTO c VALUES (1, 1)")
        .theirs(DELETE)
        .parked(ParkReason.ConstraintViolation.class);
  }
}
