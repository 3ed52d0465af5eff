package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltServer;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.CuttingProxy.Cut;
import dev.polecat.mergequeue.LedgerEntry.State;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A connection that breaks in the middle of a write neither loses the change nor makes it twice.
 */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class BrokenLedgerConnectionTest {
  private MainAndBranches tables;
  private CuttingProxy proxy;
  private DoltServer throughProxy;
  private Ledger ledger;

  @BeforeEach
  void open(DoltServer server, DoltDatabase database) {
    tables = new MainAndBranches(database);
    proxy = new CuttingProxy(server.endpoint());
    throughProxy = DoltServer.connect(proxy.endpoint());
    ledger = Ledger.on(throughProxy, database.name(), DatabaseName.of("rig"));
  }

  @AfterEach
  void close() {
    ledger.close();
    throughProxy.close();
    proxy.close();
  }

  private List<LedgerEntry> all() {
    return ledger.entries(EnumSet.allOf(State.class));
  }

  private void assertAllCut() {
    assertThat(proxy.left()).as("statements still to be cut").isZero();
  }

  @ParameterizedTest
  @EnumSource(Cut.class)
  void whoAddsIsToldTheTruth(Cut cut) {
    LedgerEntry entry = LedgerSamples.sealed("b");
    proxy.cut(cut, "INSERT INTO branches", 2);

    assertThat(ledger.add(entry)).isTrue();
    assertAllCut();
    assertThat(all()).containsExactly(entry);
    proxy.cut(cut, "INSERT INTO branches", 2);
    assertThat(ledger.add(LedgerSamples.sealed("b"))).isFalse();
    assertThat(all()).containsExactly(entry);
  }

  @ParameterizedTest
  @EnumSource(Cut.class)
  void whoReplacesIsToldTheTruth(Cut cut) {
    LedgerEntry entry = LedgerSamples.sealed("b");
    ledger.add(entry);
    for (int i = 1; i <= 5; i++) {
      LedgerEntry next = entry.fail("error", LedgerSamples.TIME, LedgerSamples.TIME);
      proxy.cut(cut, "UPDATE branches", 2);
      assertThat(ledger.replace(entry, next)).isTrue();
      assertAllCut();
      proxy.cut(cut, "UPDATE branches", 1);
      assertThat(ledger.replace(entry, entry.nuke(true))).isFalse();
      assertThat(all()).containsExactly(next);
      assertThat(next.attempts()).isEqualTo(i);
      entry = next;
    }
  }

  @ParameterizedTest
  @EnumSource(Cut.class)
  void aRequestIsHandedInOnce(Cut cut) {
    proxy.cut(cut, "INSERT INTO branches", 2);
    ledger.submit(LedgerSamples.request("b"));

    assertAllCut();
    assertThat(all())
        .singleElement()
        .satisfies(e -> assertThat(e.request()).isEqualTo(LedgerSamples.request("b")));
  }

  @ParameterizedTest
  @EnumSource(Cut.class)
  void removalsRenewalsAndPausesHold(Cut cut) {
    LedgerEntry gone = LedgerSamples.sealed("gone");
    Lease lease = new Lease("me", LedgerSamples.TIME);
    LedgerEntry kept = LedgerEntry.active(LedgerSamples.request("kept"), lease, LedgerSamples.TIME);
    QueuePause pause = new QueuePause("crew", "why", LedgerSamples.TIME);
    ledger.add(gone);
    ledger.add(kept);
    proxy.cut(cut, "DELETE FROM branches", 2);
    ledger.remove(List.of(gone));
    assertAllCut();
    proxy.cut(cut, "UPDATE branches", 2);
    ledger.renew("me", Set.of(kept.branch()), Duration.ofSeconds(9));
    assertAllCut();
    proxy.cut(cut, "REPLACE INTO pauses", 2);
    ledger.pause(pause);
    assertAllCut();

    assertThat(all())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.branch()).isEqualTo(kept.branch());
              assertThat(entry.lease().orElseThrow().until()).isAfter(LedgerSamples.TIME);
            });
    assertThat(ledger.paused()).contains(pause);
    proxy.cut(cut, "DELETE FROM pauses", 2);
    ledger.resume();
    assertThat(ledger.paused()).isEmpty();
  }

  @Test
  void aServerThatStaysAwayIsReported() {
    proxy.cut(Cut.BEFORE, "INSERT INTO branches", Integer.MAX_VALUE);

    assertThatThrownBy(() -> ledger.add(LedgerSamples.sealed("b")))
        .isInstanceOfSatisfying(
            DoltSqlException.class, e -> assertThat(e.error()).isEqualTo(DoltError.CONNECTION_LOST))
        .hasMessageContaining("branch b");
    proxy.cut(Cut.BEFORE, "", 0);
    assertThat(all()).isEmpty();
  }

  @Test
  void whoseSessionsAreKilledAllTheTimeLosesNothingHeWasToldIsWritten() throws Exception {
    LedgerEntry entry = LedgerSamples.sealed("b");
    ledger.add(entry);
    AtomicBoolean over = new AtomicBoolean();
    Thread killer = new Thread(() -> killUntil(over));
    killer.start();
    int told = 0;
    int unknown = 0;
    try {
      while (told < 60) {
        LedgerEntry known = tablesEntry();
        try {
          assertThat(
                  ledger.replace(
                      known, known.fail("error", LedgerSamples.TIME, LedgerSamples.TIME)))
              .isTrue();
          told++;
        } catch (DoltSqlException e) {
          unknown++;
        }
      }
    } finally {
      over.set(true);
      killer.join();
    }
    assertThat(tablesEntry().attempts()).isBetween(told, told + unknown);
  }

  /** The entry as the server has it, read again until no kill gets in the way. */
  private LedgerEntry tablesEntry() {
    while (true) {
      try {
        return ledger.entry(BranchName.of("b")).orElseThrow();
      } catch (DoltSqlException e) {
        assertThat(e.error()).isNotEqualTo(DoltError.NOT_FOUND);
      }
    }
  }

  private void killUntil(AtomicBoolean over) {
    String sessions =
        "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND db LIKE '"
            + tables.database().name()
            + "%'";
    while (!over.get()) {
      for (String id : tables.rows(sessions)) {
        tables.run(BranchName.MAIN, "KILL " + id);
      }
    }
  }
}
