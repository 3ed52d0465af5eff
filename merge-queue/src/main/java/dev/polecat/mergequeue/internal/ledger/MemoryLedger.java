package dev.polecat.mergequeue.internal.ledger;

import dev.polecat.core.BranchName;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.QueuePause;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A ledger that ends with its process. */
public final class MemoryLedger implements Ledger {
  private final InstantSource clock;
  private final Map<BranchName, LedgerEntry> entries = new LinkedHashMap<>();
  private @Nullable QueuePause pause;

  public MemoryLedger() {
    this(InstantSource.system());
  }

  public MemoryLedger(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized List<LedgerEntry> entries(Set<State> states) {
    return entries.values().stream()
        .filter(entry -> states.contains(entry.state()))
        .sorted(Comparator.comparing(LedgerEntry::since))
        .toList();
  }

  @Override
  public synchronized Optional<LedgerEntry> entry(BranchName branch) {
    return Optional.ofNullable(entries.get(branch));
  }

  @Override
  public synchronized boolean add(LedgerEntry entry) {
    return entries.putIfAbsent(entry.branch(), entry) == null;
  }

  @Override
  public synchronized boolean replace(LedgerEntry before, LedgerEntry after) {
    if (!isStill(before)) {
      return false;
    }
    entries.put(after.branch(), after);
    return true;
  }

  @Override
  public synchronized void remove(List<LedgerEntry> before) {
    before.stream().filter(this::isStill).forEach(entry -> entries.remove(entry.branch()));
  }

  @Override
  public synchronized void renew(String holder, Set<BranchName> branches, Duration lease) {
    entries.replaceAll(
        (branch, entry) ->
            branches.contains(branch)
                    && entry.lease().filter(held -> held.holder().equals(holder)).isPresent()
                ? entry.leasedUntil(now().plus(lease))
                : entry);
  }

  @Override
  public synchronized Optional<QueuePause> paused() {
    return Optional.ofNullable(pause);
  }

  @Override
  public synchronized void pause(QueuePause next) {
    pause = next;
  }

  @Override
  public synchronized void resume() {
    pause = null;
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public Optional<Duration> lookAgain() {
    return Optional.empty();
  }

  @Override
  public void close() {
    // there is nothing to close
  }

  private boolean isStill(LedgerEntry before) {
    LedgerEntry entry = entries.get(before.branch());
    return entry != null && entry.version().equals(before.version());
  }
}
