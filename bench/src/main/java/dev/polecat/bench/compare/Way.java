package dev.polecat.bench.compare;

import java.util.concurrent.Callable;

/**
 * A way to do something.
 *
 * @param name what it is called in reports
 * @param work makes one run of it
 * @param keepsPromises whether a lost write is a fault; false for ways that are known to lose some,
 *     which is shown, too
 */
public record Way(String name, Callable<Work> work, boolean keepsPromises) {
  /**
   * A way that loses nothing.
   *
   * @param name what it is called in reports
   * @param work makes one run of it
   */
  public Way(String name, Callable<Work> work) {
    this(name, work, true);
  }
}
