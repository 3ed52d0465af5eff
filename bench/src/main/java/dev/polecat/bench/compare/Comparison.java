package dev.polecat.bench.compare;

import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Ways to do the same work, which take turns: each repetition runs all of them one after the other,
 * beginning with another one each time, so that what slows the machine down slows all of them.
 */
public final class Comparison {
  private final String name;
  private final List<Way> ways;

  /**
   * Compares ways.
   *
   * @param name what the work is
   * @param ways the ways, at least one
   */
  public Comparison(String name, List<Way> ways) {
    this.name = name;
    this.ways = List.copyOf(ways);
  }

  /**
   * Runs all ways.
   *
   * @param warmups repetitions that are not counted
   * @param repetitions repetitions that are
   * @return what was measured
   * @throws Exception if a run failed for another reason than lost writes
   */
  public Measured run(int warmups, int repetitions) throws Exception {
    Map<String, List<Run>> runs = new LinkedHashMap<>();
    ways.forEach(way -> runs.put(way.name(), new ArrayList<>()));
    List<Way> order = new ArrayList<>(ways);
    for (int repetition = -warmups; repetition < repetitions; repetition++) {
      for (Way way : order) {
        Run run = once(way);
        if (repetition >= 0) {
          runs.get(way.name()).add(run);
        }
      }
      Collections.rotate(order, 1);
    }
    return new Measured(
        name,
        runs,
        ways.stream().filter(way -> !way.keepsPromises()).map(Way::name).collect(toSet()));
  }

  private static Run once(Way way) throws Exception {
    try (Work work = way.work().call()) {
      work.prepare();
      long start = System.nanoTime();
      work.run();
      double millis = (System.nanoTime() - start) / 1e6;
      try {
        return new Run(millis, work.check(), null);
      } catch (LostWriteException e) {
        return new Run(millis, Map.of(), e.getMessage());
      }
    }
  }
}
