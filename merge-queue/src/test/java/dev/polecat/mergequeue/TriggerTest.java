package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Settling a merge sets off no triggers: they ran where the rows were written. */
@ExtendWith(DoltTestServer.class)
class TriggerTest {
  private static final ConflictPolicies DELETE =
      ConflictPolicies.builder().deletions(DeletionRule.ACCEPT_DELETION).build();

  private TwoBranches branches;

  @BeforeEach
  void table(DoltDatabase database) {
    branches =
        new TwoBranches(database)
            .base(
                "CREATE TABLE log (id INT PRIMARY KEY AUTO_INCREMENT, what VARCHAR(9))",
                "CREATE TABLE t (id INT PRIMARY KEY, v INT, tags JSON, updated_at DATETIME)",
                "INSERT INTO t VALUES (1, 1, '[]', '2026-01-01')",
                "CREATE TRIGGER i BEFORE INSERT ON t FOR EACH ROW SET NEW.v = NEW.v + 1000",
                "CREATE TRIGGER u BEFORE UPDATE ON t FOR EACH ROW SET NEW.v = NEW.v + 100",
                "CREATE TRIGGER d AFTER DELETE ON t FOR EACH ROW INSERT INTO log (what) VALUES ('d')");
  }

  @Test
  void aUniteOfArraysDoesNotRunUpdateTriggers() {
    branches
        .ours("UPDATE t SET v = 2, tags = '[\"p\"]', updated_at = '2026-01-02'")
        .theirs("UPDATE t SET v = 3, tags = '[\"q\"]', updated_at = '2026-01-03'")
        .merged();

    assertThat(branches.main.row("SELECT v, tags FROM t")).isEqualTo("103|[\"p\",\"q\"]");
  }

  @Test
  void aRowPutBackIsAsItWasOnTheBranch() {
    branches.ours("DELETE FROM t").theirs("UPDATE t SET v = 3").merged();

    assertThat(branches.main.row("SELECT id, v, tags FROM t")).isEqualTo("1|103|[]");
    assertThat(branches.main.rows("SELECT what FROM log")).containsExactly("d");
  }

  @Test
  void anAcceptedDeletionThatWouldRunDeleteTriggersIsParked() {
    branches
        .policies(DELETE)
        .ours("UPDATE t SET v = 3")
        .theirs("DELETE FROM t")
        .parked(ParkReason.NotResolvable.class);
  }

  @Test
  void aTotalThatWouldRunUpdateTriggersIsParked() {
    branches
        .policies(ConflictPolicies.builder().table("t", t -> t.column("v", Policy.sum())).build())
        .ours("UPDATE t SET v = 3")
        .theirs("UPDATE t SET v = 3")
        .parked(ParkReason.NotResolvable.class);
  }

  @Test
  void aTriggerChangedOnBothSidesIsParked() {
    branches
        .ours("DROP TRIGGER u", "CREATE TRIGGER u BEFORE UPDATE ON t FOR EACH ROW SET NEW.v = 1")
        .theirs("DROP TRIGGER u", "CREATE TRIGGER u BEFORE UPDATE ON t FOR EACH ROW SET NEW.v = 2")
        .parked(ParkReason.NotResolvable.class);
  }
}
