package dev.polecat.core;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a whole transaction again when the server says that it lost against another one. Immutable
 * and safe to share.
 *
 * <p>Only errors for which {@link DoltError#isRetryable()} holds lead to another attempt: one after
 * which nobody knows whether the transaction took effect does not. When the attempts or the time
 * are used up, or the thread is interrupted, the last failure is thrown, with the earlier ones
 * attached as suppressed; the thread stays interrupted.
 */
public final class TransactionRetry {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);
  private static final IntervalFunction PAUSES =
      IntervalFunction.ofExponentialRandomBackoff(FIRST_PAUSE, 1.6, 0.5, LONGEST_PAUSE);
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final TransactionRetry DEFAULTS = new TransactionRetry(50, LIMIT);

  private final int maxAttempts;
  private final Duration limit;

  private TransactionRetry(int maxAttempts, Duration limit) {
    this.maxAttempts = maxAttempts;
    this.limit = limit;
  }

  /**
   * At most 50 attempts, none started later than a minute after the first, with jittered pauses
   * that grow from 2 ms to 250 ms.
   *
   * @return the default retry
   */
  public static TransactionRetry ofDefaults() {
    return DEFAULTS;
  }

  /**
   * The default pauses with another number of attempts.
   *
   * @param attempts at least 1; 1 means no retry
   * @return the retry
   * @throws InvalidNameException if {@code attempts} is below 1
   */
  public static TransactionRetry ofAttempts(int attempts) {
    if (attempts < 1) {
      throw new InvalidNameException(
          "number of attempts", Integer.toString(attempts), "Give at least 1.");
    }
    return new TransactionRetry(attempts, LIMIT);
  }

  /**
   * The same with another limit in time.
   *
   * @param time no attempt starts later than this after the first one did
   * @return the retry
   * @throws InvalidNameException if {@code time} is negative
   */
  public TransactionRetry within(Duration time) {
    if (time.isNegative()) {
      throw new InvalidNameException("time for attempts", time.toString(), "Give zero or more.");
    }
    return new TransactionRetry(maxAttempts, time);
  }

  /**
   * Runs the work until it succeeds, fails for good, or the attempts are used up.
   *
   * @param work a whole transaction, from its begin to its commit; must be free of other effects
   * @param <T> the type of the result
   * @param <X> what the work may throw
   * @return the result of the attempt that succeeded
   * @throws X what the last attempt threw
   */
  public <T, X extends Exception> T call(Work<T, X> work) throws X {
    List<Throwable> failures = new ArrayList<>();
    long start = System.nanoTime();
    RetryConfig config =
        RetryConfig.custom()
            .maxAttempts(maxAttempts)
            .intervalFunction(PAUSES)
            .retryOnException(
                failure ->
                    DoltError.of(failure).isRetryable()
                        && System.nanoTime() - start < limit.toNanos()
                        && !Thread.currentThread().isInterrupted())
            .build();
    try {
      return Retry.of("transaction", config)
          .executeCallable(
              () -> {
                try {
                  return work.run();
                } catch (Exception e) {
                  failures.add(e);
                  throw e;
                }
              });
    } catch (Exception e) {
      failures.stream().filter(failure -> failure != e).forEach(e::addSuppressed);
      @SuppressWarnings("unchecked") // the work throws nothing else that is checked
      X failure = (X) e;
      throw failure;
    }
  }

  /**
   * A transaction that can be run again.
   *
   * @param <T> the type of the result
   * @param <X> what it may throw
   */
  @FunctionalInterface
  public interface Work<T, X extends Exception> {
    /**
     * Runs the transaction once.
     *
     * @return its result
     * @throws X if it fails
     */
    T run() throws X;
  }
}
