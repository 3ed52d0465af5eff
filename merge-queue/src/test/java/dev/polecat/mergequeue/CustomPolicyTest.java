package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.spi.CellChoice;
import dev.polecat.mergequeue.spi.CellPolicy;
import dev.polecat.mergequeue.spi.ConflictedCell;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Users' own policies: what they are told, what they may answer, and what their failures do. */
@ExtendWith(DoltTestServer.class)
class CustomPolicyTest {
  private TwoBranches branches;

  @BeforeEach
  void create(DoltDatabase database) {
    branches =
        new TwoBranches(database)
            .base(
                "CREATE TABLE t (id INT PRIMARY KEY, v INT, updated_at DATETIME)",
                "INSERT INTO t VALUES (1, 1, '2026-01-01')")
            .ours("UPDATE t SET v = 2, updated_at = '2026-01-02'")
            .theirs("UPDATE t SET v = 3, updated_at = '2026-01-03'");
  }

  private TwoBranches with(CellPolicy rule) {
    return branches.policies(
        ConflictPolicies.builder()
            .table("t", t -> t.column("v", Policy.custom("mine", rule)))
            .build());
  }

  private String value() {
    return branches.main.row("SELECT v FROM t");
  }

  @Test
  void aPolicyIsToldAllThatIsKnownOfTheCell() {
    List<ConflictedCell> told = new ArrayList<>();
    MergeReport report =
        with(cell -> {
              told.add(cell);
              return CellChoice.theirs();
            })
            .merged();

    assertThat(value()).isEqualTo("3");
    assertThat(report.decisions().cellsByPolicy()).containsEntry("mine", 1L);
    assertThat(told.get(0).key()).isEqualTo(Map.of("id", 1L));
    assertThat(told.get(0).base()).isEqualTo(1L);
    assertThat(told.get(0).ours()).isEqualTo(2L);
    assertThat(told.get(0).theirs()).isEqualTo(3L);
    assertThat(told.get(0).ourTime()).contains(LocalDateTime.parse("2026-01-02T00:00"));
    assertThat(told.get(0).theirTime()).contains(LocalDateTime.parse("2026-01-03T00:00"));
  }

  @Test
  void aPolicyMayTakeOurs() {
    with(cell -> CellChoice.ours()).merged();

    assertThat(value()).isEqualTo("2");
  }

  @Test
  void aPolicyMayTakeNull() {
    with(cell -> CellChoice.value(null)).merged();

    assertThat(value()).isEqualTo("null");
  }

  @Test
  void aPolicyMayAskAPerson() {
    ParkReason.PolicySaysPark reason =
        with(cell -> CellChoice.park("because")).parked(ParkReason.PolicySaysPark.class);

    assertThat(reason.why()).isEqualTo("because");
    assertThat(reason.cells()).extracting(CellDecision::column).containsExactly("v");
  }

  @Test
  void aPolicyThatThrowsParks() {
    with(cell -> {
          throw new IllegalStateException("boom");
        })
        .parked(ParkReason.Refused.class);
  }

  @Test
  @SuppressWarnings("NullAway")
  void aPolicyThatDoesNotChooseParks() {
    with(cell -> null).parked(ParkReason.Refused.class);
  }

  @Test
  void aValueThatIsNoneParks() {
    with(cell -> CellChoice.value(new Object())).parked(ParkReason.Refused.class);
  }

  @Test
  void aValueOfAnotherTypeParks() {
    with(cell -> CellChoice.value("no number")).parked(ParkReason.Refused.class);
  }

  @Test
  void aNullWhereThereMustBeNoneParks() {
    branches.base("UPDATE t SET v = 1", "ALTER TABLE t MODIFY COLUMN v INT NOT NULL");
    with(cell -> CellChoice.value(null)).parked(ParkReason.ConstraintViolation.class);
  }

  @Test
  void aValueThatBreaksACheckParks() {
    branches.base("ALTER TABLE t ADD CHECK (v < 10)");
    with(cell -> CellChoice.value(99)).parked(ParkReason.ConstraintViolation.class);
  }
}
