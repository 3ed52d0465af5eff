package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltServer;
import dev.polecat.core.testing.DoltTestServer;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the ledger on the server gives back is what it was given, to the last bit. */
@ExtendWith(DoltTestServer.class)
class LedgerRoundTripTest {
  private Ledger ledger;

  @BeforeEach
  void open(DoltServer server, DoltDatabase database) {
    ledger = Ledger.on(server, database.name(), DatabaseName.of("rig"));
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private LedgerEntry readBack(LedgerEntry entry) {
    assertThat(ledger.add(entry)).isTrue();
    return ledger.entry(entry.branch()).orElseThrow();
  }

  static Stream<ParkReason> reasons() {
    return LedgerSamples.reasons();
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void everyReasonWithEveryEventAndValue(ParkReason reason) {
    LedgerEntry entry = LedgerSamples.full("b", reason);

    assertThat(LedgerSamples.describe(readBack(entry))).isEqualTo(LedgerSamples.describe(entry));
  }

  @Test
  void aFailureComesBackAsWhatItSaid() {
    Throwable failure = new IllegalStateException("it broke");
    LedgerEntry read = readBack(LedgerSamples.full("b", new ParkReason.Refused(failure)));

    assertThat(((ParkReason.Refused) read.reason().orElseThrow()).failure())
        .isInstanceOf(RecordedFailureException.class)
        .hasMessage("it broke")
        .hasToString("java.lang.IllegalStateException: it broke");
  }

  @Test
  void aValueOfATypeItCannotKeepIsRefusedBeforeAnythingIsSent() {
    LedgerEntry before = LedgerSamples.sealed("b");
    ledger.add(before);
    List<ResolvedRow> rows = List.of(ResolvedRow.of("t", Map.of("at", ZonedDateTime.now())));
    LedgerEntry after =
        before.retry(
            before.request(),
            rows,
            ParkedRequest.Kind.RESOLVED_BY_HAND,
            "crew",
            "",
            LedgerSamples.TIME);

    assertThatThrownBy(() -> ledger.replace(before, after))
        .isInstanceOf(InvalidResolutionException.class)
        .hasMessageContaining("column at of table t")
        .hasMessageContaining("java.time.ZonedDateTime")
        .hasMessageContaining("string");
    assertThat(ledger.entry(before.branch())).contains(before);
  }

  @Test
  void aTimestampIsTheSameOnTheClockOfAnotherZone() {
    LocalDateTime noon = LocalDateTime.of(2026, 7, 1, 12, 0, 0, 123_456_000);
    LedgerEntry entry =
        LedgerSamples.sealed("b")
            .retry(
                LedgerSamples.request("b"),
                List.of(ResolvedRow.of("t", Map.of("at", Timestamp.valueOf(noon)))),
                ParkedRequest.Kind.RESOLVED_BY_HAND,
                "crew",
                "",
                LedgerSamples.TIME);
    ledger.add(entry);
    TimeZone zone = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
    try {
      Optional<LedgerEntry> read = ledger.entry(entry.branch());
      Object value = read.orElseThrow().rows().get(0).values().get("at");
      assertThat(((Timestamp) value).toLocalDateTime()).isEqualTo(noon);
    } finally {
      TimeZone.setDefault(zone);
    }
  }
}
