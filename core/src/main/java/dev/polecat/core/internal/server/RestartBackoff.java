package dev.polecat.core.internal.server;

import dev.polecat.core.Supervision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** When a server that ended is restarted, and when no more. Not thread-safe. */
final class RestartBackoff {
  private final Supervision settings;
  private final List<Instant> restarts = new ArrayList<>();
  private int inARow;

  RestartBackoff(Supervision settings) {
    this.settings = settings;
  }

  /** Takes over what another keeper counted. */
  void resume(List<Instant> counted) {
    restarts.clear();
    restarts.addAll(counted);
    inARow = counted.size();
  }

  /** The delay until the next restart, which is counted; empty if there were too many. */
  Optional<Duration> next(Instant now) {
    restarts.removeIf(time -> time.isBefore(now.minus(settings.restartWindow())));
    if (restarts.size() >= settings.maxRestarts()) {
      return Optional.empty();
    }
    Duration delay = settings.firstDelay();
    for (int i = 0; i < inARow && delay.compareTo(settings.maxDelay()) < 0; i++) {
      delay = delay.multipliedBy(2);
    }
    restarts.add(now);
    inARow++;
    return Optional.of(delay.compareTo(settings.maxDelay()) < 0 ? delay : settings.maxDelay());
  }

  /** The server has been answering for so long. */
  void healthyFor(Duration time) {
    if (time.compareTo(settings.resetAfter()) >= 0) {
      inARow = 0;
    }
  }

  /** Somebody started the server: what was counted before does not matter. */
  void forget() {
    restarts.clear();
    inARow = 0;
  }

  List<Instant> counted() {
    return List.copyOf(restarts);
  }
}
