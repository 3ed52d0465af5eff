package dev.polecat.mergequeue.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.MergeRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaitingLineTest {
  private static final CommitHash COMMIT = CommitHash.of("0123456789abcdefghijklmnopqrstuv");
  private static final Author AUTHOR = new Author("toast", "toast@polecat.local");

  private final List<LedgerEntry> waiting = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private void add(String branch, int priority) {
    MergeRequest request =
        MergeRequest.of(BranchName.of(branch), COMMIT, COMMIT, AUTHOR).withPriority(priority);
    waiting.add(LedgerEntry.submitted(request, now));
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private void pause(String branch, Duration pause) {
    waiting.replaceAll(
        entry ->
            entry.branch().value().equals(branch)
                ? entry.fail("not now", now.plus(pause), now)
                : entry);
  }

  private Optional<Duration> untilNext() {
    return WaitingLine.untilNext(waiting, now);
  }

  private Optional<String> take() {
    Optional<LedgerEntry> next = WaitingLine.next(waiting, now);
    next.ifPresent(waiting::remove);
    return next.map(entry -> entry.branch().value());
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
    assertThat(untilNext()).isEmpty();
  }

  @Test
  void amongEqualsTheOldestIsNext() {
    add("first", 0);
    pass(Duration.ofNanos(1_000));
    add("second", 0);
    pass(Duration.ofMillis(1));
    add("third", 0);

    assertThat(takeAll()).containsExactly("first", "second", "third");
  }

  @Test
  void theHighestPriorityIsNext() {
    add("low", -1);
    add("middle", 0);
    add("high", 7);

    assertThat(takeAll()).containsExactly("high", "middle", "low");
  }

  @Test
  void whoWaitedOneAgingPeriodPerPriorityComesBeforeTheNewcomer() {
    add("old", 0);
    pass(WaitingLine.AGING.multipliedBy(5).plusMillis(1));
    add("new", 5);

    assertThat(take()).contains("old");
  }

  @Test
  void whoWaitedLessDoesNot() {
    add("old", 0);
    pass(WaitingLine.AGING.multipliedBy(5).minusMillis(1));
    add("new", 5);

    assertThat(take()).contains("new");
  }

  @Test
  void noStreamOfUrgentOnesKeepsAnybodyWaitingForEver() {
    add("patient", 0);
    int served = 0;
    Optional<String> next = Optional.empty();
    while (!next.equals(Optional.of("patient"))) {
      add("urgent", 10);
      next = take();
      pass(Duration.ofSeconds(1));
      served++;
      assertThat(served).isLessThanOrEqualTo(10 * (int) WaitingLine.AGING.toSeconds() + 2);
    }
    assertThat(served).isGreaterThan(200);
  }

  @Test
  void whoPausesIsPassedOverUntilTheTimeHasCome() {
    add("pausing", 9);
    pause("pausing", Duration.ofSeconds(10));
    add("other", 0);

    assertThat(take()).contains("other");
    assertThat(take()).isEmpty();
    assertThat(untilNext()).contains(Duration.ofSeconds(10));

    pass(Duration.ofSeconds(4));
    assertThat(untilNext()).contains(Duration.ofSeconds(6));

    pass(Duration.ofSeconds(6));
    assertThat(untilNext()).contains(Duration.ZERO);
    assertThat(take()).contains("pausing");
  }

  @Test
  void aPauseDoesNotCostItsAge() {
    add("old", 0);
    pass(WaitingLine.AGING);
    add("younger", 0);
    pause("old", Duration.ofSeconds(1));
    pass(Duration.ofSeconds(1));

    assertThat(takeAll()).containsExactly("old", "younger");
  }

  @Test
  void theShortestPauseDecidesWhenToLookAgain() {
    for (int seconds : new int[] {9, 3, 6}) {
      add("after-" + seconds, 0);
      pause("after-" + seconds, Duration.ofSeconds(seconds));
    }
    assertThat(untilNext()).contains(Duration.ofSeconds(3));
  }
}
