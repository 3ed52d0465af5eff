package dev.polecat.bench;

import dev.polecat.bench.compare.Comparison;
import dev.polecat.bench.compare.Measured;
import dev.polecat.bench.compare.Way;
import dev.polecat.bench.size.LargeMerge;
import dev.polecat.bench.size.LargeTable;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A clean merge of a branch of five commits into a table of a million rows, against the same into
 * ten thousand rows, in turns on one server: through the queue, and by {@code DOLT_MERGE} alone,
 * which is the floor.
 */
public final class LargeTableComparison {
  /** How many times as long the large merge may take. */
  public static final double TARGET = 2;

  static final int SMALL = 10_000;
  static final int LARGE = 1_000_000;
  private static final int WARMUPS = 3;

  private LargeTableComparison() {}

  /**
   * Prints the ratios.
   *
   * @param args how many repetitions, by default 9; then shapes, by default all
   * @throws Exception if a run failed
   */
  public static void main(String[] args) throws Exception {
    int repetitions = args.length > 0 ? Integer.parseInt(args[0]) : 9;
    List<LargeTable.Shape> shapes = new ArrayList<>();
    for (int i = 1; i < args.length; i++) {
      shapes.add(LargeTable.Shape.valueOf(args[i]));
    }
    System.out.println("| table | queue 10 k | queue 1 M | ratio | bare 10 k | bare 1 M | ratio |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (LargeTable.Shape shape : shapes.isEmpty() ? List.of(LargeTable.Shape.values()) : shapes) {
      Measured measured = measure(shape, repetitions);
      System.out.printf(
          Locale.ROOT,
          "| %s | %.1f ms | %.1f ms | %.2f | %.1f ms | %.1f ms | %.2f |%n",
          shape,
          measured.millis(way("queue", SMALL)),
          measured.millis(way("queue", LARGE)),
          measured.ratio(way("queue", LARGE), way("queue", SMALL)),
          measured.millis(way("bare", SMALL)),
          measured.millis(way("bare", LARGE)),
          measured.ratio(way("bare", LARGE), way("bare", SMALL)));
    }
  }

  /**
   * Merges into tables of one shape.
   *
   * @param shape what the tables have besides their keys
   * @param repetitions how many
   * @return four ways: {@code queue} and {@code bare}, each at both sizes
   * @throws Exception if a run failed
   */
  public static Measured measure(LargeTable.Shape shape, int repetitions) throws Exception {
    try (BenchServer server = BenchServer.start();
        Town town = Town.open(TownConfig.external(server.server().endpoint()))) {
      List<Way> ways = new ArrayList<>();
      for (int rows : List.of(SMALL, LARGE)) {
        LargeTable table =
            LargeTable.load(town.rig(server.freshName().value()).initSchema(), shape, rows);
        ways.add(new Way(way("queue", rows), () -> new LargeMerge(table, false)));
        ways.add(new Way(way("bare", rows), () -> new LargeMerge(table, true)));
      }
      return new Comparison("merge into " + shape, ways).run(WARMUPS, repetitions);
    }
  }

  static String way(String by, int rows) {
    return by + ", " + rows + " rows";
  }
}
