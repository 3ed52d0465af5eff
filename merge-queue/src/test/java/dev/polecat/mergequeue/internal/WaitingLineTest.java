package dev.polecat.mergequeue.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaitingLineTest {
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final InstantSource clock = () -> now;
  private final WaitingLine<String> line = new WaitingLine<>(clock);

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private Optional<String> take() {
    return line.take().map(WaitingLine.Entry::item);
  }

  private List<String> takeAll() {
    List<String> taken = new ArrayList<>();
    for (Optional<String> next = take(); next.isPresent(); next = take()) {
      taken.add(next.get());
    }
    return taken;
  }

  @Test
  void nobodyWaitsInAnEmptyLine() {
    assertThat(take()).isEmpty();
    assertThat(line.untilNext()).isEmpty();
    assertThat(line.isEmpty()).isTrue();
  }

  @Test
  void amongEqualsTheOldestIsNext() {
    line.add("first", 0);
    line.add("second", 0); // in the same instant
    pass(Duration.ofMillis(1));
    line.add("third", 0);

    assertThat(line.size()).isEqualTo(3);
    assertThat(takeAll()).containsExactly("first", "second", "third");
    assertThat(line.isEmpty()).isTrue();
  }

  @Test
  void theHighestPriorityIsNext() {
    line.add("low", -1);
    line.add("middle", 0);
    line.add("high", 7);

    assertThat(takeAll()).containsExactly("high", "middle", "low");
  }

  @Test
  void whoWaitedOneAgingPeriodPerPriorityComesBeforeTheNewcomer() {
    line.add("old", 0);
    pass(WaitingLine.AGING.multipliedBy(5).plusMillis(1));
    line.add("new", 5);

    assertThat(take()).contains("old");
  }

  @Test
  void whoWaitedLessDoesNot() {
    line.add("old", 0);
    pass(WaitingLine.AGING.multipliedBy(5).minusMillis(1));
    line.add("new", 5);

    assertThat(take()).contains("new");
  }

  @Test
  void noStreamOfUrgentOnesKeepsAnybodyWaitingForEver() {
    line.add("patient", 0);
    int served = 0;
    Optional<String> next = Optional.empty();
    while (!next.equals(Optional.of("patient"))) {
      line.add("urgent", 10);
      next = take();
      pass(Duration.ofSeconds(1));
      served++;
      assertThat(served).isLessThanOrEqualTo(10 * (int) WaitingLine.AGING.toSeconds() + 2);
    }
    assertThat(served).isGreaterThan(200);
  }

  @Test
  void whoPausesIsPassedOverUntilTheTimeHasCome() {
    line.add("pausing", 9);
    WaitingLine.Entry<String> entry = line.take().orElseThrow();
    line.pause(entry, Duration.ofSeconds(10));
    line.add("other", 0);

    assertThat(take()).contains("other");
    assertThat(take()).isEmpty();
    assertThat(line.isEmpty()).isFalse();
    assertThat(line.untilNext()).contains(Duration.ofSeconds(10));

    pass(Duration.ofSeconds(4));
    assertThat(line.untilNext()).contains(Duration.ofSeconds(6));

    pass(Duration.ofSeconds(6));
    assertThat(line.untilNext()).contains(Duration.ZERO);
    assertThat(take()).contains("pausing");
  }

  @Test
  void aPauseDoesNotCostItsAge() {
    line.add("old", 0);
    WaitingLine.Entry<String> old = line.take().orElseThrow();
    pass(WaitingLine.AGING);
    line.add("younger", 0);
    line.pause(old, Duration.ofSeconds(1));
    pass(Duration.ofSeconds(1));

    assertThat(takeAll()).containsExactly("old", "younger");
  }

  @Test
  void theShortestPauseDecidesWhenToLookAgain() {
    for (int seconds : new int[] {9, 3, 6}) {
      line.add("after " + seconds, 0);
      line.pause(line.take().orElseThrow(), Duration.ofSeconds(seconds));
    }
    assertThat(line.untilNext()).contains(Duration.ofSeconds(3));
  }
}
