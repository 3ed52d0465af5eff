package dev.polecat.bench.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.bench.compare.Measured;
import dev.polecat.bench.compare.Run;
import dev.polecat.bench.contest.Workload.Span;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContestTest {
  private static final Workload SMALL = Workload.base().withWriters(2, 2).withTable(20, true);

  @Test
  void everyWayBringsEveryAcknowledgedCommitToMain() throws Exception {
    Measured measured = Contest.measure(SMALL, List.of(Contestant.values()), 0, 1);

    assertThat(measured.runs()).hasSize(Contestant.values().length);
    for (String way : measured.runs().keySet()) {
      assertThat(measured.lost(way)).as(way).isEmpty();
      assertThat(measured.most(way, WritersWork.COMMITS)).as(way).isEqualTo(4);
    }
  }

  @Test
  void polecatsAndMainKeepHotRowsAcrossASlowNetworkAndBesideOtherBranches() throws Exception {
    Workload hot = SMALL.withHotRows(1).withDelay(Duration.ofMillis(1)).after(3, 2);
    Measured measured =
        Contest.measure(
            hot, List.of(Contestant.POLECATS, Contestant.MAIN, Contestant.MAIN_TUNED), 0, 1);

    assertThat(measured.faults()).isEmpty();
    assertThat(measured.most(Contestant.POLECATS.label(), WritersWork.RETRIES)).isZero();
  }

  @Test
  void mergesAloneAreMeasuredWithoutTheWrites() throws Exception {
    try (Arena arena = new Arena(SMALL.measuring(Span.MERGES))) {
      for (WritersWork work :
          List.of(new PolecatsWork(arena), new BareBranchesWork(arena), new OldDoneWork(arena))) {
        try (work) {
          work.prepare();
          int written = work.journal().acknowledged().size();
          work.run();
          work.check();

          assertThat(written).isEqualTo(4);
          assertThat(work.journal().acknowledged()).hasSize(4);
        }
      }
    }
  }

  /** The one who writes first is merged last, so that its older value wins. */
  @Test
  void takingTheBranchesSideOfAConflictIsCaughtLosingTheNewerValue() throws Exception {
    try (Arena arena = new Arena(SMALL.withHotRows(1))) {
      for (WritersWork work : List.of(new BareBranchesWork(arena), new OldDoneWork(arena))) {
        try (work) {
          arena.reset();
          work.open();
          work.write(0);
          work.write(1);
          work.merge(1);
          work.merge(0);

          assertThatThrownBy(work::check)
              .hasMessageContaining("holds w0-c1")
              .hasMessageContaining("the newest acknowledged value is w1-c1");
        }
      }
    }
  }

  @Test
  void aValueThatWasOverwrittenOnMainMustNotBeThereInTheEnd() {
    Write first = new Write("a", "hot", "first", "2026-01-01", 10, 20);
    Write second = new Write("b", "hot", "second", "2026-01-02", 30, 40);
    Write during = new Write("c", "hot", "during", "2026-01-03", 15, 50);
    List<Write> writes = List.of(first, second, during);

    assertThat(HotRule.LAST_COMMITTED.complaint(writes, "second")).isEmpty();
    assertThat(HotRule.LAST_COMMITTED.complaint(writes, "during")).isEmpty();
    assertThat(HotRule.LAST_COMMITTED.complaint(writes, "first")).isPresent();
    assertThat(HotRule.LAST_COMMITTED.complaint(writes, "base")).isPresent();
  }

  @Test
  void conflictsAreSettledAlikeByThePoliciesAndByLuck() throws Exception {
    Measured measured = Conflicts.measure(30, 0, 1);

    assertThat(measured.faults()).isEmpty();
    assertThat(measured.runs().values()).allSatisfy(runs -> assertThat(runs).hasSize(1));
    assertThat(measured.runs().get("polecats")).extracting(Run::lost).containsOnlyNulls();
  }

  @Test
  void workThatCannotBeDoneIsRefused() {
    assertThatThrownBy(() -> Workload.base().withHotRows(2_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2000 hot of 1000 rows");
  }
}
