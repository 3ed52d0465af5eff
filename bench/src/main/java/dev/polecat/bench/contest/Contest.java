package dev.polecat.bench.contest;

import dev.polecat.bench.compare.Comparison;
import dev.polecat.bench.compare.Measured;
import java.util.List;

/** The same workload, done by several contestants in turns. */
public final class Contest {
  private Contest() {}

  /**
   * Runs a contest on a server of its own.
   *
   * @param workload what is to be done
   * @param contestants in which ways
   * @param warmups repetitions that are not counted
   * @param repetitions repetitions that are
   * @return what was measured
   * @throws Exception if a run failed for another reason than lost writes
   */
  public static Measured measure(
      Workload workload, List<Contestant> contestants, int warmups, int repetitions)
      throws Exception {
    try (Arena arena = new Arena(workload)) {
      return new Comparison(
              workload.toString(), contestants.stream().map(one -> one.in(arena)).toList())
          .run(warmups, repetitions);
    }
  }
}
