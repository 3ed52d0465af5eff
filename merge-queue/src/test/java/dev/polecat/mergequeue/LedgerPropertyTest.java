package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DatabaseName;
import dev.polecat.core.testing.TestServers;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.ParkedRequest.Event;
import dev.polecat.mergequeue.ParkedRequest.Kind;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Any entry comes back from the server as it was written, whatever was there before. */
class LedgerPropertyTest {
  private static final Ledger LEDGER =
      Ledger.on(TestServers.server(), TestServers.freshDatabase().name(), DatabaseName.of("rig"));

  @Provide
  Arbitrary<LedgerEntry> entries() {
    Arbitrary<ParkReason> reasons = Arbitraries.of(LedgerSamples.reasons().toList());
    Arbitrary<List<Event>> events =
        Combinators.combine(times(), Arbitraries.of(Kind.class), texts(), texts())
            .as(Event::new)
            .list()
            .ofMaxSize(4);
    Arbitrary<List<ResolvedRow>> rows =
        Combinators.combine(
                texts(),
                Arbitraries.of(true, false),
                Arbitraries.maps(texts(), values()).ofMaxSize(5))
            .as(ResolvedRow::new)
            .list()
            .ofMaxSize(3);
    Arbitrary<Optional<Lease>> leases =
        Combinators.combine(Arbitraries.strings().alpha().ofLength(20), times())
            .as(Lease::new)
            .optional();
    return Combinators.combine(
            Combinators.combine(Arbitraries.of(State.class), times(), times(), leases)
                .as(Life::new),
            Arbitraries.integers().between(0, Integer.MAX_VALUE),
            times().optional(),
            texts().optional(),
            reasons.optional(),
            rows,
            events,
            Arbitraries.integers())
        .as(
            (life, attempts, failing, error, reason, byHand, history, priority) ->
                new LedgerEntry(
                    LedgerSamples.oddRequest("b").withPriority(priority),
                    life.state(),
                    life.since(),
                    life.lease(),
                    attempts,
                    failing,
                    life.next(),
                    error,
                    error.map(any -> LedgerSamples.commit(5)),
                    reason,
                    attempts % 2 == 0,
                    byHand,
                    history,
                    UUID.randomUUID().toString()));
  }

  private record Life(State state, Instant since, Instant next, Optional<Lease> lease) {}

  private static Arbitrary<Instant> times() {
    return Arbitraries.longs()
        .between(0, Instant.parse("9999-12-31T00:00:00Z").getEpochSecond() * 1_000_000)
        .map(micros -> Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ascii().ofMaxLength(30),
        Arbitraries.strings().withCharRange('\u0000', '\ud7ff').ofMaxLength(30),
        Arbitraries.of("\ud83d\ude3a\ud83d\ude3a", "\\\"'`%s?\n", ""));
  }

  private static Arbitrary<Object> values() {
    return Arbitraries.oneOf(
        texts().map(text -> (Object) text),
        Arbitraries.bigDecimals().ofScale(9).map(number -> number),
        Arbitraries.longs().map(number -> number),
        Arbitraries.integers().map(number -> number),
        Arbitraries.doubles().map(number -> number),
        Arbitraries.floats().map(number -> number),
        Arbitraries.bigIntegers().map(number -> number),
        Arbitraries.bytes().array(byte[].class).ofMaxSize(20).map(bytes -> bytes),
        times().map(time -> LocalDateTime.ofInstant(time, ZoneOffset.UTC)),
        times().map(time -> Timestamp.from(time)),
        Arbitraries.of(LedgerSamples.values().values()));
  }

  @Property(edgeCases = EdgeCasesMode.NONE)
  void anyEntryComesBackAsItWasWritten(@ForAll("entries") LedgerEntry entry) {
    List<LedgerEntry> before = LEDGER.entries(EnumSet.allOf(State.class));
    boolean written = before.isEmpty() ? LEDGER.add(entry) : LEDGER.replace(before.get(0), entry);

    assertThat(written).isTrue();
    String expected = LedgerSamples.describe(entry);
    assertThat(LedgerSamples.describe(LEDGER.entry(entry.branch()).orElseThrow()))
        .isEqualTo(expected);
    assertThat(LEDGER.entries(EnumSet.of(entry.state())).stream())
        .singleElement()
        .satisfies(read -> assertThat(LedgerSamples.describe(read)).isEqualTo(expected));
  }
}
