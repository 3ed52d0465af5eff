package dev.polecat.bench.report;

import dev.polecat.bench.compare.Run;
import java.util.function.ToDoubleFunction;

/**
 * What is drawn over the points of a section: one line for each way, through the medians.
 *
 * @param x what is on the horizontal axis
 * @param y what is on the vertical axis, with its unit
 * @param logarithmic whether both axes are
 * @param figure takes the figure from one run
 */
public record Plot(String x, String y, boolean logarithmic, ToDoubleFunction<Run> figure) {
  /**
   * How long a run took.
   *
   * @param x what is on the horizontal axis
   * @return the plot, in milliseconds
   */
  public static Plot millis(String x) {
    return new Plot(x, "milliseconds", true, Run::millis);
  }

  /**
   * How much of something was done in a second.
   *
   * @param x what is on the horizontal axis
   * @param count what is counted
   * @return the plot
   */
  public static Plot perSecond(String x, String count) {
    return new Plot(
        x, count + " per second", true, run -> run.count(count) / (run.millis() / 1_000));
  }

  /**
   * How much of something there was.
   *
   * @param x what is on the horizontal axis
   * @param count what is counted
   * @return the plot
   */
  public static Plot count(String x, String count) {
    return new Plot(x, count, false, run -> run.count(count));
  }

  /**
   * The same on ordinary axes, which can show nothing, too.
   *
   * @return the plot
   */
  public Plot linear() {
    return new Plot(x, y, false, figure);
  }
}
