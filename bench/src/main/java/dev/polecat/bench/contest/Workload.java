package dev.polecat.bench.contest;

import java.time.Duration;

/**
 * What writers do: each makes commits, one after the other, all writers at once. A commit inserts a
 * row of the writer's own and, if there are hot rows, updates one that others update, too.
 *
 * @param writers how many there are
 * @param commits how many each makes
 * @param hotRows how many rows all fight over; 0 for none
 * @param tableRows how many rows the table has before, hot rows included
 * @param indexes whether the table has two secondary indexes
 * @param delay how much longer a round trip to the server takes than on loopback
 */
public record Workload(
    int writers, int commits, int hotRows, int tableRows, boolean indexes, Duration delay) {
  /** Checks that it can be done. */
  public Workload {
    if (writers < 1 || commits < 1 || hotRows < 0 || tableRows < hotRows || delay.isNegative()) {
      throw new IllegalArgumentException(
          "A workload needs writers, commits and no more hot rows than rows: "
              + writers
              + " writers, "
              + commits
              + " commits, "
              + hotRows
              + " hot of "
              + tableRows
              + " rows, delay "
              + delay);
    }
  }

  /**
   * The point that one axis at a time is varied from.
   *
   * @return 50 writers with 5 commits each, no hot row, 1,000 rows, no index, no delay
   */
  public static Workload base() {
    return new Workload(50, 5, 0, 1_000, false, Duration.ZERO);
  }

  /**
   * The same with other writers.
   *
   * @param count how many
   * @return the workload
   */
  public Workload withWriters(int count) {
    return new Workload(count, commits, hotRows, tableRows, indexes, delay);
  }

  /**
   * The same with other commits.
   *
   * @param perWriter how many each writer makes
   * @return the workload
   */
  public Workload withCommits(int perWriter) {
    return new Workload(writers, perWriter, hotRows, tableRows, indexes, delay);
  }

  /**
   * The same with other hot rows.
   *
   * @param count how many; 0 for none
   * @return the workload
   */
  public Workload withHotRows(int count) {
    return new Workload(writers, commits, count, tableRows, indexes, delay);
  }

  /**
   * The same on another table.
   *
   * @param count how many rows it has before
   * @return the workload
   */
  public Workload withTableRows(int count) {
    return new Workload(writers, commits, hotRows, count, indexes, delay);
  }

  /**
   * The same with or without secondary indexes.
   *
   * @param on whether there are any
   * @return the workload
   */
  public Workload withIndexes(boolean on) {
    return new Workload(writers, commits, hotRows, tableRows, on, delay);
  }

  /**
   * The same on another network.
   *
   * @param roundTrip how much longer a round trip takes than on loopback
   * @return the workload
   */
  public Workload withDelay(Duration roundTrip) {
    return new Workload(writers, commits, hotRows, tableRows, indexes, roundTrip);
  }
}
