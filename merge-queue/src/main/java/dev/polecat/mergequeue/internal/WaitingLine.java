package dev.polecat.mergequeue.internal;

import dev.polecat.mergequeue.LedgerEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who is next: the highest priority first, among equals the oldest; but waiting adds to the
 * priority, so that age wins in the end. An entry that has to pause is passed over until its time
 * has come.
 */
final class WaitingLine {
  /** After this long, an entry counts as one priority higher. */
  static final Duration AGING = Duration.ofSeconds(30);

  private WaitingLine() {}

  /** The next one whose time has come. */
  static Optional<LedgerEntry> next(Collection<LedgerEntry> waiting, Instant now) {
    return line(waiting, now).stream().findFirst();
  }

  /**
   * Those whose time has come, in the order in which they are served: waiting does not change it.
   */
  static List<LedgerEntry> line(Collection<LedgerEntry> waiting, Instant now) {
    return all(waiting, now).stream().filter(entry -> !entry.nextAttempt().isAfter(now)).toList();
  }

  /** All of them in that order, also those that have to pause. */
  static List<LedgerEntry> all(Collection<LedgerEntry> waiting, Instant now) {
    return waiting.stream()
        .sorted(
            Comparator.comparingDouble((LedgerEntry entry) -> -urgency(entry, now))
                .thenComparing(LedgerEntry::since)
                .thenComparing(LedgerEntry::branch))
        .toList();
  }

  /** How long until {@link #next} may find something; empty if nobody waits. */
  static Optional<Duration> untilNext(Collection<LedgerEntry> waiting, Instant now) {
    return waiting.stream()
        .map(LedgerEntry::nextAttempt)
        .min(Comparator.naturalOrder())
        .map(at -> at.isAfter(now) ? Duration.between(now, at) : Duration.ZERO);
  }

  private static double urgency(LedgerEntry entry, Instant now) {
    double waited = Duration.between(entry.since(), now).toMillis();
    return entry.request().priority() + waited / AGING.toMillis();
  }
}
