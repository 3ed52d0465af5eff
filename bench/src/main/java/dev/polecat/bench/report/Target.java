package dev.polecat.bench.report;

import dev.polecat.bench.compare.Measured;
import java.util.function.ToDoubleFunction;

/**
 * A limit that one figure of a comparison is held to.
 *
 * @param name what is promised
 * @param figure takes the figure from the comparison; throws IllegalStateException where a way that
 *     it needs lost a write
 * @param bound which side of the limit is good
 * @param limit the limit itself, which is still good
 */
public record Target(String name, ToDoubleFunction<Measured> figure, Bound bound, double limit) {
  /** Which side of a limit is good. */
  public enum Bound {
    /** The limit and everything below. */
    AT_MOST,
    /** The limit and everything above. */
    AT_LEAST
  }

  /**
   * A way takes at most so many times as long as another.
   *
   * @param name what is promised
   * @param way the way that is held to it
   * @param against the way it is held against
   * @param limit how many times as long it may take
   * @return the target
   */
  public static Target atMost(String name, String way, String against, double limit) {
    return new Target(name, measured -> measured.ratio(way, against), Bound.AT_MOST, limit);
  }

  /**
   * A way is at least so many times as fast as another.
   *
   * @param name what is promised
   * @param way the way that is held to it
   * @param against the way it is held against
   * @param limit how many times as fast it has to be
   * @return the target
   */
  public static Target timesAsFast(String name, String way, String against, double limit) {
    return new Target(name, measured -> measured.ratio(against, way), Bound.AT_LEAST, limit);
  }

  /**
   * Something a way counts never exceeds a limit, in any of its runs.
   *
   * @param name what is promised
   * @param way the way that is held to it
   * @param count what it counts; a way that does not count it fails the section
   * @param limit the largest number that is good
   * @return the target
   */
  public static Target countAtMost(String name, String way, String count, long limit) {
    return new Target(name, measured -> measured.most(way, count), Bound.AT_MOST, limit);
  }

  /**
   * Whether a figure is good enough.
   *
   * @param value the figure
   * @return whether it is on the good side of the limit
   */
  public boolean reachedBy(double value) {
    return bound == Bound.AT_MOST ? value <= limit : value >= limit;
  }
}
