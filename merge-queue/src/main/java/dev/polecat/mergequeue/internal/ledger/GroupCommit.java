package dev.polecat.mergequeue.internal.ledger;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes of many threads in few transactions: what comes while one is under way is written together
 * by the next. Whoever finds nothing under way writes at once. Each thread returns when its own
 * write is committed, with its own answer. Thread-safe.
 *
 * <p>When a group cannot be written, for whatever reason, each of its threads makes its own write
 * alone, and gets its own failure, if any: so a write must be one that can be repeated when nobody
 * knows whether it took effect.
 *
 * @param <W> a write
 * @param <R> the answer to it
 */
final class GroupCommit<W, R> {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

  /** Makes one write, as patiently as need be: nobody waits for it. */
  interface Alone<W, R> {
    R write(W write) throws SQLException;
  }

  /** Makes writes, at least one, in one transaction, and answers each; does not try again. */
  interface Together<W, R> {
    List<R> write(List<W> writes) throws SQLException;
  }

  private final class Pending {
    private final W write;
    private final Condition news = lock.newCondition();
    private boolean over;
    private Optional<R> answer = Optional.empty();

    Pending(W write) {
      this.write = write;
    }
  }

  private final Alone<W, R> alone;
  private final Together<W, R> together;
  private final ReentrantLock lock = new ReentrantLock();
  private List<Pending> waiting = new ArrayList<>();
  private boolean underWay;

  GroupCommit(Alone<W, R> alone, Together<W, R> together) {
    this.alone = alone;
    this.together = together;
  }

  /** Makes a write, with others or alone. */
  R write(W write) throws SQLException {
    Pending own = new Pending(write);
    List<Pending> group = awaitTurn(own);
    if (!group.isEmpty()) {
      writeTogether(group);
    }
    return own.answer.isPresent() ? own.answer.get() : alone.write(write);
  }

  /** The writes this thread has to make, its own among them; none if another made it. */
  private List<Pending> awaitTurn(Pending own) {
    lock.lock();
    try {
      waiting.add(own);
      while (underWay && !own.over) {
        own.news.awaitUninterruptibly();
      }
      if (own.over) {
        return List.of();
      }
      underWay = true;
      List<Pending> group = waiting;
      waiting = new ArrayList<>();
      return group;
    } finally {
      lock.unlock();
    }
  }

  private void writeTogether(List<Pending> group) {
    try {
      List<R> answers = together.write(group.stream().map(each -> each.write).toList());
      for (int i = 0; i < group.size(); i++) {
        group.get(i).answer = Optional.of(answers.get(i));
      }
    } catch (SQLException | RuntimeException e) { // whose it is will show
      LOG.debug("{} writes could not be made together, and each is now alone", group.size(), e);
    } finally {
      end(group);
    }
  }

  private void end(List<Pending> group) {
    lock.lock();
    try {
      underWay = false;
      for (Pending written : group) {
        written.over = true;
        written.news.signal();
      }
      if (!waiting.isEmpty()) {
        waiting.get(0).news.signal();
      }
    } finally {
      lock.unlock();
    }
  }
}
