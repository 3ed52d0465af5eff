package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Policy sum: every total is exact, or the merge is parked; schemas may change meanwhile. */
@ExtendWith(DoltTestServer.class)
class SumColumnsTest {
  private static final String ADD_ONE = "UPDATE t SET n = COALESCE(n, 0) + 1";

  private TwoBranches branches;

  @BeforeEach
  void table(DoltDatabase database) {
    branches = new TwoBranches(database);
  }

  private TwoBranches table(String type, String value) {
    return branches.base(
        "CREATE TABLE t (id INT PRIMARY KEY, v INT, n " + type + " COMMENT 'merge=sum')",
        "INSERT INTO t VALUES (1, 1, " + value + ")");
  }

  private String sum() {
    return branches.main.row("SELECT n FROM t");
  }

  @Test
  void aColumnThatBothSidesAddedIsAddedUpFromNothing() {
    String add = "ALTER TABLE t ADD COLUMN n INT NOT NULL DEFAULT 0 COMMENT 'merge=sum'";
    branches
        .base("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)")
        .ours(add, ADD_ONE)
        .theirs(add, ADD_ONE)
        .merged();

    assertThat(sum()).isEqualTo("2");
  }

  @Test
  void aColumnThatOneSideAddedComesAlong() {
    branches
        .base("CREATE TABLE t (id INT PRIMARY KEY, v INT)", "INSERT INTO t VALUES (1, 1)")
        .ours("UPDATE t SET v = 2")
        .theirs("ALTER TABLE t ADD COLUMN n INT DEFAULT 4 COMMENT 'merge=sum'", ADD_ONE)
        .merged();

    assertThat(branches.main.row("SELECT v, n FROM t")).isEqualTo("2|5");
  }

  @Test
  void aTableThatBothSidesRenamedIsAddedUpFromWhatItWas() {
    String[] work = {"RENAME TABLE t TO r", "UPDATE r SET n = n + 1"};
    table("INT", "1").ours(work).theirs(work).merged();

    assertThat(branches.main.row("SELECT n FROM r")).isEqualTo("3");
  }

  @Test
  void aTableThatTheBranchDroppedIsGone() {
    table("INT", "1").ours("INSERT INTO bystander VALUES (9)").theirs("DROP TABLE t").merged();

    assertThat(branches.main.rows("SHOW TABLES")).containsExactly("bystander");
  }

  @Test
  void incrementsOfAColumnThatOneSideRenamedAreNotTakenForOne() {
    table("INT", "1")
        .ours("ALTER TABLE t RENAME COLUMN n TO m", "UPDATE t SET m = m + 1")
        .theirs(ADD_ONE)
        .parked(ParkReason.SchemaConflict.class);
  }

  @Test
  void aTotalThatDoesNotFitItsColumnIsParked() {
    ParkReason reason =
        table("TINYINT", "100")
            .ours("UPDATE t SET n = 120")
            .theirs("UPDATE t SET n = 121")
            .parked(ParkReason.NotResolvable.class);

    assertThat(reason.message()).contains("tinyint");
  }

  @Test
  void aTotalBelowZeroOfAnUnsignedColumnIsParked() {
    table("INT UNSIGNED", "5")
        .ours("UPDATE t SET n = 1")
        .theirs("UPDATE t SET n = 2")
        .parked(ParkReason.NotResolvable.class);
  }

  @Test
  void totalsBeyondTheRangeOfSignedNumbersAreExact() {
    table("BIGINT UNSIGNED", "18446744073709551000")
        .ours("UPDATE t SET n = 18446744073709551001")
        .theirs("UPDATE t SET n = 18446744073709551002")
        .merged();

    assertThat(sum()).isEqualTo("18446744073709551003");
  }

  @Test
  void decimalsAreAddedWithoutRounding() {
    table("DECIMAL(40, 10)", "12345678901234567890.0000000001")
        .ours("UPDATE t SET n = n + 0.0000000001")
        .theirs("UPDATE t SET n = n + 0.0000000002")
        .merged();

    assertThat(sum()).isEqualTo("12345678901234567890.0000000004");
  }

  @Test
  void nullCountsAsNothing() {
    table("INT", "5").ours("UPDATE t SET n = NULL").theirs("UPDATE t SET n = 7").merged();

    assertThat(sum()).isEqualTo("2");
  }

  @Test
  void aTotalThatBreaksACheckIsParked() {
    table("INT", "5")
        .base("ALTER TABLE t ADD CHECK (n < 10)")
        .ours("UPDATE t SET n = 8")
        .theirs("UPDATE t SET n = 9")
        .parked(ParkReason.ConstraintViolation.class);
  }

  @Test
  void aTotalThatIsTakenInAUniqueIndexIsParked() {
    table("INT UNIQUE", "10")
        .base("INSERT INTO t VALUES (2, 1, 12)")
        .ours("UPDATE t SET n = 11 WHERE id = 1")
        .theirs("UPDATE t SET n = 11 WHERE id = 1")
        .parked(ParkReason.ConstraintViolation.class);
  }

  @Test
  void aTableWithoutAKeyCannotHaveIt() {
    branches.base("CREATE TABLE keyless (n INT COMMENT 'merge=sum')");

    assertThatThrownBy(branches.main::queue)
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("keyless");
  }

  @Test
  void aCommentThatAsksForItOnTextIsParkedAndNotGuessed() {
    branches
        .base("CREATE TABLE t (id INT PRIMARY KEY)")
        .ours("INSERT INTO bystander VALUES (9)")
        .theirs("ALTER TABLE t ADD COLUMN name VARCHAR(9) COMMENT 'merge=sum'")
        .parked(ParkReason.NoPolicy.class);
  }
}
