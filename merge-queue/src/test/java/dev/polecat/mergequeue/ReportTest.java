package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The report says exactly what was decided, and what the losing side held. */
@ExtendWith(DoltTestServer.class)
class ReportTest {
  private MainAndBranches main;
  private MergeRequest one;
  private MergeRequest other;

  @BeforeEach
  void conflict(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), b VARCHAR(20), n INT, tags JSON,"
            + " updated_at DATETIME)",
        "INSERT INTO t VALUES (1, 'a', 'b', 1, '[\"x\"]', '2026-01-01'),"
            + " (2, 'a', 'b', 1, NULL, '2026-01-01'), (3, 'a', 'b', 1, NULL, '2026-01-01')");
    one =
        main.branch(
            "one",
            "UPDATE t SET a = 'p', n = 5, tags = '[\"p\"]', updated_at = '2026-01-03' WHERE id = 1",
            "UPDATE t SET a = 'p', updated_at = '2026-01-02' WHERE id = 2",
            "UPDATE t SET a = 'p' WHERE id = 3");
    other =
        main.branch(
            "other",
            "UPDATE t SET a = 'q', b = 'q', tags = '[\"q\"]', updated_at = '2026-01-02' WHERE id = 1",
            "UPDATE t SET a = 'q', updated_at = '2026-01-03' WHERE id = 2",
            "UPDATE t SET b = 'q' WHERE id = 3");
  }

  @Test
  void itCountsRowsAndCellsByPolicy() {
    MergeReport report = main.mergeAll(one, other);

    assertThat(report.decisions().conflictedRows()).isEqualTo(2);
    assertThat(report.decisions().cellsByPolicy())
        .isEqualTo(Map.of("newest", 2L, "union", 1L, "max", 2L));
    assertThat(report.decisions().decidedCells()).isEqualTo(5);
    assertThat(report.decisions().notes()).isEmpty();
  }

  @Test
  void itListsEveryDecidedCellWithBothSidesAndTheResult() {
    List<CellDecision> decisions = main.mergeAll(one, other).decisions().cells();

    assertThat(decisions).hasSize(5);
    assertThat(decisions)
        .contains(
            new CellDecision("t", Map.of("id", 1L), "a", "newest", "a", "p", "q", "p"),
            new CellDecision("t", Map.of("id", 2L), "a", "newest", "a", "p", "q", "q"));
    assertThat(decisions)
        .filteredOn(cell -> cell.policy().equals("union"))
        .singleElement()
        .satisfies(
            cell -> {
              assertThat(cell.column()).isEqualTo("tags");
              assertThat(cell.base()).isEqualTo("[\"x\"]");
              assertThat(cell.ours()).isEqualTo("[\"p\"]");
              assertThat(cell.theirs()).isEqualTo("[\"q\"]");
              assertThat(cell.result()).isEqualTo("[\"p\",\"q\"]");
            });
    assertThat(decisions)
        .filteredOn(cell -> cell.policy().equals("max"))
        .extracting(CellDecision::column)
        .containsOnly("updated_at");
  }

  @Test
  void itsResultsAreWhatMainHolds() {
    for (CellDecision cell : main.mergeAll(one, other).decisions().cells()) {
      assertThat(main.row("SELECT " + cell.column() + " FROM t WHERE id = " + cell.key().get("id")))
          .startsWith(String.valueOf(cell.result()).replace('T', ' '));
    }
  }

  @Test
  void theMergeCommitsMessageCountsTheCells() {
    main.mergeAll(one.withTrailer("Bead", "gt-1"), other.withTrailer("Bead", "gt-2"));

    assertThat(main.row("SELECT message FROM dolt_log LIMIT 1").lines())
        .containsSequence(
            "Bead: gt-2",
            "Sealed-Commit: " + other.sealed(),
            "Cells-Decided: max=2 newest=2 union=1");
  }

  @Test
  void whatTheLosingSideHeldStaysReachable() {
    main.mergeAll(one, other);

    assertThat(main.exists(other)).isFalse();
    assertThat(main.row("SELECT a FROM t AS OF '" + other.sealed() + "' WHERE id = 1"))
        .isEqualTo("q");
    assertThat(main.database().isAncestor(other.sealed(), BranchName.MAIN)).isTrue();
  }

  @Test
  void itListsNoMoreCellsThanAllowedButCountsAll() {
    for (int limit : new int[] {0, 1, 3}) {
      String start = main.row("SELECT HASHOF('main')");
      MergeRequest again = main.branch("again", "UPDATE t SET a = 'z', tags = '[\"z\"]'");
      main.commit("UPDATE t SET a = 'y', tags = '[\"y\"]'");
      try (MergeQueue queue = MergeQueue.builder(main.database()).maxListed(limit).build()) {
        MergeOutcome.Merged merged =
            (MergeOutcome.Merged) MainAndBranches.await(queue.submit(again));
        assertThat(merged.report().decisions().cells()).hasSize(limit);
        assertThat(merged.report().decisions().decidedCells()).isEqualTo(6);
      }
      main.run(BranchName.MAIN, "CALL DOLT_RESET('--hard', '" + start + "')");
    }
    assertThatThrownBy(() -> MergeQueue.builder(main.database()).maxListed(-1))
        .isInstanceOf(InvalidPolicyException.class);
  }

  @Test
  void itIsImmutable() {
    MergeReport report = main.mergeAll(one, other);

    assertThatThrownBy(() -> report.decisions().cellsByPolicy().put("newest", 0L))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> report.decisions().cells().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
