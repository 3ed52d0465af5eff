package dev.polecat.core.internal.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.Supervision;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RestartBackoffTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final RestartBackoff backoff = new RestartBackoff(Supervision.DEFAULT);

  @Test
  void delaysDoubleAndTheSixthRestartWithinTenMinutesIsRefused() {
    for (int seconds : new int[] {5, 10, 20, 40, 80}) {
      assertThat(backoff.next(NOON)).contains(Duration.ofSeconds(seconds));
    }
    assertThat(backoff.next(NOON.plus(Duration.ofMinutes(10)))).isEmpty();
    assertThat(backoff.next(NOON.plus(Duration.ofMinutes(10)).plusSeconds(1)))
        .contains(Duration.ofSeconds(160));
  }

  @Test
  void noDelayIsLongerThanTheLongest() {
    for (int i = 0; i < 100; i++) {
      assertThat(backoff.next(NOON.plus(Duration.ofHours(i))).orElseThrow())
          .isLessThanOrEqualTo(Duration.ofMinutes(5));
    }
    assertThat(backoff.next(NOON.plus(Duration.ofDays(9)))).contains(Duration.ofMinutes(5));
  }

  @Test
  void fiveHealthyMinutesStartTheDelaysAnewButNotTheCount() {
    backoff.next(NOON);
    backoff.next(NOON);
    backoff.healthyFor(Duration.ofMinutes(5).minusNanos(1));
    assertThat(backoff.next(NOON)).contains(Duration.ofSeconds(20));
    backoff.healthyFor(Duration.ofMinutes(5));
    assertThat(backoff.next(NOON)).contains(Duration.ofSeconds(5));
    assertThat(backoff.counted()).hasSize(4);
  }

  @Test
  void whatAnotherKeeperCountedGoesOn() {
    for (int i = 0; i < 4; i++) {
      backoff.next(NOON);
    }
    RestartBackoff next = new RestartBackoff(Supervision.DEFAULT);
    next.resume(backoff.counted());
    assertThat(next.next(NOON)).contains(Duration.ofSeconds(80));
    assertThat(next.next(NOON)).isEmpty();
  }

  @Test
  void aServerSomebodyStartsHasAllItsRestartsAgain() {
    for (int i = 0; i < 5; i++) {
      backoff.next(NOON);
    }
    backoff.forget();
    assertThat(backoff.next(NOON)).contains(Duration.ofSeconds(5));
  }

  @Test
  void withoutAnyRestartAllowedThereIsNone() {
    RestartBackoff none =
        new RestartBackoff(Supervision.DEFAULT.withLimit(0, Duration.ofMinutes(1)));
    assertThat(none.next(NOON)).isEmpty();
  }
}
