package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltException;
import dev.polecat.core.TransactionRetry;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.NotParkedException;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.QueueClosedException;
import dev.polecat.mergequeue.internal.resolve.ByHand;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue's thread: takes the next request, has it merged, tries again later what may pass. */
public final class MergeWorker {
  private static final Logger LOG = LoggerFactory.getLogger(MergeWorker.class);
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
  private final Consumer<MergeOutcome> recorder;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final WaitingLine<Ticket> line;
  private final Map<MergeRequest, Ticket> tickets = new HashMap<>();
  private boolean closed;
  private volatile boolean givenUp;
  private @Nullable Thread thread;

  /**
   * Makes a worker; its thread starts with the first request.
   *
   * @param recorder is told every outcome, before the request's stage completes
   */
  public MergeWorker(
      DoltDatabase database,
      Merger merger,
      Duration patience,
      InstantSource clock,
      Consumer<MergeOutcome> recorder) {
    this.database = database;
    this.merger = merger;
    this.patience = patience;
    this.clock = clock;
    this.recorder = recorder;
    this.line = new WaitingLine<>(clock);
  }

  /** A request on its way, with what happened to it so far. */
  private static final class Ticket {
    final MergeRequest request;
    final ByHand byHand;
    final CompletableFuture<MergeOutcome> outcome = new CompletableFuture<>();
    int attempts;
    @Nullable Instant firstFailure;
    @Nullable Throwable lastFailure;

    Ticket(MergeRequest request, ByHand byHand) {
      this.request = request;
      this.byHand = byHand;
    }
  }

  /** Takes a request in; the same request again, while it waits, gives the same stage. */
  public CompletionStage<MergeOutcome> submit(MergeRequest request) {
    lock.lock();
    try {
      Ticket known = tickets.get(request);
      if (known != null && !closed) {
        return known.outcome.copy();
      }
      return enter(request, ByHand.NONE);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a parked request in again.
   *
   * @param byHand rows a person gave for it
   * @param noted is run before anything can become of the request, and only if it is taken in
   * @throws NotParkedException if its branch is on its way already
   */
  public CompletionStage<MergeOutcome> resubmit(
      MergeRequest request, ByHand byHand, Runnable noted) {
    lock.lock();
    try {
      requireIdle(request.branch());
      if (closed) {
        throw new QueueClosedException(request.branch());
      }
      noted.run();
      return enter(request, byHand);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Does something about a parked request while nothing else becomes of it.
   *
   * @throws NotParkedException if its branch is on its way again
   */
  public <T> T whileIdle(BranchName branch, Supplier<T> act) {
    lock.lock();
    try {
      requireIdle(branch);
      return act.get();
    } finally {
      lock.unlock();
    }
  }

  private void requireIdle(BranchName branch) {
    if (tickets.keySet().stream().anyMatch(request -> request.branch().equals(branch))) {
      throw new NotParkedException(branch, "is being tried again already; wait for its outcome.");
    }
  }

  private CompletionStage<MergeOutcome> enter(MergeRequest request, ByHand byHand) {
    if (closed) {
      throw new QueueClosedException(request.branch());
    }
    Ticket ticket = new Ticket(request, byHand);
    tickets.put(request, ticket);
    line.add(ticket, request.priority());
    start();
    changed.signalAll();
    return ticket.outcome.copy();
  }

  /** How many requests wait or are being merged. */
  public int pending() {
    lock.lock();
    try {
      return tickets.size();
    } finally {
      lock.unlock();
    }
  }

  /** Serves those that wait, and ends the thread; gives them up if the caller is interrupted. */
  public void close() {
    @Nullable Thread running;
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
      running = thread;
    } finally {
      lock.unlock();
    }
    if (running == null || running == Thread.currentThread()) {
      return;
    }
    try {
      running.join();
    } catch (InterruptedException e) {
      givenUp = true;
      running.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void start() {
    if (thread == null) {
      Thread started = new Thread(this::work, "merge-queue " + database.name());
      started.setDaemon(true);
      started.start();
      thread = started;
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

  private void serve(WaitingLine.Entry<Ticket> entry) throws InterruptedException {
    Ticket ticket = entry.item();
    MergeRequest request = ticket.request;
    ticket.attempts++;
    try {
      finish(ticket, RETRY.call(() -> merger.attempt(request, ticket.byHand)));
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
    } catch (InterruptedException e) {
      throw e;
    } catch (DoltException e) {
      finish(ticket, new MergeOutcome.Parked(request, new ParkReason.Refused(e)));
    } catch (Exception | Error e) {
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
    lock.lock();
    try {
      recorder.accept(outcome);
      tickets.remove(ticket.request);
    } finally {
      lock.unlock();
    }
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
}
