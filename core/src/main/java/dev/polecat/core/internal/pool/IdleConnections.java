package dev.polecat.core.internal.pool;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of all pools of one server that nobody uses just now. Keeps few of them, and
 * none for long. Its one thread runs only while there are any. Thread-safe.
 */
final class IdleConnections implements AutoCloseable {
  private final Duration limit;
  private final int capacity;
  private final ScheduledThreadPoolExecutor housekeeping;

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<PhysicalConnection> byAge = new LinkedHashSet<>();
  private final Map<ConnectionPool, Deque<PhysicalConnection>> byPool = new HashMap<>();
  private @Nullable Future<?> nextSweep;
  private boolean closed;

  /**
   * Makes an empty set.
   *
   * @param limit how long a connection is kept
   * @param capacity how many are kept; the one that was idle longest goes first
   */
  IdleConnections(Duration limit, int capacity) {
    this.limit = limit;
    this.capacity = capacity;
    housekeeping =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "dolt-pool-housekeeping");
              thread.setDaemon(true);
              return thread;
            });
    housekeeping.setRemoveOnCancelPolicy(true);
    housekeeping.setKeepAliveTime(1, TimeUnit.SECONDS);
    housekeeping.allowCoreThreadTimeOut(true);
  }

  /** The connection of a pool that was used last, or null if it has none. */
  @Nullable PhysicalConnection take(ConnectionPool pool) {
    lock.lock();
    try {
      @Nullable Deque<PhysicalConnection> own = byPool.get(pool);
      if (own == null) {
        return null;
      }
      PhysicalConnection connection = own.removeLast();
      if (own.isEmpty()) {
        byPool.remove(pool);
      }
      byAge.remove(connection);
      return connection;
    } finally {
      lock.unlock();
    }
  }

  void put(PhysicalConnection connection) {
    @Nullable PhysicalConnection surplus = null;
    lock.lock();
    try {
      if (closed) {
        surplus = connection;
      } else {
        connection.noteIdle();
        byAge.add(connection);
        byPool.computeIfAbsent(connection.pool(), pool -> new ArrayDeque<>()).addLast(connection);
        if (byAge.size() > capacity) {
          surplus = removeEldest();
        }
        if (nextSweep == null) {
          scheduleSweep(limit.toNanos());
        }
      }
    } finally {
      lock.unlock();
    }
    if (surplus != null) {
      surplus.drop();
    }
  }

  /** Closes the connection that was idle longest, to make room at the server. */
  boolean dropEldest() {
    @Nullable PhysicalConnection eldest;
    lock.lock();
    try {
      eldest = byAge.isEmpty() ? null : removeEldest();
    } finally {
      lock.unlock();
    }
    if (eldest != null) {
      eldest.drop();
    }
    return eldest != null;
  }

  /** Closes what a pool has here. */
  void drop(ConnectionPool pool) {
    List<PhysicalConnection> dropped = new ArrayList<>();
    lock.lock();
    try {
      @Nullable Deque<PhysicalConnection> own = byPool.remove(pool);
      if (own != null) {
        dropped.addAll(own);
        own.forEach(byAge::remove);
      }
      stopSweepingIfEmpty();
    } finally {
      lock.unlock();
    }
    dropped.forEach(PhysicalConnection::drop);
  }

  @Override
  public void close() {
    List<PhysicalConnection> dropped;
    lock.lock();
    try {
      closed = true;
      dropped = List.copyOf(byAge);
      byAge.clear();
      byPool.clear();
      housekeeping.shutdownNow();
    } finally {
      lock.unlock();
    }
    dropped.forEach(PhysicalConnection::drop);
  }

  private void sweep() {
    List<PhysicalConnection> expired = new ArrayList<>();
    lock.lock();
    try {
      long now = System.nanoTime();
      while (!byAge.isEmpty() && now - eldest().idleSince() >= limit.toNanos()) {
        expired.add(removeEldest());
      }
      nextSweep = null;
      if (!byAge.isEmpty() && !closed) {
        scheduleSweep(eldest().idleSince() + limit.toNanos() - now);
      }
    } finally {
      lock.unlock();
    }
    expired.forEach(PhysicalConnection::drop);
  }

  private void scheduleSweep(long nanos) {
    nextSweep = housekeeping.schedule(this::sweep, nanos, TimeUnit.NANOSECONDS);
  }

  private void stopSweepingIfEmpty() {
    if (byAge.isEmpty() && nextSweep != null) {
      nextSweep.cancel(false);
      nextSweep = null;
    }
  }

  private PhysicalConnection eldest() {
    return byAge.iterator().next();
  }

  private PhysicalConnection removeEldest() {
    Iterator<PhysicalConnection> all = byAge.iterator();
    PhysicalConnection eldest = all.next();
    all.remove();
    Deque<PhysicalConnection> own = byPool.get(eldest.pool());
    own.remove(eldest);
    if (own.isEmpty()) {
      byPool.remove(eldest.pool());
    }
    return eldest;
  }
}
