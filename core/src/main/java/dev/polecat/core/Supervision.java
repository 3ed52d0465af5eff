package dev.polecat.core;

import java.time.Duration;

/**
 * How closely a managed server is watched, and how it is brought back. Immutable; start from {@link
 * #DEFAULT} and change what matters.
 *
 * @param healthInterval from one health check to the next
 * @param healthTimeout how long a health check waits for the answer
 * @param failedChecks after how many failed checks in a row a server that still runs is replaced
 * @param firstDelay from a crash to the restart; doubled for each further one in a row
 * @param maxDelay what the doubled delay stops at
 * @param maxRestarts how many restarts there are within {@code restartWindow}, at most
 * @param restartWindow the time in which restarts are counted
 * @param resetAfter how long a server answers until the delay starts anew at {@code firstDelay}
 * @param minFreeBytes free bytes on the volume of the data directory below which a warning is
 *     given, and which are waited for before a server that found the disk full is started again;
 *     never more than a tenth of the volume is asked for
 */
public record Supervision(
    Duration healthInterval,
    Duration healthTimeout,
    int failedChecks,
    Duration firstDelay,
    Duration maxDelay,
    int maxRestarts,
    Duration restartWindow,
    Duration resetAfter,
    long minFreeBytes) {
  /**
   * A check every 30 seconds that may take 10, replaced after 3 failed ones; restarts after 5
   * seconds to 5 minutes, at most 5 in 10 minutes, from the start again after 5 healthy minutes; at
   * least 256 MiB free.
   */
  public static final Supervision DEFAULT =
      new Supervision(
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          3,
          Duration.ofSeconds(5),
          Duration.ofMinutes(5),
          5,
          Duration.ofMinutes(10),
          Duration.ofMinutes(5),
          256L << 20);

  /**
   * Checks the values.
   *
   * @param healthInterval from one health check to the next
   * @param healthTimeout how long a health check waits for the answer
   * @param failedChecks after how many failed checks in a row a server that still runs is replaced
   * @param firstDelay from a crash to the restart; doubled for each further one in a row
   * @param maxDelay what the doubled delay stops at
   * @param maxRestarts how many restarts there are within {@code restartWindow}, at most
   * @param restartWindow the time in which restarts are counted
   * @param resetAfter how long a server answers until the delay starts anew at {@code firstDelay}
   * @param minFreeBytes free bytes on the volume of the data directory below which a warning is
   *     given, and which are waited for before a server that found the disk full is started again;
   *     never more than a tenth of the volume is asked for
   * @throws InvalidNameException if a time is not positive, a number is below 1 (restarts and
   *     bytes: below 0), or the first delay is longer than the longest
   */
  public Supervision {
    positive(healthInterval, "health interval");
    positive(healthTimeout, "health timeout");
    positive(firstDelay, "first restart delay");
    positive(maxDelay, "longest restart delay");
    positive(restartWindow, "restart window");
    positive(resetAfter, "time until restarts are forgotten");
    if (failedChecks < 1) {
      throw invalid("number of failed checks", failedChecks, "Give at least 1.");
    }
    if (maxRestarts < 0) {
      throw invalid("number of restarts", maxRestarts, "Give 0 for none, or more.");
    }
    if (minFreeBytes < 0) {
      throw invalid("number of free bytes", minFreeBytes, "Give 0 or more.");
    }
    if (firstDelay.compareTo(maxDelay) > 0) {
      throw invalid("first restart delay", firstDelay, "It is longer than the longest delay.");
    }
  }

  /**
   * With other times of health checks.
   *
   * @param interval from one check to the next
   * @param timeout how long a check waits for the answer
   * @param failed after how many failed checks in a row the server is replaced
   * @return the changed copy
   */
  public Supervision withHealth(Duration interval, Duration timeout, int failed) {
    return new Supervision(
        interval,
        timeout,
        failed,
        firstDelay,
        maxDelay,
        maxRestarts,
        restartWindow,
        resetAfter,
        minFreeBytes);
  }

  /**
   * With other delays between a crash and the restart.
   *
   * @param first the first delay
   * @param max the longest
   * @param reset how long a server must answer until the first delay counts again
   * @return the changed copy
   */
  public Supervision withDelays(Duration first, Duration max, Duration reset) {
    return new Supervision(
        healthInterval,
        healthTimeout,
        failedChecks,
        first,
        max,
        maxRestarts,
        restartWindow,
        reset,
        minFreeBytes);
  }

  /**
   * With another limit of restarts.
   *
   * @param restarts how many, 0 for none
   * @param window within what time
   * @return the changed copy
   */
  public Supervision withLimit(int restarts, Duration window) {
    return new Supervision(
        healthInterval,
        healthTimeout,
        failedChecks,
        firstDelay,
        maxDelay,
        restarts,
        window,
        resetAfter,
        minFreeBytes);
  }

  /**
   * With another floor of free disk space.
   *
   * @param bytes free bytes wanted
   * @return the changed copy
   */
  public Supervision withMinFreeBytes(long bytes) {
    return new Supervision(
        healthInterval,
        healthTimeout,
        failedChecks,
        firstDelay,
        maxDelay,
        maxRestarts,
        restartWindow,
        resetAfter,
        bytes);
  }

  private static void positive(Duration time, String what) {
    if (time.isNegative() || time.isZero()) {
      throw invalid(what, time, "Give a positive time.");
    }
  }

  private static InvalidNameException invalid(String what, Object value, String rule) {
    return new InvalidNameException(what, value.toString(), rule);
  }
}
