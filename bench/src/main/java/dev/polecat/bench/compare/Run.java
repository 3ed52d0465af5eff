package dev.polecat.bench.compare;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run.
 *
 * @param millis how long it took
 * @param counts what else was counted
 * @param lost what acknowledged writes are missing; null if none is
 */
public record Run(double millis, Map<String, Long> counts, @Nullable String lost) {
  /**
   * What was counted under a name.
   *
   * @param name the name
   * @return the number
   * @throws IllegalArgumentException if nothing was counted under it
   */
  public long count(String name) {
    Long count = counts.get(name);
    if (count == null) {
      throw new IllegalArgumentException(
          "Nothing is counted as " + name + ", only " + counts.keySet() + ".");
    }
    return count;
  }
}
