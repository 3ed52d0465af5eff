package dev.polecat.bench.compare;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What was measured in one comparison.
 *
 * @param name what the work is
 * @param runs the runs of each way, in the order of the repetitions
 * @param mayLose the ways in which a lost write is no fault
 */
public record Measured(String name, Map<String, List<Run>> runs, Set<String> mayLose) {
  /**
   * What was measured of ways that all lose nothing.
   *
   * @param name what the work is
   * @param runs the runs of each way
   */
  public Measured(String name, Map<String, List<Run>> runs) {
    this(name, runs, Set.of());
  }

  /**
   * How long a way took.
   *
   * @param way its name
   * @return the median, in milliseconds
   */
  public double millis(String way) {
    return median(runs.get(way).stream().mapToDouble(Run::millis).toArray());
  }

  /**
   * How many times as long one way took as another.
   *
   * @param way its name
   * @param against the other's
   * @return the median of the ratios within each repetition
   * @throws IllegalStateException if one of them lost a write
   */
  public double ratio(String way, String against) {
    List<Run> mine = whole(way);
    List<Run> other = whole(against);
    return median(
        IntStream.range(0, mine.size())
            .mapToDouble(i -> mine.get(i).millis() / other.get(i).millis())
            .toArray());
  }

  /**
   * The most of something in any run of a way.
   *
   * @param way its name
   * @param count what was counted
   * @return the largest number
   * @throws IllegalStateException if the way lost a write
   * @throws IllegalArgumentException if the way counts no such thing
   */
  public long most(String way, String count) {
    return whole(way).stream().mapToLong(run -> run.count(count)).max().orElseThrow();
  }

  private List<Run> whole(String way) {
    for (Run run : runs.get(way)) {
      if (run.lost() != null) {
        throw new IllegalStateException(way + " lost writes: " + run.lost());
      }
    }
    return runs.get(way);
  }

  private static double median(double[] values) {
    double[] sorted = Arrays.stream(values).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
