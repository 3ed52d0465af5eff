package dev.polecat.bench.contest;

import dev.polecat.core.DoltError;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Does something again while the server says that it lost against somebody else, after pauses drawn
 * at random from a range that doubles. Every repetition is counted. Thread-safe.
 */
final class Attempts {
  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(4);
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(250);

  private final Journal journal;

  Attempts(Journal journal) {
    this.journal = journal;
  }

  /** One step, from its beginning to its end. */
  @FunctionalInterface
  interface Step {
    /** Takes the step; {@code again} says whether an attempt before this one lost. */
    void take(boolean again) throws SQLException;
  }

  /** Takes the step until it is through, or fails for another reason than others' being first. */
  void untilThrough(Connection connection, Step step) throws SQLException {
    long longest = FIRST_PAUSE;
    for (boolean again = false; ; again = true) {
      try {
        step.take(again);
        return;
      } catch (SQLException e) {
        if (!DoltError.of(e).isRetryable()) {
          throw e;
        }
        journal.retried();
        DoltCalls.execute(connection, "ROLLBACK");
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(longest));
        longest = Math.min(longest * 2, LONGEST_PAUSE);
      }
    }
  }
}
