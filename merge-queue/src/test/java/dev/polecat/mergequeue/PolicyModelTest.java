package dev.polecat.mergequeue;

import dev.polecat.mergequeue.ModelTable.Rule;
import dev.polecat.mergequeue.RandomTown.Story;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * What the server and the resolver make of branches is what the documentation says, for any table
 * and any rows. More cases than the default are run by {@code -Djqwik.tries.default=1000}.
 */
class PolicyModelTest {
  private static final List<Rule> DECIDING = without(Set.of(Rule.PARK, Rule.PARK_NULLS));
  private static final List<Rule> DEFAULTS =
      without(Set.of(Rule.PARK, Rule.PARK_NULLS, Rule.UNION, Rule.SET, Rule.SUM));

  private final MainAndBranches main = ModelTown.freshMain();

  @Provide
  Arbitrary<Story> decidable() {
    return RandomTown.stories(
        RandomTown.tables(
            List.of(ModelType.values()),
            DECIDING,
            DEFAULTS,
            List.of(DeletionRule.KEEP_CHANGE, DeletionRule.ACCEPT_DELETION)),
        Arbitraries.just(150),
        1,
        3);
  }

  @Provide
  Arbitrary<Story> questionable() {
    return RandomTown.stories(
        RandomTown.tables(
            List.of(ModelType.values()),
            List.of(Rule.NEWEST, Rule.SET, Rule.UNION, Rule.OURS, Rule.PARK, Rule.PARK_NULLS),
            List.of(Rule.NEWEST, Rule.MAX, Rule.PARK, Rule.PARK_NULLS),
            List.of(DeletionRule.values())),
        Arbitraries.integers().between(4, 10),
        1,
        3);
  }

  private static List<Rule> without(Set<Rule> some) {
    return List.copyOf(EnumSet.complementOf(EnumSet.copyOf(some)));
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void mainHoldsWhatThePoliciesSay(@ForAll("decidable") Story story) {
    act(story);
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void aMergeIsParkedExactlyWhenAPolicySaysSoAndMainIsAsBefore(
      @ForAll("questionable") Story story) {
    act(story);
  }

  private void act(Story story) {
    try (ModelTown town = new ModelTown(main, story)) {
      List<ModelTown.Work> early = new ArrayList<>();
      for (int branch = 1; branch <= story.branches(); branch++) {
        early.add(story.late().get(branch - 1) ? null : town.work(branch));
      }
      town.writeMain();
      for (int branch = 1; branch <= story.branches(); branch++) {
        ModelTown.Work work = early.get(branch - 1);
        town.merge(work != null ? work : town.work(branch));
      }
    }
  }
}
