package dev.polecat.bench.report;

import dev.polecat.bench.compare.Measured;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One part of the report: a question, answered at one or more points.
 *
 * @param name what {@code --only} calls it; lower case words joined by hyphens
 * @param title its heading
 * @param note how its figures are to be read, one paragraph of plain text
 * @param plot what is drawn over its points; null draws nothing
 * @param points what is measured at a size; asked once, before anything is measured
 */
public record Section(
    String name,
    String title,
    String note,
    @Nullable Plot plot,
    Function<Size, List<Point>> points) {

  /**
   * A section without a plot.
   *
   * @param name what {@code --only} calls it
   * @param title its heading
   * @param note how its figures are to be read
   * @param points what is measured at a size
   * @return the section
   */
  public static Section of(
      String name, String title, String note, Function<Size, List<Point>> points) {
    return new Section(name, title, note, null, points);
  }

  /**
   * One comparison of a section.
   *
   * @param label what is particular to it, such as {@code 50 writers}
   * @param x where it is on the plot's axis
   * @param measure takes the measurement; not called if the point is not asked for
   * @param targets what the figures are held to
   */
  public record Point(String label, double x, Callable<Measured> measure, List<Target> targets) {
    /**
     * A point.
     *
     * @param label what is particular to it
     * @param x where it is on the plot's axis
     * @param measure takes the measurement
     * @param targets what the figures are held to
     * @return the point
     */
    public static Point of(String label, double x, Callable<Measured> measure, Target... targets) {
      return new Point(label, x, measure, List.of(targets));
    }
  }
}
