package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.mergequeue.ModelTable.Col;
import dev.polecat.mergequeue.ModelTable.Rule;
import dev.polecat.mergequeue.RandomTown.Story;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * In which order branches forked from one commit are merged makes no difference, for the policies
 * that promise so.
 */
class OrderTest {
  private static final List<Rule> BY_CELL = List.of(Rule.NEWEST_BY_CELL);

  private final MainAndBranches main = ModelTown.freshMain();

  @Provide
  Arbitrary<Story> byCell() {
    return stories(
        List.of(ModelType.INT, ModelType.VARCHAR, ModelType.VARBINARY, ModelType.ARRAY),
        BY_CELL,
        BY_CELL);
  }

  @Provide
  Arbitrary<Story> anyPolicy() {
    return stories(
        List.of(ModelType.values()),
        List.of(Rule.NONE, Rule.NEWEST_BY_CELL, Rule.SET, Rule.UNION, Rule.MAX, Rule.MIN, Rule.SUM),
        List.of(Rule.NEWEST_BY_CELL, Rule.MAX, Rule.MIN));
  }

  private static Arbitrary<Story> stories(
      List<ModelType> types, List<Rule> rules, List<Rule> defaults) {
    return RandomTown.stories(
        RandomTown.tables(
                types,
                rules,
                defaults,
                List.of(DeletionRule.KEEP_CHANGE, DeletionRule.ACCEPT_DELETION))
            .map(OrderTest::keepingThePromise),
        Arbitraries.just(25),
        3,
        RandomTown.BRANCHES);
  }

  /**
   * Sets are arrays, and nobody removes from those that are united. Newest by row promises nothing.
   * A sum, and a set that is empty, may come back to what it was at the base; whether another
   * branch then deletes a row that was never changed, or one that was, depends on the order.
   */
  private static ModelTable keepingThePromise(ModelTable table) {
    List<Col> columns = new ArrayList<>();
    boolean mayComeBack = false;
    for (Col col : table.columns()) {
      ModelType type =
          switch (col.rule()) {
            case SET -> ModelType.ARRAY;
            case UNION -> ModelType.GROWING;
            default -> col.type();
          };
      Rule rule = col.rule() == Rule.NEWEST ? Rule.NEWEST_BY_CELL : col.rule();
      columns.add(new Col(type, rule, col.clock(), col.inComment()));
      mayComeBack |= rule == Rule.SET || rule == Rule.SUM;
    }
    return new ModelTable(
        table.keys(),
        columns,
        table.otherwise(),
        table.otherwiseClock(),
        mayComeBack ? DeletionRule.ACCEPT_DELETION : table.deletions(),
        table.timesSetThemselves(),
        table.indexed());
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void theOrderOfMergingDoesNotMatterForNewestByCell(
      @ForAll("byCell") Story story, @ForAll long orders) {
    assertSameInAnyOrder(story, new Random(orders));
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void theOrderOfMergingDoesNotMatterForSetMaxMinSumAndUnionWhileNobodyRemoves(
      @ForAll("anyPolicy") Story story, @ForAll long orders) {
    assertSameInAnyOrder(story, new Random(orders));
  }

  private void assertSameInAnyOrder(Story story, Random orders) {
    try (ModelTown town = new ModelTown(main, story)) {
      List<ModelTown.Work> works = new ArrayList<>();
      for (int branch = 1; branch <= story.branches(); branch++) {
        works.add(town.work(branch));
      }
      List<ModelTown.Work> order = new ArrayList<>(works);
      order.forEach(town::merge);
      Map<List<String>, List<String>> first = town.readWithSets();
      Collections.shuffle(order, orders);
      town.restart(works);
      order.forEach(town::merge);
      assertThat(town.readWithSets())
          .as("rows after merging %s", order.stream().map(w -> w.request().branch()).toList())
          .isEqualTo(first);
    }
  }
}
