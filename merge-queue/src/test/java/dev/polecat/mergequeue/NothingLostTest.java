package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.mergequeue.MergeModel.Row;
import dev.polecat.mergequeue.ModelTable.Rule;
import dev.polecat.mergequeue.RandomTown.Story;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * What only one side did is on main after a merge, whatever the policies; and again changes
 * nothing.
 */
class NothingLostTest {
  private final MainAndBranches main = ModelTown.freshMain();

  @Provide
  Arbitrary<Story> stories() {
    return stories(
        List.of(
            Rule.NONE,
            Rule.NEWEST,
            Rule.NEWEST_BY_CELL,
            Rule.UNION,
            Rule.SET,
            Rule.MAX,
            Rule.MIN,
            Rule.SUM,
            Rule.OURS,
            Rule.THEIRS,
            Rule.AS_IT_WAS,
            Rule.BY_ROW_TIME),
        List.of(Rule.NONE, Rule.NEWEST_BY_CELL, Rule.OURS, Rule.THEIRS, Rule.MAX, Rule.AS_IT_WAS));
  }

  /**
   * Policies that have had their say: a sum would add again, a union bring back what was removed,
   * and newest by row asks for times that never go back.
   */
  @Provide
  Arbitrary<Story> settling() {
    List<Rule> settled = List.of(Rule.NEWEST_BY_CELL, Rule.MAX, Rule.MIN, Rule.OURS, Rule.THEIRS);
    return stories(Stream.concat(settled.stream(), Stream.of(Rule.SET)).toList(), settled)
        .filter(story -> story.table().columns().stream().noneMatch(c -> c.rule() == Rule.NEWEST));
  }

  private static Arbitrary<Story> stories(List<Rule> rules, List<Rule> defaults) {
    return RandomTown.stories(
        RandomTown.tables(
            Arrays.asList(ModelType.values()),
            rules,
            defaults,
            List.of(DeletionRule.KEEP_CHANGE, DeletionRule.ACCEPT_DELETION)),
        Arbitraries.just(100),
        1,
        1);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void aCellChangedOnExactlyOneSideIsOnMainAfterTheMerge(@ForAll("stories") Story story) {
    try (ModelTown town = new ModelTown(main, story)) {
      ModelTown.Work work = town.work(1);
      town.writeMain();
      town.submit(work.request());
      Map<List<String>, List<String>> merged = town.read();
      List<String> lost = new ArrayList<>();
      for (int key = 0; key < story.rows().size(); key++) {
        lost.addAll(
            lost(
                town.table(),
                town.base().get(key),
                town.rows().get(key),
                work.rows().get(key),
                merged.get(town.table().key(key))));
      }
      assertThat(lost).as("lost with %s", town.table()).isEmpty();
    }
  }

  /** What is on one side only, and not in the merged row. */
  private static List<String> lost(
      ModelTable table, Row base, Row ours, Row theirs, List<String> merged) {
    if (ours == null || theirs == null) {
      Row there = ours == null ? theirs : ours;
      boolean changed = there != null && (base == null || !there.cells().equals(base.cells()));
      boolean stays = changed && (base == null || table.deletions() == DeletionRule.KEEP_CHANGE);
      List<String> wanted = stays ? there.cells() : null;
      return Objects.equals(wanted, merged) ? List.of() : List.of(wanted + " is " + merged);
    }
    List<String> lost = new ArrayList<>();
    for (int i = 0; base != null && i < table.cells(); i++) {
      boolean byUs = !Objects.equals(base.cell(i), ours.cell(i));
      boolean byThem = !Objects.equals(base.cell(i), theirs.cell(i));
      String wanted = byUs ? ours.cell(i) : theirs.cell(i);
      if (!(byUs && byThem) && (merged == null || !Objects.equals(merged.get(i), wanted))) {
        lost.add(table.cellNames().get(i) + " " + wanted + " in " + merged);
      }
    }
    return lost;
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void mergingWhatIsMergedChangesNothing(@ForAll("stories") Story story) {
    try (ModelTown town = new ModelTown(main, story)) {
      ModelTown.Work work = town.work(1);
      town.writeMain();
      MergeOutcome first = town.submit(work.request());
      assertThat(first).isNotInstanceOf(MergeOutcome.Parked.class);
      boolean any = first instanceof MergeOutcome.Merged;
      List<String> before = main.stateOfMain();
      main.run(
          BranchName.MAIN,
          "CALL DOLT_BRANCH('-f', '%s', '%s')"
              .formatted(work.request().branch(), work.request().sealed()));

      MergeOutcome again = town.submit(work.request());

      assertThat(again)
          .isInstanceOf(any ? MergeOutcome.AlreadyMerged.class : MergeOutcome.NothingToMerge.class);
      assertThat(main.stateOfMain()).isEqualTo(before);
    }
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void mergingTheSameChangesFromAnotherBranchChangesNoRow(@ForAll("settling") Story story) {
    try (ModelTown town = new ModelTown(main, story)) {
      ModelTown.Work work = town.work("first", 1);
      ModelTown.Work same = town.work("second", 1);
      town.writeMain();
      town.submit(work.request());
      Map<List<String>, List<String>> before = town.readWithSets();

      MergeOutcome again = town.submit(same.request());

      assertThat(again).isNotInstanceOf(MergeOutcome.Parked.class);
      assertThat(town.readWithSets()).as("rows with %s", town.table()).isEqualTo(before);
    }
  }
}
