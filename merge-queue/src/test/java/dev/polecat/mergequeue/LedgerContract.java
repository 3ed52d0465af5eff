package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.ParkedRequest.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What any ledger promises. */
@Timeout(90)
abstract class LedgerContract {
  private static final Instant TIME = LedgerSamples.TIME;
  private static final Lease LEASE = new Lease("me", TIME.plusSeconds(60));
  private static final int THREADS = 8;
  private static final int ROUNDS = 6;

  private final Ledger ledger;

  LedgerContract(Ledger ledger) {
    this.ledger = ledger;
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private LedgerEntry add(LedgerEntry entry) {
    assertThat(ledger.add(entry)).isTrue();
    return entry;
  }

  private LedgerEntry become(LedgerEntry before, LedgerEntry after) {
    assertThat(ledger.replace(before, after)).isTrue();
    return after;
  }

  private static LedgerEntry active(String branch) {
    return LedgerEntry.active(LedgerSamples.request(branch), LEASE, TIME);
  }

  private static LedgerEntry parked(LedgerEntry entry, String why) {
    ParkReason reason = new ParkReason.Cancelled("crew", why);
    return entry.park(entry.request(), reason, Kind.CANCELLED, "crew", TIME);
  }

  private void assertHolds(LedgerEntry entry) {
    assertThat(ledger.entry(entry.branch())).contains(entry);
  }

  @Test
  void aBranchIsAddedOnce() {
    LedgerEntry first = add(active("b"));

    assertThat(ledger.add(active("b"))).isFalse();
    assertHolds(first);
    assertThat(ledger.entry(BranchName.of("other"))).isEmpty();
  }

  @Test
  void addingTheVeryEntryThatIsThereIsNoFailure() {
    LedgerEntry first = add(active("b"));
    ledger.add(first);

    assertHolds(first);
    assertThat(ledger.entries(EnumSet.allOf(State.class))).hasSize(1);
  }

  @Test
  void onlyWhoSawTheNewestReplaces() {
    LedgerEntry first = add(active("b"));
    LedgerEntry second = become(first, first.seal(first.request(), TIME));

    assertThat(ledger.replace(first, first.nuke(true))).isFalse();
    assertHolds(second);
    assertThat(ledger.replace(active("gone"), active("gone"))).isFalse();
    assertThat(ledger.entry(BranchName.of("gone"))).isEmpty();
  }

  @Test
  void onlyWhatIsAsItWasReadIsRemoved() {
    LedgerEntry changed = add(active("changed"));
    LedgerEntry other = add(active("other"));
    LedgerEntry same = add(active("same"));
    LedgerEntry now = become(changed, changed.nuke(true));
    ledger.remove(List.of(changed, same, active("gone")));
    ledger.remove(List.of());

    assertThat(ledger.entries(EnumSet.allOf(State.class))).containsExactlyInAnyOrder(now, other);
  }

  @Test
  void ofManyAtOnceExactlyOneAdds() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String branch = "b" + round;
      List<LedgerEntry> entries =
          IntStream.range(0, THREADS).mapToObj(i -> active(branch)).toList();
      List<Integer> winners = winners(i -> ledger.add(entries.get(i)));

      assertThat(winners).hasSize(1);
      assertHolds(entries.get(winners.get(0)));
    }
  }

  @Test
  void ofManyAtOnceExactlyOneReplaces() throws Exception {
    LedgerEntry entry = add(active("b"));
    for (int round = 0; round < ROUNDS; round++) {
      LedgerEntry before = entry;
      List<LedgerEntry> after =
          IntStream.range(0, THREADS)
              .mapToObj(i -> before.fail("error " + i, TIME.plusSeconds(i), TIME))
              .toList();
      List<Integer> winners = winners(i -> ledger.replace(before, after.get(i)));

      assertThat(winners).hasSize(1);
      entry = after.get(winners.get(0));
      assertHolds(entry);
      assertThat(entry.attempts()).isEqualTo(round + 1);
    }
  }

  @Test
  void whatIsReplacedAtTheSameInstantIsNotRemoved() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      LedgerEntry before = add(active("b" + round));
      LedgerEntry after = before.fail("error", TIME, TIME);
      List<Integer> winners =
          winners(
              i -> {
                if (i % 2 == 0) {
                  ledger.remove(List.of(before));
                  return false;
                }
                return ledger.replace(before, after.fail("by " + i, TIME, TIME));
              });

      assertThat(winners).hasSizeLessThanOrEqualTo(1);
      Optional<String> error = ledger.entry(before.branch()).flatMap(LedgerEntry::lastError);
      assertThat(error).isEqualTo(winners.stream().findFirst().map(i -> "by " + i));
    }
  }

  /** Which of many threads, let go at once, succeeded. */
  private static List<Integer> winners(IntPredicate attempt) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Boolean>> attempts = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        attempts.add(() -> attempt.test(number));
      }
      List<Future<Boolean>> answers = threads.invokeAll(attempts);
      List<Integer> winners = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        if (answers.get(i).get()) {
          winners.add(i);
        }
      }
      return winners;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void handingInAgainChangesNothingWhileItWaits() {
    MergeRequest request = LedgerSamples.oddRequest("b");
    ledger.submit(request);
    LedgerEntry first = ledger.entry(request.branch()).orElseThrow();
    ledger.submit(request);

    assertHolds(first);
    assertThat(first.state()).isEqualTo(State.SEALED);
    assertThat(first.request()).isEqualTo(request);
  }

  @Test
  void handingInFromManyThreadsIsOneEntry() throws Exception {
    MergeRequest request = LedgerSamples.request("b");
    winners(
        i -> {
          ledger.submit(request);
          return true;
        });

    assertThat(ledger.entries(EnumSet.allOf(State.class)))
        .singleElement()
        .satisfies(entry -> assertThat(entry.request()).isEqualTo(request));
  }

  @Test
  void whateverABranchWasItCanBeHandedIn() {
    LedgerEntry active = active("b");
    List<LedgerEntry> lives =
        List.of(
            active,
            parked(active, "why").reject("crew", "no", TIME),
            active.merged(Optional.empty(), "in use"),
            active.merged(Optional.empty(), "of old"));
    for (LedgerEntry life : lives) {
      ledger.remove(ledger.entries(EnumSet.allOf(State.class)));
      add(life);
      MergeRequest request = life.request().sealedAt(LedgerSamples.commit(9));
      ledger.submit(request);
      LedgerEntry handedIn = ledger.entry(life.branch()).orElseThrow();

      assertThat(handedIn.state()).isEqualTo(State.SEALED);
      assertThat(handedIn.request()).isEqualTo(request);
      assertThat(handedIn.lease()).isEmpty();
      assertThat(handedIn.attempts()).isZero();
      assertThat(handedIn.nextAttempt()).isBeforeOrEqualTo(ledger.now());
      assertThat(handedIn.events()).isEqualTo(life.events());
    }
  }

  @Test
  void whatWaitsOrIsThrownAwayIsNotReplacedByAnotherRequest() {
    LedgerEntry active = active("b");
    for (LedgerEntry life :
        List.of(active.seal(active.request(), TIME), active.nuke(true), active.nuke(false))) {
      ledger.remove(ledger.entries(EnumSet.allOf(State.class)));
      add(life);
      MergeRequest other = life.request().sealedAt(LedgerSamples.commit(9));

      assertThatThrownBy(() -> ledger.submit(other)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> ledger.submitKnown(other)).isInstanceOf(IllegalStateException.class);
      assertHolds(life);
    }
  }

  @Test
  void aBranchThatMustBeKnownIsNotAdded() {
    MergeRequest request = LedgerSamples.request("b");

    assertThatThrownBy(() -> ledger.submitKnown(request)).isInstanceOf(IllegalStateException.class);
    assertThat(ledger.entry(request.branch())).isEmpty();
  }

  @Test
  void aDryRunIsNotRemembered() {
    ledger.submit(LedgerSamples.request("b").asDryRun());

    assertThat(ledger.entries(EnumSet.allOf(State.class))).isEmpty();
  }

  @Test
  void entriesAreFoundByStateTheOldestFirst() {
    MergeRequest request = LedgerSamples.request("b");
    List<LedgerEntry> entries = new ArrayList<>();
    for (int second : new int[] {3, 1, 2, 0}) {
      Instant since = TIME.plusSeconds(second);
      entries.add(add(LedgerEntry.submitted(LedgerSamples.request("b" + second), since)));
    }
    LedgerEntry working = add(LedgerEntry.active(request, LEASE, TIME.minusSeconds(1)));
    LedgerEntry nuked = become(entries.get(1), entries.get(1).nuke(true));

    assertThat(ledger.entries(Set.of(State.SEALED)))
        .containsExactly(entries.get(3), entries.get(2), entries.get(0));
    assertThat(ledger.entries(EnumSet.of(State.ACTIVE, State.NUKED)))
        .containsExactly(working, nuked);
    assertThat(ledger.entries(Set.of(State.PARKED))).isEmpty();
    assertThat(ledger.entries(Set.of())).isEmpty();
  }

  @Test
  void onlyTheHoldersActiveBranchesAreRenewedAndWhoReadThemBeforeHasToLookAgain() {
    LedgerEntry mine = add(active("mine"));
    LedgerEntry notNamed = add(active("not-named"));
    LedgerEntry gone = add(active("gone").workOn(new Lease("somebody", TIME.plusSeconds(5))));
    LedgerEntry sealed = add(LedgerSamples.sealed("sealed"));
    Duration lease = Duration.ofSeconds(999);
    Instant earliest = ledger.now().plus(lease).minusMillis(500);
    Set<BranchName> named =
        Set.of(mine.branch(), gone.branch(), sealed.branch(), BranchName.of("unknown"));
    ledger.renew("me", named, lease);
    ledger.renew("me", Set.of(), Duration.ofDays(9));

    LedgerEntry renewed = ledger.entry(mine.branch()).orElseThrow();
    assertThat(renewed.lease().orElseThrow().until())
        .isBetween(earliest, ledger.now().plus(lease).plusMillis(500));
    assertThat(renewed)
        .usingRecursiveComparison()
        .ignoringFields("lease", "version")
        .isEqualTo(mine);
    assertHolds(notNamed);
    assertHolds(gone);
    assertHolds(sealed);
    assertThat(ledger.entries(EnumSet.allOf(State.class))).hasSize(4);
    assertThat(ledger.replace(mine, mine.seal(mine.request(), TIME))).isFalse();
    become(renewed, renewed.seal(renewed.request(), TIME));
  }

  @Test
  void aPauseHoldsUntilItEnds() {
    assertThat(ledger.paused()).isEmpty();
    ledger.resume();
    QueuePause first = new QueuePause("crew", LedgerSamples.ODD, TIME);
    ledger.pause(first);
    assertThat(ledger.paused()).contains(first);
    QueuePause second = new QueuePause("witness", "other reasons", TIME.plusSeconds(1));
    ledger.pause(second);
    assertThat(ledger.paused()).contains(second);
    ledger.resume();
    assertThat(ledger.paused()).isEmpty();
  }

  @Test
  void everythingThatCanHappenToABranchIsReadBackAsItWas() {
    MergeRequest odd = LedgerSamples.oddRequest("b");
    LedgerEntry entry = add(LedgerEntry.active(odd, LEASE, TIME));
    assertHolds(entry);
    List<ResolvedRow> rows = List.of(ResolvedRow.of("t", Map.of("id", 1L)));
    ParkReason reason = new ParkReason.GateRefused("tests", LedgerSamples.ODD);
    List<UnaryOperator<LedgerEntry>> life =
        List.of(
            before -> before.workOn(new Lease("other", TIME.plusSeconds(1))),
            before -> before.seal(odd.sealedAt(LedgerSamples.commit(7)), TIME.plusSeconds(2)),
            before -> before.fail("again", TIME.plusSeconds(3), TIME),
            before -> before.fail("and again", TIME.plusSeconds(4), TIME.plusSeconds(3)),
            before -> before.park(odd, reason, Kind.PARKED, "queue", TIME),
            before -> before.reject("crew", "no", TIME),
            before -> before.retry(odd, rows, Kind.RESOLVED_BY_HAND, "crew", "1 rows", TIME),
            before -> before.merged(Optional.of(LedgerSamples.commit(8)), "in use"),
            before -> before.nuke(true),
            before -> before.nuke(false));
    for (UnaryOperator<LedgerEntry> next : life) {
      entry = become(entry, next.apply(entry));
      assertHolds(entry);
    }
  }

  @Test
  void aLeaseRunsOutByTheLedgersClock() {
    Instant now = ledger.now();
    MergeRequest request = LedgerSamples.request("b");

    assertThat(LedgerEntry.active(request, new Lease("me", now.minusMillis(1)), TIME))
        .matches(entry -> entry.isExpired(now));
    assertThat(LedgerEntry.active(request, new Lease("me", now.plusSeconds(1)), TIME))
        .matches(entry -> !entry.isExpired(now));
    assertThat(LedgerSamples.sealed("b")).matches(entry -> !entry.isExpired(now));
    assertThat(now).isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
  }
}
