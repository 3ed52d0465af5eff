package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltServer;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.LedgerEntry.State;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ledger's database: made and migrated by whoever comes first, shared, and read with care. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class ServerLedgerTest {
  private static final DatabaseName RIG = DatabaseName.of("rig");

  private final List<Ledger> opened = new ArrayList<>();
  private DoltServer server;
  private MainAndBranches tables;

  @BeforeEach
  void emptyDatabase(DoltServer server, DoltDatabase database) {
    this.server = server;
    this.tables = new MainAndBranches(database);
  }

  @AfterEach
  void close() {
    opened.forEach(Ledger::close);
  }

  private synchronized Ledger open(DatabaseName rig) {
    Ledger ledger = Ledger.on(server, tables.database().name(), rig);
    opened.add(ledger);
    return ledger;
  }

  private void assertWorks(Ledger ledger) {
    LedgerEntry entry = LedgerSamples.sealed("works");
    assertThat(ledger.add(entry)).isTrue();
    assertThat(ledger.entry(entry.branch())).contains(entry);
    assertThat(ledger.paused()).isEmpty();
    assertThat(tables.rows("SELECT * FROM ledger_version")).containsExactly("1");
  }

  @Test
  void anEmptyDatabaseIsMigrated() {
    assertWorks(open(RIG));
    assertThat(tables.rows("SELECT COUNT(*) FROM dolt_log")).containsExactly("1");
  }

  @Test
  void aMigrationThatWasCutShortIsFinished() {
    tables.run(
        BranchName.MAIN,
        "CREATE TABLE ledger_version (version INT PRIMARY KEY)",
        "CREATE TABLE pauses (rig VARCHAR(64) PRIMARY KEY, paused_by VARCHAR(500) NOT NULL,"
            + " why LONGTEXT NOT NULL, since DATETIME(6) NOT NULL)");
    assertWorks(open(RIG));
  }

  @Test
  void whatIsThereStaysWhenTheNextOpensIt() {
    Ledger first = open(RIG);
    first.add(LedgerSamples.sealed("b"));

    assertThat(open(RIG).entry(BranchName.of("b"))).isEqualTo(first.entry(BranchName.of("b")));
  }

  @Test
  void manyWhoOpenItAtOnceEndUpWithOneSchema() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Ledger>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(() -> open(RIG));
      }
      int number = 0;
      for (Future<Ledger> ledger : threads.invokeAll(all)) {
        assertThat(ledger.get().add(LedgerSamples.sealed("b" + number++))).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(tables.rows("SHOW TABLES")).containsExactly("branches", "ledger_version", "pauses");
    assertThat(tables.rows("SELECT COUNT(*) FROM branches")).containsExactly("8");
    assertWorks(open(RIG));
  }

  @Test
  void aNewerVersionIsRefused() {
    open(RIG);
    tables.run(BranchName.MAIN, "REPLACE INTO ledger_version VALUES (99)");

    assertThatThrownBy(() -> open(RIG))
        .isInstanceOf(DoltSqlException.class)
        .hasMessageContaining("version 99")
        .hasMessageContaining("use a newer");
  }

  @Test
  void twoRigsDoNotSeeEachOther() {
    Ledger one = open(RIG);
    Ledger other = open(DatabaseName.of("other_rig"));
    LedgerEntry ours = LedgerSamples.sealed("b");
    LedgerEntry theirs = LedgerSamples.sealed("b");
    assertThat(one.add(ours)).isTrue();
    assertThat(other.add(theirs)).isTrue();
    one.pause(new QueuePause("crew", "why", LedgerSamples.TIME));

    assertThat(other.paused()).isEmpty();
    other.remove(List.of(ours));
    assertThat(other.replace(ours, ours.nuke(true))).isFalse();
    assertThat(one.entries(EnumSet.allOf(State.class))).containsExactly(ours);
    assertThat(other.entries(EnumSet.allOf(State.class))).containsExactly(theirs);
    other.resume();
    assertThat(one.paused()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "document = 'no JSON'",
        "document = 'null'",
        "document = '{}'",
        "document = REPLACE(document, 'Cancelled', 'OfANewerVersion')",
        "document = REPLACE(document, '\"rejected\"', '\"newer\":1,\"rejected\"')",
        "document = REPLACE(document, '\"b\"', '\"main\"')",
        "document = REPLACE(document, '\"b\"', '\"other\"')",
        "merged = 'no hash'",
        "state = 'NEWER'"
      })
  void anEntryThatCannotBeReadIsPassedOverAndReported(String damage) {
    Ledger ledger = open(RIG);
    LedgerEntry sound = LedgerSamples.sealed("sound");
    LedgerEntry damaged = LedgerSamples.sealed("b");
    ledger.add(sound);
    ledger.add(
        damaged.park(
            damaged.request(),
            new ParkReason.Cancelled("crew", "why"),
            ParkedRequest.Kind.CANCELLED,
            "crew",
            LedgerSamples.TIME));
    tables.run(BranchName.MAIN, "UPDATE branches SET " + damage + " WHERE branch = 'b'");

    assertThat(ledger.entries(EnumSet.allOf(State.class))).containsExactly(sound);
    assertThatThrownBy(() -> ledger.entry(damaged.branch()))
        .isInstanceOf(DoltSqlException.class)
        .hasMessageContaining("branch b")
        .hasMessageContaining("cannot be read");
  }

  @Test
  void whatDoesNotFitIsRefusedAndNotCutShort() {
    Ledger ledger = open(RIG);
    Lease lease = new Lease("h".repeat(300), LedgerSamples.TIME);
    LedgerEntry entry = LedgerEntry.active(LedgerSamples.request("b"), lease, LedgerSamples.TIME);

    assertThatThrownBy(() -> ledger.add(entry)).isInstanceOf(DoltSqlException.class);
    assertThat(ledger.entry(entry.branch())).isEmpty();
  }

  @Test
  void theLongestNamesFit() {
    Ledger ledger = open(DatabaseName.of("r".repeat(DatabaseName.MAX_LENGTH)));
    LedgerEntry entry = LedgerSamples.sealed("b".repeat(BranchName.MAX_LENGTH));

    assertThat(ledger.add(entry)).isTrue();
    assertThat(ledger.entries(Set.of(State.SEALED))).containsExactly(entry);
  }
}
