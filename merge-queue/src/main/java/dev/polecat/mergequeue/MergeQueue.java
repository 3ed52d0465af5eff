package dev.polecat.mergequeue;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltException;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.TransactionRetry;
import dev.polecat.mergequeue.internal.LockBusyException;
import dev.polecat.mergequeue.internal.MainDirtyException;
import dev.polecat.mergequeue.internal.Merger;
import dev.polecat.mergequeue.internal.PolicyCheck;
import dev.polecat.mergequeue.internal.WaitingLine;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one door into main: merges finished branches one after the other, on a thread of its own.
 * Thread-safe. Across processes, a lock on the server keeps two queues from merging at once.
 *
 * <p>No request stops the queue: what cannot be merged is parked, with its branch kept. Stages
 * complete on other threads than the queue's, so a slow listener holds nobody up.
 */
public final class MergeQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MergeQueue.class);
  private static final TransactionRetry RETRY = TransactionRetry.ofAttempts(20);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** A thread per outcome: in a shared pool, slow listeners of some would hold up the others. */
  private static final Executor LISTENERS =
      work -> {
        Thread thread = new Thread(work, "merge-outcome");
        thread.setDaemon(true);
        thread.start();
      };

  private final DoltDatabase database;
  private final Merger merger;
  private final Duration patience;
  private final InstantSource clock;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final WaitingLine<Ticket> line;
  private final Map<MergeRequest, Ticket> tickets = new HashMap<>();
  private boolean closed;
  private volatile boolean givenUp;
  private @Nullable Thread worker;

  private MergeQueue(Builder builder) {
    this.database = builder.database;
    this.merger = new Merger(builder.database, builder.policies, builder.maxListedCells);
    this.patience = builder.patience;
    this.clock = InstantSource.system();
    this.line = new WaitingLine<>(clock);
  }

  /** A request on its way, with what happened to it so far. */
  private static final class Ticket {
    final MergeRequest request;
    final CompletableFuture<MergeOutcome> outcome = new CompletableFuture<>();
    int attempts;
    @Nullable Instant firstFailure;
    @Nullable Throwable lastFailure;

    Ticket(MergeRequest request) {
      this.request = request;
    }
  }

  /**
   * Starts building a queue.
   *
   * @param database the database whose main is merged into
   * @return a builder with the defaults
   */
  public static Builder builder(DoltDatabase database) {
    return new Builder(database);
  }

  /**
   * Hands in a finished branch. Handing in the same request again while it waits gives the same
   * stage.
   *
   * @param request what to merge
   * @return completes with the outcome; exceptionally only with {@link QueueClosedException}, or
   *     with an error of this library
   * @throws QueueClosedException if the queue is closed
   */
  public CompletionStage<MergeOutcome> submit(MergeRequest request) {
    lock.lock();
    try {
      if (closed) {
        throw new QueueClosedException(request.branch());
      }
      Ticket known = tickets.get(request);
      if (known != null) {
        return known.outcome.copy();
      }
      Ticket ticket = new Ticket(request);
      tickets.put(request, ticket);
      line.add(ticket, request.priority());
      startWorker();
      changed.signalAll();
      return ticket.outcome.copy();
    } finally {
      lock.unlock();
    }
  }

  /**
   * How many requests wait or are being merged.
   *
   * @return the number at this moment
   */
  public int pending() {
    lock.lock();
    try {
      return tickets.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes no more requests, merges or parks those that wait, and ends the queue's thread. May be
   * called again. If the calling thread is interrupted, what still waits is given up: its stages
   * complete with {@link QueueClosedException}, and the branches are kept.
   */
  @Override
  public void close() {
    @Nullable Thread thread;
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      thread = worker;
    } finally {
      lock.unlock();
    }
    if (thread == null || thread == Thread.currentThread()) {
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      givenUp = true;
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void startWorker() {
    if (worker == null) {
      Thread thread = new Thread(this::work, "merge-queue " + database.name());
      thread.setDaemon(true);
      thread.start();
      worker = thread;
    }
  }

  private void work() {
    try {
      for (Optional<WaitingLine.Entry<Ticket>> next = next();
          next.isPresent() && !givenUp; // an interrupt may be lost on the way
          next = next()) {
        serve(next.get());
      }
    } catch (InterruptedException e) {
      LOG.info("The merge queue of {} was interrupted; what waits is given up", database);
    } finally {
      merger.close();
      giveUpRest();
    }
  }

  /** Waits for the next request; empty when the queue is closed and nobody waits any more. */
  private Optional<WaitingLine.Entry<Ticket>> next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        Optional<WaitingLine.Entry<Ticket>> next = line.take();
        if (next.isPresent()) {
          return next;
        }
        if (closed && line.isEmpty()) {
          return Optional.empty();
        }
        Optional<Duration> pause = line.untilNext();
        if (pause.isPresent()) {
          changed.awaitNanos(pause.get().toNanos());
        } else {
          changed.await();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void serve(WaitingLine.Entry<Ticket> entry) {
    Ticket ticket = entry.item();
    MergeRequest request = ticket.request;
    ticket.attempts++;
    try {
      finish(ticket, RETRY.call(() -> merger.attempt(request)));
    } catch (MainDirtyException e) {
      pauseOrPark(entry, e, new ParkReason.MainHasUncommittedRows(e.tables()));
    } catch (SQLException e) {
      noteFailure(ticket, e);
      DoltError error = DoltError.of(e);
      if (error == DoltError.CONNECTION_LOST
          || error.isRetryable()
          || e instanceof LockBusyException) {
        pauseOrPark(entry, e, new ParkReason.RetriesExhausted(ticket.attempts, e));
      } else {
        finish(ticket, new MergeOutcome.Parked(request, new ParkReason.Refused(e)));
      }
    } catch (DoltException e) {
      finish(ticket, new MergeOutcome.Parked(request, new ParkReason.Refused(e)));
    } catch (RuntimeException | Error e) {
      LOG.error("Merging branch {} failed in an unforeseen way", request.branch(), e);
      merger.close();
      finish(ticket, new MergeOutcome.Parked(request, new ParkReason.Refused(e)));
    }
  }

  private static void noteFailure(Ticket ticket, Throwable failure) {
    Throwable earlier = ticket.lastFailure;
    if (earlier != null && earlier != failure) {
      failure.addSuppressed(earlier);
    }
    ticket.lastFailure = failure;
  }

  /**
   * Tries again later, unless the request has been failing for longer than the queue's patience.
   */
  private void pauseOrPark(
      WaitingLine.Entry<Ticket> entry, Throwable failure, ParkReason afterPatience) {
    Ticket ticket = entry.item();
    Instant now = clock.instant();
    if (ticket.firstFailure == null) {
      ticket.firstFailure = now;
      LOG.info("Branch {} waits: {}", ticket.request.branch(), failure.getMessage());
    }
    if (Duration.between(ticket.firstFailure, now).compareTo(patience) >= 0) {
      finish(ticket, new MergeOutcome.Parked(ticket.request, afterPatience));
      return;
    }
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(ticket.attempts - 1, 10));
    lock.lock();
    try {
      line.pause(entry, pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    } finally {
      lock.unlock();
    }
  }

  private void finish(Ticket ticket, MergeOutcome outcome) {
    forget(ticket);
    if (outcome instanceof MergeOutcome.Parked parked) {
      LOG.warn("Branch {} is parked: {}", ticket.request.branch(), parked.reason().message());
    }
    ticket.outcome.completeAsync(() -> outcome, LISTENERS);
  }

  private void giveUpRest() {
    lock.lock();
    try {
      closed = true;
      for (Ticket ticket : tickets.values()) {
        ticket.outcome.completeAsync(
            () -> {
              throw new QueueClosedException(ticket.request.branch());
            },
            LISTENERS);
      }
      tickets.clear();
    } finally {
      lock.unlock();
    }
  }

  private void forget(Ticket ticket) {
    lock.lock();
    try {
      tickets.remove(ticket.request);
    } finally {
      lock.unlock();
    }
  }

  /** Collects a queue's settings; not thread-safe. */
  public static final class Builder {
    private final DoltDatabase database;
    private ConflictPolicies policies = ConflictPolicies.ofDefaults();
    private int maxListedCells = 1_000;
    private Duration patience = Duration.ofSeconds(30);

    private Builder(DoltDatabase database) {
      this.database = Objects.requireNonNull(database, "database");
    }

    /**
     * Sets which policy decides which column. Default {@link ConflictPolicies#ofDefaults()}.
     *
     * @param policies the policies
     * @return this builder
     */
    public Builder policies(ConflictPolicies policies) {
      this.policies = Objects.requireNonNull(policies, "policies");
      return this;
    }

    /**
     * Sets how many decided cells a report lists at most. Default 1,000. The counts stay exact.
     *
     * @param limit 0 or more
     * @return this builder
     * @throws InvalidPolicyException if the limit is negative
     */
    public Builder maxListedCells(int limit) {
      if (limit < 0) {
        throw new InvalidPolicyException(
            "A report cannot list " + limit + " cells; give 0 or more.");
      }
      this.maxListedCells = limit;
      return this;
    }

    /**
     * Sets how long a request may keep failing for reasons that may pass (main has uncommitted
     * rows, the server is away) before it is parked. Default 30 seconds.
     *
     * @param limit the time since its first failure
     * @return this builder
     */
    public Builder patience(Duration limit) {
      this.patience = Objects.requireNonNull(limit, "limit");
      return this;
    }

    /**
     * Checks the policies against the schema and makes the queue. Its thread starts with the first
     * request.
     *
     * @return the queue
     * @throws InvalidPolicyException if a policy names a column that its table does not have, or
     *     contradicts the column's type; a table that does not exist yet is not checked
     * @throws DoltSqlException if the schema cannot be read
     */
    public MergeQueue build() {
      PolicyCheck.check(database, policies);
      return new MergeQueue(this);
    }
  }
}
