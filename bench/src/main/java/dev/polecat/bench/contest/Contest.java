package dev.polecat.bench.contest;

import dev.polecat.bench.BenchServer;
import dev.polecat.bench.compare.Comparison;
import dev.polecat.bench.compare.Measured;
import java.util.List;

/** The same workload, done by several contestants in turns. */
public final class Contest {
  private Contest() {}

  /**
   * Runs a contest.
   *
   * @param server where; may be used by others before and after, but not meanwhile
   * @param workload what is to be done
   * @param contestants in which ways
   * @param warmups repetitions that are not counted
   * @param repetitions repetitions that are
   * @return what was measured
   * @throws Exception if a run failed for another reason than lost writes
   */
  public static Measured measure(
      BenchServer server,
      Workload workload,
      List<Contestant> contestants,
      int warmups,
      int repetitions)
      throws Exception {
    try (Arena arena = new Arena(server, workload)) {
      return new Comparison(
              workload.toString(), contestants.stream().map(one -> one.in(arena)).toList())
          .run(warmups, repetitions);
    }
  }

  /**
   * Runs a contest and prints it.
   *
   * @param arguments writers, commits, hot rows, table rows, repetitions
   * @throws Exception if a run failed
   */
  public static void main(String[] arguments) throws Exception {
    Workload workload =
        Workload.base()
            .withWriters(Integer.parseInt(arguments[0]))
            .withCommits(Integer.parseInt(arguments[1]))
            .withHotRows(Integer.parseInt(arguments[2]))
            .withTableRows(Integer.parseInt(arguments[3]));
    try (BenchServer server = BenchServer.start()) {
      Measured measured =
          measure(
              server, workload, List.of(Contestant.values()), 1, Integer.parseInt(arguments[4]));
      measured.runs().forEach((way, runs) -> System.out.println(way + ": " + runs));
    }
  }
}
