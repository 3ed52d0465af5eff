package dev.polecat.bench.contest;

import java.time.Duration;

/**
 * What writers do: each makes commits, one after the other, all writers at once. A commit inserts a
 * row of the writer's own and, if there are hot rows, updates one that others update, too.
 *
 * @param writers how many there are
 * @param commits how many each makes
 * @param hotRows how many rows all fight over; 0 for none
 * @param table what they write to
 * @param delay how much longer a round trip to the server takes than on loopback
 * @param before what happened before
 * @param span what of it is measured
 */
public record Workload(
    int writers, int commits, int hotRows, Table table, Duration delay, Before before, Span span) {
  /**
   * The table.
   *
   * @param rows how many it has before, hot rows included
   * @param indexes whether it has two secondary indexes
   */
  public record Table(int rows, boolean indexes) {}

  /**
   * What a server has behind it.
   *
   * @param liveBranches how many other branches there are, that nobody works on
   * @param slings how many polecats were slung and nuked
   */
  public record Before(int liveBranches, int slings) {}

  /** What is measured. The rest happens all the same, before or after. */
  public enum Span {
    /** Everything, from nothing to all on main and all branches gone. */
    ALL,
    /** From nothing to the last commit acknowledged. */
    WRITES,
    /** From the last commit acknowledged to all on main and all branches gone. */
    MERGES
  }

  /** Checks that it can be done. */
  public Workload {
    if (writers < 1 || commits < 1 || hotRows < 0 || table.rows() < hotRows || delay.isNegative()) {
      throw new IllegalArgumentException(
          "A workload needs writers and commits, no more hot rows than rows, and no negative"
              + " delay: %d writers, %d commits, %d hot of %d rows, delay %s"
                  .formatted(writers, commits, hotRows, table.rows(), delay));
    }
  }

  /**
   * The point that one axis at a time is varied from.
   *
   * @return 50 writers with 5 commits each, no hot row, 1,000 rows, no index, no delay
   */
  public static Workload base() {
    return new Workload(
        50, 5, 0, new Table(1_000, false), Duration.ZERO, new Before(0, 0), Span.ALL);
  }

  /**
   * The same with other writers.
   *
   * @param count how many
   * @param perWriter how many commits each makes
   * @return the workload
   */
  public Workload withWriters(int count, int perWriter) {
    return new Workload(count, perWriter, hotRows, table, delay, before, span);
  }

  /**
   * The same with other hot rows.
   *
   * @param count how many; 0 for none
   * @return the workload
   */
  public Workload withHotRows(int count) {
    return new Workload(writers, commits, count, table, delay, before, span);
  }

  /**
   * The same on another table.
   *
   * @param rows how many rows it has before
   * @param indexes whether it has two secondary indexes
   * @return the workload
   */
  public Workload withTable(int rows, boolean indexes) {
    return new Workload(writers, commits, hotRows, new Table(rows, indexes), delay, before, span);
  }

  /**
   * The same on another network.
   *
   * @param roundTrip how much longer a round trip takes than on loopback
   * @return the workload
   */
  public Workload withDelay(Duration roundTrip) {
    return new Workload(writers, commits, hotRows, table, roundTrip, before, span);
  }

  /**
   * The same on a server with a past.
   *
   * @param liveBranches how many other branches there are
   * @param slings how many polecats were slung and nuked
   * @return the workload
   */
  public Workload after(int liveBranches, int slings) {
    return new Workload(
        writers, commits, hotRows, table, delay, new Before(liveBranches, slings), span);
  }

  /**
   * The same with another part of it measured.
   *
   * @param part the part
   * @return the workload
   */
  public Workload measuring(Span part) {
    return new Workload(writers, commits, hotRows, table, delay, before, part);
  }
}
