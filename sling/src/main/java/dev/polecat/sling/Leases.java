package dev.polecat.sling;

import dev.polecat.core.BranchName;
import dev.polecat.mergequeue.Lease;
import dev.polecat.mergequeue.Ledger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews the leases of a rig's open handles, all in one statement. Thread-safe. */
final class Leases implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
  private static final int RENEWALS_PER_LEASE = 3;

  private final Ledger ledger;
  private final Duration duration;
  private final String holder;
  private final Set<BranchName> open = ConcurrentHashMap.newKeySet();
  private @Nullable ScheduledExecutorService renewing;
  private boolean closed;

  Leases(Ledger ledger, Duration duration) {
    this.ledger = ledger;
    this.duration = duration;
    this.holder = host() + "/" + ProcessHandle.current().pid() + "/" + UUID.randomUUID();
  }

  /** A lease from now on; it is not renewed before {@link #keep}. */
  Lease next() {
    return new Lease(holder, ledger.now().plus(duration));
  }

  /** Renews the lease of a branch from now on. */
  synchronized void keep(BranchName branch) {
    open.add(branch);
    if (renewing == null && !closed) {
      ScheduledThreadPoolExecutor executor =
          new ScheduledThreadPoolExecutor(
              1,
              work -> {
                Thread thread = new Thread(work, "polecat-leases");
                thread.setDaemon(true);
                return thread;
              });
      long period = duration.toMillis() / RENEWALS_PER_LEASE;
      executor.scheduleAtFixedRate(this::renew, period, period, TimeUnit.MILLISECONDS);
      renewing = executor;
    }
  }

  /** Renews it no more: it runs out when its time has come. */
  void leave(BranchName branch) {
    open.remove(branch);
  }

  private void renew() {
    try {
      ledger.renew(holder, Set.copyOf(open), duration);
    } catch (RuntimeException e) { // the next renewal must come
      LOG.warn("Leases could not be renewed; this is tried again", e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (renewing != null) {
      renewing.shutdownNow();
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown-host"; // only there to be read by people
    }
  }
}
