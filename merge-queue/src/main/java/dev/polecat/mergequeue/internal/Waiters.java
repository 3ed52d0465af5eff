package dev.polecat.mergequeue.internal;

import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.QueueClosedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** Those of this process who wait for outcomes, and what wakes the queue's thread. Thread-safe. */
final class Waiters {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Ticket> tickets = new ArrayList<>();
  private boolean news;
  private boolean closed;
  private Instant closedAt = Instant.MIN;
  private boolean over;

  /**
   * Takes somebody in.
   *
   * @param record puts the request into the ledger
   * @throws QueueClosedException if the queue is closed
   */
  CompletionStage<MergeOutcome> take(MergeRequest request, Runnable record) {
    Ticket ticket = new Ticket(request);
    lock.lock();
    try {
      if (closed) {
        throw new QueueClosedException(request.branch());
      }
      tickets.add(ticket);
    } finally {
      lock.unlock();
    }
    try {
      record.run(); // takes its time, so nobody is kept from anything meanwhile
    } catch (RuntimeException | Error e) {
      remove(ticket);
      throw e;
    }
    lock.lock();
    try {
      ticket.setRecorded();
      if (over) { // the thread ended meanwhile; the ledger has the request
        tickets.remove(ticket);
        ticket.fail(new QueueClosedException(request.branch()));
      }
      return ticket.stage();
    } finally {
      lock.unlock();
      signal();
    }
  }

  /** Those whose request the ledger has, or had. */
  List<Ticket> recorded() {
    return those(ticket -> ticket.isRecorded() && !ticket.request().dryRun());
  }

  List<Ticket> dryRuns() {
    return those(ticket -> ticket.isRecorded() && ticket.request().dryRun());
  }

  List<Ticket> waitingFor(LedgerEntry entry) {
    return those(ticket -> ticket.isRecorded() && ticket.isFor(entry));
  }

  boolean isEmpty() {
    return those(ticket -> true).isEmpty();
  }

  void finish(Ticket ticket, MergeOutcome outcome) {
    remove(ticket);
    ticket.complete(outcome);
  }

  void fail(Ticket ticket, RuntimeException failure) {
    remove(ticket);
    ticket.fail(failure);
  }

  /** Takes nobody in any more, and gives up those who wait or are about to. */
  void giveUp() {
    close();
    lock.lock();
    try {
      over = true;
    } finally {
      lock.unlock();
    }
    for (Ticket ticket : those(Ticket::isRecorded)) {
      remove(ticket);
      ticket.fail(new QueueClosedException(ticket.request().branch()));
    }
  }

  /** Takes nobody in any more. */
  void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        closedAt = Instant.now();
      }
      news = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** When it was closed; long ago if it is open. */
  Instant closedAt() {
    lock.lock();
    try {
      return closedAt;
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Says that there is something to look at. */
  void signal() {
    lock.lock();
    try {
      news = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean hasNews() {
    lock.lock();
    try {
      return news;
    } finally {
      lock.unlock();
    }
  }

  /** Notes that everything up to now is about to be looked at. */
  void noNews() {
    lock.lock();
    try {
      news = false;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is something to look at, at most for so long. */
  void await(Duration limit) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = limit.toNanos();
      while (!news && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private void remove(Ticket ticket) {
    lock.lock();
    try {
      tickets.remove(ticket);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private List<Ticket> those(Predicate<Ticket> which) {
    lock.lock();
    try {
      return tickets.stream().filter(which).toList();
    } finally {
      lock.unlock();
    }
  }
}
