package dev.polecat.mergequeue.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who is next: the highest priority first, among equals the oldest; but waiting adds to the
 * priority, so that age wins in the end. An entry that has to pause is passed over until its time
 * has come. Not thread-safe.
 *
 * @param <T> what waits
 */
public final class WaitingLine<T> {
  /** After this long, an entry counts as one priority higher. */
  public static final Duration AGING = Duration.ofSeconds(30);

  private final InstantSource clock;
  private final List<Entry<T>> entries = new ArrayList<>();
  private long sequence;

  public WaitingLine(InstantSource clock) {
    this.clock = clock;
  }

  /** One that waits. */
  public record Entry<T>(T item, int priority, Instant since, long sequence, Instant notBefore) {}

  public void add(T item, int priority) {
    Instant now = clock.instant();
    entries.add(new Entry<>(item, priority, now, sequence++, now));
  }

  /** Puts an entry back with its age, to be passed over for a while. */
  public void pause(Entry<T> entry, Duration pause) {
    entries.add(
        new Entry<>(
            entry.item(),
            entry.priority(),
            entry.since(),
            entry.sequence(),
            clock.instant().plus(pause)));
  }

  /** Takes the next one whose time has come. */
  public Optional<Entry<T>> take() {
    Instant now = clock.instant();
    Optional<Entry<T>> next =
        entries.stream()
            .filter(entry -> !entry.notBefore().isAfter(now))
            .max(
                Comparator.comparingDouble((Entry<T> entry) -> urgency(entry, now))
                    .thenComparing(Entry::sequence, Comparator.reverseOrder()));
    next.ifPresent(entries::remove);
    return next;
  }

  /** How long until {@link #take} may find something; empty if nobody waits. */
  public Optional<Duration> untilNext() {
    Instant now = clock.instant();
    return entries.stream()
        .map(Entry::notBefore)
        .min(Comparator.naturalOrder())
        .map(at -> at.isAfter(now) ? Duration.between(now, at) : Duration.ZERO);
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** How many wait. */
  public int size() {
    return entries.size();
  }

  private static double urgency(Entry<?> entry, Instant now) {
    double waited = Duration.between(entry.since(), now).toMillis();
    return entry.priority() + waited / AGING.toMillis();
  }
}
