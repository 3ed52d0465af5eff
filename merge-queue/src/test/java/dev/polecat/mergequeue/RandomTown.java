package dev.polecat.mergequeue;

import dev.polecat.mergequeue.MergeModel.Row;
import dev.polecat.mergequeue.ModelTable.Col;
import dev.polecat.mergequeue.ModelTable.Rule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

/** Random tables, and random stories of what main and branches do to their rows. */
final class RandomTown {
  /** How many branches a story has at most. */
  static final int BRANCHES = 5;

  /** How many commits each branch, and main, has at most. */
  static final int COMMITS = 3;

  private RandomTown() {}

  /** What a commit does to a row. Values follow from the seed and the column's type. */
  record Edit(Kind kind, int mask, long seed) {
    enum Kind {
      NOTHING,
      DELETE,
      WRITE
    }

    /** The row's cells after the edit; null if there is no row. */
    List<String> apply(ModelTable table, Row before, Row atFork) {
      if (kind == Kind.NOTHING) {
        return before == null ? null : before.cells();
      }
      if (kind == Kind.DELETE) {
        return null;
      }
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < table.cells(); i++) {
        boolean kept = before != null && (mask >> i & 1) == 0;
        String value = table.type(i).pick(seed * 31 + i);
        if (kept) {
          value = before.cell(i);
        } else if (table.type(i) == ModelType.GROWING) {
          value = grown(before != null ? before : atFork, i, value);
        }
        cells.add(value);
      }
      return cells;
    }

    private static String grown(Row before, int cell, String more) {
      if (before == null || before.cell(cell) == null) {
        return more;
      }
      Set<String> all = new LinkedHashSet<>(MergeModel.elements(before.cell(cell)));
      all.addAll(MergeModel.elements(more));
      return MergeModel.array(all);
    }
  }

  /**
   * What happens to the row of one key: at the base, then commit by commit on main and branches.
   */
  record RowStory(Edit base, List<Edit> edits) {
    /** The edit in a commit of main, which is side 0, or of a branch. */
    Edit edit(int side, int commit) {
      return edits.get(side * COMMITS + commit);
    }
  }

  /**
   * A base, what main does after it, and branches.
   *
   * @param late which branches fork from main when all branches before them are merged
   */
  record Story(
      ModelTable table,
      List<RowStory> rows,
      int branches,
      List<Boolean> late,
      List<Integer> commits) {
    /** The rows after a commit. */
    Map<Integer, Row> commit(
        int side, int commit, Map<Integer, Row> before, Map<Integer, Row> fork) {
      Map<Integer, List<String>> after = new TreeMap<>();
      for (int key = 0; key < rows.size(); key++) {
        List<String> cells =
            rows.get(key).edit(side, commit).apply(table, before.get(key), fork.get(key));
        if (cells != null) {
          after.put(key, cells);
        }
      }
      return new MergeModel(table).commit(before, after);
    }

    Map<Integer, Row> base() {
      Map<Integer, List<String>> rowsAtBase = new TreeMap<>();
      for (int key = 0; key < rows.size(); key++) {
        List<String> cells = rows.get(key).base().apply(table, null, null);
        if (cells != null) {
          rowsAtBase.put(key, cells);
        }
      }
      return new MergeModel(table).commit(Map.of(), rowsAtBase);
    }

    int commits(int side) {
      return commits.get(side);
    }

    @Override
    public String toString() {
      return table
          + "\n"
          + rows.size()
          + " rows, "
          + branches
          + " branches: "
          + rows.stream().limit(2).toList();
    }
  }

  /** Tables with the given policies; the last argument is for the table's default. */
  static Arbitrary<ModelTable> tables(
      List<ModelType> types, List<Rule> rules, List<Rule> defaults, List<DeletionRule> deletions) {
    Arbitrary<Integer> clocks = Arbitraries.of(0, 1);
    Arbitrary<Boolean> flags = Arbitraries.of(false, true);
    Arbitrary<Col> columns =
        Combinators.combine(types(types, rules), clocks, flags)
            .as((pair, clock, inComment) -> new Col(pair.get1(), pair.get2(), clock, inComment));
    Arbitrary<List<ModelType>> keys =
        Arbitraries.of(
                ModelType.INT,
                ModelType.VARCHAR,
                ModelType.VARBINARY,
                ModelType.UNSIGNED,
                ModelType.DATETIME,
                ModelType.DECIMAL,
                ModelType.DATE,
                ModelType.TIMESTAMP,
                ModelType.TIME,
                ModelType.YEAR,
                ModelType.BIT,
                ModelType.DOUBLE,
                ModelType.VARCHAR_CI)
            .list()
            .ofMinSize(1)
            .ofMaxSize(2);
    return Combinators.combine(
            keys,
            columns
                .list()
                .ofMinSize(1)
                .ofMaxSize(10)
                .withSizeDistribution(RandomDistribution.uniform()),
            Arbitraries.of(defaults),
            clocks,
            Arbitraries.of(deletions),
            flags,
            flags)
        .as(ModelTable::new);
  }

  /** Pairs of a type and a policy; among any two, those that few others go with would be rare. */
  private static Arbitrary<Tuple2<ModelType, Rule>> types(List<ModelType> types, List<Rule> rules) {
    List<Tuple2<ModelType, Rule>> few = new ArrayList<>();
    for (ModelType type : types) {
      for (Rule rule : rules) {
        boolean isSet = rule == Rule.UNION || rule == Rule.SET;
        if (isSet && type.isJson() || rule == Rule.SUM && type.addsUp()) {
          few.add(Tuple.of(type, rule));
        }
      }
    }
    Arbitrary<Tuple2<ModelType, Rule>> any =
        Combinators.combine(Arbitraries.of(types), Arbitraries.of(rules)).as(Tuple::of);
    return few.isEmpty()
        ? any
        : Arbitraries.frequencyOf(Tuple.of(3, any), Tuple.of(1, Arbitraries.of(few)));
  }

  /** Stories in which a commit leaves some rows alone and deletes few. */
  static Arbitrary<Story> stories(
      Arbitrary<ModelTable> tables, Arbitrary<Integer> rows, int minBranches, int maxBranches) {
    return rows.flatMap(
        count ->
            Combinators.combine(
                    tables,
                    row()
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(count)
                        .withSizeDistribution(RandomDistribution.uniform()),
                    Arbitraries.integers().between(minBranches, maxBranches),
                    Arbitraries.of(false, false, true).list().ofSize(BRANCHES),
                    Arbitraries.integers().between(1, COMMITS).list().ofSize(BRANCHES + 1))
                .as(Story::new));
  }

  private static Arbitrary<RowStory> row() {
    return Combinators.combine(edit(1, 0, 5), edit(5, 1, 6).list().ofSize((BRANCHES + 1) * COMMITS))
        .as(RowStory::new);
  }

  private static Arbitrary<Edit> edit(int nothing, int delete, int write) {
    Arbitrary<Edit.Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(nothing, Edit.Kind.NOTHING),
            Tuple.of(delete, Edit.Kind.DELETE),
            Tuple.of(write, Edit.Kind.WRITE));
    // uniform, for most masks and seeds would be small
    return Combinators.combine(
            kinds,
            Arbitraries.integers().between(0, 4095).withDistribution(RandomDistribution.uniform()),
            Arbitraries.longs()
                .between(0, 1_000_000)
                .withDistribution(RandomDistribution.uniform()))
        .as(Edit::new);
  }
}
