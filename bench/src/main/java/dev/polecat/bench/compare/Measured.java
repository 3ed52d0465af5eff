package dev.polecat.bench.compare;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
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
    return spread(way, Run::millis).median();
  }

  /**
   * A figure of all runs of a way.
   *
   * @param way its name
   * @param figure takes the figure from one run
   * @return its median, minimum and maximum
   */
  public Spread spread(String way, ToDoubleFunction<Run> figure) {
    return Spread.of(runs.get(way).stream().mapToDouble(figure).toArray());
  }

  /**
   * The first run of a way in which acknowledged writes were lost.
   *
   * @param way its name
   * @return what was lost; empty if nothing was in any run
   */
  public Optional<String> lost(String way) {
    return runs.get(way).stream().map(Run::lost).filter(Objects::nonNull).findFirst();
  }

  /**
   * The ways that lost writes although they promise not to.
   *
   * @return their names; empty if all is well
   */
  public List<String> faults() {
    return runs.keySet().stream()
        .filter(way -> !mayLose.contains(way) && lost(way).isPresent())
        .toList();
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
    return Spread.of(
            IntStream.range(0, mine.size())
                .mapToDouble(i -> mine.get(i).millis() / other.get(i).millis())
                .toArray())
        .median();
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
    lost(way)
        .ifPresent(
            lost -> {
              throw new IllegalStateException(way + ": " + lost);
            });
    return runs.get(way);
  }
}
