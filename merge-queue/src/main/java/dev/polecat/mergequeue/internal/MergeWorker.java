package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltException;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.TransactionRetry;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.internal.resolve.ByHand;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue's thread. While it holds the merge lock it merges what waits in the ledger, whoever
 * submitted it; when another process holds the lock, that one does. What waits is looked at again
 * under the lock, and is withdrawn only by who holds it, so nothing is merged that was taken back.
 */
public final class MergeWorker {
  private static final Logger LOG = LoggerFactory.getLogger(MergeWorker.class);
  private static final TransactionRetry RETRY = TransactionRetry.ofAttempts(20);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final Duration WATCH = Duration.ofMillis(100);
  private static final Duration FOREVER = Duration.ofDays(1);

  /** How long the merge lock is held at most before others may have it. */
  private static final Duration SLICE = Duration.ofSeconds(1);

  /** A merge that breaks the connection each time is parked, but not for one long absence. */
  private static final int LOST_CONNECTIONS = 5;

  private static final Set<DoltError> LOST =
      EnumSet.of(DoltError.CONNECTION_LOST, DoltError.SERVER_AWAY);

  /** Nothing is wrong with the merge, and making it again is safe: it is not made twice. */
  private static final Set<DoltError> PASSING =
      EnumSet.of(
          DoltError.CONNECTION_LOST,
          DoltError.COMMIT_UNKNOWN,
          DoltError.QUERY_KILLED,
          DoltError.DISK_FULL,
          DoltError.READ_ONLY);

  private final DoltDatabase database;
  private final Merger merger;
  private final Ledger ledger;
  private final boolean merges;
  private final Duration patience;
  private final Outcomes outcomes;
  private final Waiters waiters = new Waiters();
  private final Map<BranchName, Throwable> lastFailures = new HashMap<>();
  private final Thread thread;
  private volatile boolean givenUp;
  private boolean started;
  private Instant sliceEnd = Instant.MIN;
  private Instant warnBusy = Instant.MAX;

  /**
   * Makes a worker; its thread starts with the first request or, if other processes share the
   * ledger, at once.
   *
   * @param merges whether it merges, or leaves that to others and only waits for outcomes
   * @param patience how long a request may keep failing
   */
  public MergeWorker(
      DoltDatabase database, Merger merger, Ledger ledger, boolean merges, Duration patience) {
    this.database = database;
    this.merger = merger;
    this.ledger = ledger;
    this.merges = merges;
    this.patience = patience;
    this.outcomes = new Outcomes(database, ledger, merger::isEntered);
    this.thread = new Thread(this::work, "merge-queue " + database.name());
    thread.setDaemon(true);
    if (merges && ledger.lookAgain().isPresent()) {
      start();
    }
  }

  /**
   * Takes a request in.
   *
   * @param record puts the request into the ledger
   * @throws dev.polecat.mergequeue.QueueClosedException if the queue is closed
   */
  public CompletionStage<MergeOutcome> take(MergeRequest request, Runnable record) {
    start();
    return waiters.take(request, record);
  }

  /** Says that the ledger has changed. */
  public void look() {
    waiters.signal();
  }

  /** Serves those that wait, and ends the thread; gives them up if the caller is interrupted. */
  public void close() {
    waiters.close();
    if (!isStarted() || thread == Thread.currentThread()) {
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

  private synchronized void start() {
    if (!started) {
      thread.start();
      started = true;
    }
  }

  private synchronized boolean isStarted() {
    return started;
  }

  private void work() {
    Instant active = Instant.now();
    int failures = 0;
    try {
      while (!givenUp && !isDone(active)) { // an interrupt may be lost on the way
        try {
          if (round()) {
            active = Instant.now();
          }
          failures = 0;
        } catch (SQLException | RuntimeException e) {
          if (failures++ == 0) {
            LOG.warn("The merge queue of {} has to wait", database, e);
          }
          merger.leave(); // others may be better off
          waiters.await(pause(failures));
          waiters.noNews();
        }
      }
    } catch (InterruptedException e) {
      LOG.info("The merge queue of {} was interrupted; what waits is given up", database);
    } finally {
      end();
    }
  }

  private void end() {
    Thread.interrupted(); // it has been obeyed; what is known is still to be written down
    try {
      outcomes.flush();
    } catch (DoltSqlException e) {
      LOG.warn(
          "The ledger of {} could not be brought up to date; the next queue does", database, e);
    } finally {
      merger.close();
      waiters.giveUp();
    }
  }

  /** Closed, and nobody waits any more, or nothing has become of them for too long. */
  private boolean isDone(Instant active) {
    if (!waiters.isClosed()) {
      return false;
    }
    Instant since = active.isAfter(waiters.closedAt()) ? active : waiters.closedAt();
    return waiters.isEmpty() || Instant.now().isAfter(since.plus(patience).plus(LONGEST_PAUSE));
  }

  /**
   * Looks at what waits, and merges for a while or waits itself.
   *
   * @return whether it tried to serve anybody
   */
  private boolean round() throws SQLException, InterruptedException {
    waiters.noNews();
    waiters.dryRuns().forEach(this::preview);
    List<LedgerEntry> waiting = waiting();
    boolean due = merges && WaitingLine.next(waiting, ledger.now()).isPresent();
    if (!due || ledger.paused().isPresent()) {
      outcomes.flush();
      merger.leave();
      waiters.await(untilNews(merges && !due ? waiting : List.of()));
      return false;
    }
    return switch (merger.enter()) {
      case NOT -> busy();
      case STILL -> serve(waiting);
      case ANEW -> {
        sliceEnd = Instant.now().plus(SLICE);
        yield ledger.paused().isEmpty() && serve(waiting()); // as things are by now
      }
    };
  }

  /** Says now and then that another process has had the lock all the time. */
  private boolean busy() {
    Instant now = Instant.now();
    if (warnBusy == Instant.MAX) {
      warnBusy = now.plus(patience);
    } else if (now.isAfter(warnBusy)) {
      LOG.warn("{}", new LockBusyException(database.name()).getMessage());
      warnBusy = now.plus(patience);
    }
    return false;
  }

  /** What waits in the ledger. Those who wait for what others have served are told. */
  private List<LedgerEntry> waiting() {
    if (merger.isEntered()) {
      outcomes.flushIfDue();
    } else {
      outcomes.flush();
    }
    List<LedgerEntry> sealed = ledger.entries(Set.of(State.SEALED));
    for (Ticket ticket : waiters.recorded()) {
      if (sealed.stream().noneMatch(ticket::isFor)) {
        tell(ticket);
      }
    }
    List<LedgerEntry> waiting = sealed.stream().filter(entry -> !outcomes.has(entry)).toList();
    lastFailures
        .keySet()
        .retainAll(waiting.stream().map(LedgerEntry::branch).collect(Collectors.toSet()));
    if (!waiters.isClosed()) {
      return waiting;
    }
    List<Ticket> own = waiters.recorded();
    return waiting.stream().filter(e -> own.stream().anyMatch(t -> t.isFor(e))).toList();
  }

  /** Tells what others made of a request; what cannot be found out about one stops no other. */
  private void tell(Ticket ticket) {
    try {
      outcomes.elsewhere(ticket.request()).ifPresent(outcome -> waiters.finish(ticket, outcome));
    } catch (DoltSqlException e) {
      if (e.error() != DoltError.OTHER) {
        throw e;
      }
      LOG.error("What became of branch {} cannot be told", ticket.request().branch(), e);
      waiters.fail(ticket, e);
    }
  }

  private Duration untilNews(List<LedgerEntry> waiting) {
    Duration next = WaitingLine.untilNext(waiting, ledger.now()).orElse(FOREVER);
    Duration look = ledger.lookAgain().orElse(FOREVER);
    if (waiters.isClosed() || (!waiters.isEmpty() && ledger.lookAgain().isPresent())) {
      look = WATCH;
    }
    return next.compareTo(look) < 0 ? next : look;
  }

  /** Merges one after the other while the lock is held; what comes in meanwhile ends it. */
  private boolean serve(List<LedgerEntry> waiting) throws InterruptedException {
    warnBusy = Instant.MAX;
    List<LedgerEntry> line = WaitingLine.line(waiting, ledger.now());
    int served = 0;
    boolean over = false;
    boolean goOn = !line.isEmpty();
    while (goOn && merger.isEntered() && !givenUp) {
      LedgerEntry entry = line.get(served++);
      if (merger.isSlow(entry.request())) {
        outcomes.flush(); // who waits for an earlier one does not wait for this one's gates, too
      }
      serve(entry, line.subList(served, line.size()).stream().map(LedgerEntry::request).toList());
      outcomes.flushIfDue();
      over = Instant.now().isAfter(sliceEnd);
      goOn = served < line.size() && !over && !waiters.hasNews();
    }
    if (over || served == line.size()) {
      outcomes.flush();
    }
    if (over) {
      merger.leave();
    }
    return true;
  }

  private void serve(LedgerEntry entry, List<MergeRequest> following) throws InterruptedException {
    BranchName branch = entry.branch();
    try {
      Optional<MergeOutcome> outcome = RETRY.call(() -> attempt(entry, following));
      outcome.ifPresent(what -> finish(entry, what));
    } catch (LockBusyException e) {
      LOG.debug("Branch {} waits: {}", branch, e.getMessage());
    } catch (MainDirtyException e) {
      failed(entry, e, new ParkReason.MainHasUncommittedRows(e.tables()));
    } catch (SQLException | DoltSqlException e) {
      noteFailure(branch, e);
      DoltError error = DoltError.of(e);
      if (error.isRetryable() || PASSING.contains(error)) {
        failed(entry, e, new ParkReason.RetriesExhausted(entry.attempts() + 1, e));
      } else {
        refuse(entry, e);
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (DoltException e) {
      refuse(entry, e);
    } catch (Exception | Error e) {
      LOG.error("Merging branch {} failed in an unforeseen way", branch, e);
      merger.close();
      refuse(entry, e);
    }
  }

  /** One attempt; empty if the entry is no longer what it was when the lock was taken. */
  private Optional<MergeOutcome> attempt(LedgerEntry entry, List<MergeRequest> following)
      throws SQLException, InterruptedException {
    return switch (merger.enter()) {
      case NOT -> throw new LockBusyException(database.name());
      case ANEW ->
          ledger
                  .entry(entry.branch())
                  .filter(now -> now.version().equals(entry.version()))
                  .isPresent()
              ? attemptEntered(entry, following)
              : Optional.empty();
      case STILL -> attemptEntered(entry, following);
    };
  }

  private Optional<MergeOutcome> attemptEntered(LedgerEntry entry, List<MergeRequest> following)
      throws SQLException, InterruptedException {
    return Optional.of(merger.attempt(entry.request(), new ByHand(entry.rows()), following));
  }

  private void preview(Ticket ticket) {
    MergeRequest request = ticket.request();
    MergeOutcome outcome;
    try {
      outcome =
          new MergeOutcome.Previewed(
              request, RETRY.call(() -> merger.preview(request, ByHand.NONE)));
    } catch (SQLException | RuntimeException | Error e) {
      outcome = new MergeOutcome.Parked(request, new ParkReason.Refused(e));
    }
    waiters.finish(ticket, outcome);
  }

  private void noteFailure(BranchName branch, Throwable failure) {
    Throwable earlier = lastFailures.put(branch, failure);
    if (earlier != null && earlier != failure) {
      failure.addSuppressed(earlier);
    }
  }

  /** Tries again later, unless it has been failing for longer than the queue's patience. */
  private void failed(LedgerEntry entry, Exception failure, ParkReason afterPatience) {
    Instant now = ledger.now();
    Instant since = entry.failingSince().orElse(now);
    int attempts = entry.attempts() + 1;
    boolean lost = LOST.contains(DoltError.of(failure));
    if (Duration.between(since, now).compareTo(patience) >= 0
        && (!lost || attempts >= LOST_CONNECTIONS)) {
      finish(entry, new MergeOutcome.Parked(entry.request(), afterPatience));
      return;
    }
    if (attempts == 1) {
      LOG.info("Branch {} waits: {}", entry.branch(), failure.getMessage());
    }
    outcomes.failed(entry, entry.fail(failure.toString(), now.plus(pause(attempts)), now));
  }

  private void refuse(LedgerEntry entry, Throwable failure) {
    finish(entry, new MergeOutcome.Parked(entry.request(), new ParkReason.Refused(failure)));
  }

  private void finish(LedgerEntry entry, MergeOutcome outcome) {
    lastFailures.remove(entry.branch());
    outcomes.add(
        entry,
        outcome,
        !waiters.waitingFor(entry).isEmpty(),
        told -> waiters.waitingFor(entry).forEach(ticket -> waiters.finish(ticket, told)));
  }

  private static Duration pause(int attempts) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, 10));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }
}
