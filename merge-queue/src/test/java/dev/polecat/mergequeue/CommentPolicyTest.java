package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.spi.CellChoice;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Policies that column comments name travel with the schema, and are never misread silently. */
@ExtendWith(DoltTestServer.class)
class CommentPolicyTest {
  private TwoBranches branches;

  @BeforeEach
  void create(DoltDatabase database) {
    branches = new TwoBranches(database);
  }

  private TwoBranches column(String type, String comment, String base) {
    return branches.base(
        "CREATE TABLE t (id INT PRIMARY KEY, v %s COMMENT '%s', at DATETIME)"
            .formatted(type, comment),
        "INSERT INTO t VALUES (1, %s, '2026-01-01')".formatted(base));
  }

  private String value() {
    return branches.main.row("SELECT v FROM t");
  }

  @Test
  void aCommentDecidesItsColumn() {
    column("INT", "open tasks; merge=max", "1")
        .ours("UPDATE t SET v = 9")
        .theirs("UPDATE t SET v = 3")
        .merged();

    assertThat(value()).isEqualTo("9");
  }

  @Test
  void aCommentMayNameATimestampColumnAndItsCaseDoesNotMatter() {
    column("INT", "MERGE=Newest(at)", "1")
        .ours("UPDATE t SET v = 9, at = '2026-01-03'")
        .theirs("UPDATE t SET v = 3, at = '2026-01-02'")
        .merged();

    assertThat(value()).isEqualTo("9");
  }

  @Test
  void aCommentMayNameACustomPolicy() {
    column("INT", "merge=seven", "1")
        .policies(
            ConflictPolicies.builder()
                .custom((Policy.Custom) Policy.custom("seven", cell -> CellChoice.value(7)))
                .build())
        .ours("UPDATE t SET v = 9")
        .theirs("UPDATE t SET v = 3")
        .merged();

    assertThat(value()).isEqualTo("7");
  }

  @Test
  void theConfigurationComesBeforeTheComment() {
    column("INT", "merge=max", "1")
        .policies(ConflictPolicies.builder().table("t", t -> t.column("v", Policy.min())).build())
        .ours("UPDATE t SET v = 9")
        .theirs("UPDATE t SET v = 3")
        .merged();

    assertThat(value()).isEqualTo("3");
  }

  @Test
  void wordsThatOnlyLookLikeAPolicyAreNone() {
    column("INT", "nomerge=max and premerge=min", "1")
        .ours("UPDATE t SET v = 9")
        .theirs("UPDATE t SET v = 3")
        .parked(ParkReason.NoPolicy.class);
  }

  @Test
  void aCommentThatNamesNoPolicyIsRefusedWhenTheQueueIsBuilt() {
    column("INT", "merge=mux", "1");

    assertThatThrownBy(branches.main::queue)
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("mux");
  }

  @Test
  void aCommentThatDoesNotFitItsColumnIsRefusedWhenTheQueueIsBuilt() {
    column("INT", "merge=union", "1");

    assertThatThrownBy(branches.main::queue)
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("union");
  }

  @Test
  void aWrongCommentThatTheBranchBringsParksIt() {
    column("INT", "", "1")
        .ours("INSERT INTO bystander VALUES (9)")
        .theirs("ALTER TABLE t ADD COLUMN w INT COMMENT 'merge=mux'")
        .parked(ParkReason.NoPolicy.class);
  }

  @Test
  void aCommentOnAColumnThatBothSidesAddHoldsAtOnce() {
    String add = "ALTER TABLE t ADD COLUMN w INT COMMENT 'merge=max'";
    column("INT", "", "1")
        .ours(add, "UPDATE t SET w = 9")
        .theirs(add, "UPDATE t SET w = 3")
        .merged();

    assertThat(branches.main.row("SELECT w FROM t")).isEqualTo("9");
  }
}
