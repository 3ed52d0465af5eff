package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What no policy can decide waits for a person; main is as before, and the next merge goes on. */
@ExtendWith(DoltTestServer.class)
class ParkingTest {
  private MainAndBranches main;

  @BeforeEach
  void tables(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit(
        "CREATE TABLE untimed (id INT PRIMARY KEY, a VARCHAR(20), doc JSON)",
        "CREATE TABLE timed (id INT PRIMARY KEY, a VARCHAR(20), doc JSON, updated_at DATETIME)",
        "CREATE TABLE keyless (a VARCHAR(20), n INT, updated_at DATETIME)",
        "INSERT INTO untimed VALUES (1, 'a', '[]')",
        "INSERT INTO timed VALUES (1, 'a', '[]', '2026-01-01')",
        "INSERT INTO keyless VALUES ('a', 1, '2026-01-01'), ('a', 1, '2026-01-01')");
  }

  private ParkReason secondIsParked(ConflictPolicies policies, String first, String second) {
    MergeRequest one = main.branch("one", first);
    MergeRequest other = main.branch("other", second);
    MergeRequest third = main.branch("third", "INSERT INTO untimed (id) VALUES (99)");
    main.mergeAll(policies, one);
    List<String> before = main.stateOfMain();
    ParkReason reason;
    try (MergeQueue queue = main.queue(policies)) {
      MergeOutcome outcome = MainAndBranches.await(queue.submit(other));
      assertThat(outcome).isInstanceOf(MergeOutcome.Parked.class);
      assertThat(outcome.request()).isEqualTo(other);
      assertThat(main.stateOfMain()).isEqualTo(before);
      assertThat(main.database().head(other.branch())).contains(other.sealed());
      reason = ((MergeOutcome.Parked) outcome).reason();

      assertThat(MainAndBranches.await(queue.submit(third)))
          .isInstanceOf(MergeOutcome.Merged.class);
    }
    assertThat(main.rows("SELECT id FROM untimed WHERE id = 99")).hasSize(1);
    return reason;
  }

  @Test
  void aChangeOfLetterCaseTheServerWouldSkipIsNotLost() {
    main.commit(
        "CREATE TABLE words (id INT PRIMARY KEY, a VARCHAR(20) COLLATE utf8mb4_0900_ai_ci, n INT,"
            + " updated_at DATETIME)",
        "INSERT INTO words VALUES (1, 'word', 1, '2026-01-01')");
    main.mergeAll(
        main.branch("one", "UPDATE words SET n = 2, updated_at = '2026-01-03'"),
        main.branch("other", "UPDATE words SET a = 'WORD', n = 3, updated_at = '2026-01-02'"));

    assertThat(main.row("SELECT a, n, updated_at FROM words"))
        .isEqualTo("WORD|2|2026-01-03 00:00:00");
  }

  @Test
  void aMergeLockHeldElsewhereIsWaitedForAndParksNobody() throws SQLException {
    MergeRequest one = main.branch("one", "UPDATE timed SET a = 'p'");
    Ledger ledger = Ledger.inMemory();
    try (Connection holder = main.database().connect(BranchName.MAIN);
        Statement statement = holder.createStatement()) {
      statement.execute("SELECT GET_LOCK('pq:" + main.database().name() + "', 0)");
      MergeQueue queue = queue(ledger);
      CompletionStage<MergeOutcome> outcome = queue.submit(one);
      queue.close();
      assertThatThrownBy(() -> MainAndBranches.await(outcome))
          .hasCauseInstanceOf(QueueClosedException.class);
    }
    try (MergeQueue queue = queue(ledger)) {
      assertThat(queue.waiting()).extracting(LedgerEntry::request).containsExactly(one);
      assertThat(MainAndBranches.await(queue.submit(one))).isInstanceOf(MergeOutcome.Merged.class);
    }
  }

  private MergeQueue queue(Ledger ledger) {
    return MergeQueue.builder(main.database())
        .ledger(ledger)
        .patience(Duration.ofMillis(1))
        .build();
  }

  @Test
  void aConflictInATableWithoutTimeAndPolicyIsNotGuessed() {
    ParkReason reason =
        secondIsParked(
            ConflictPolicies.ofDefaults(),
            "UPDATE untimed SET a = 'p'",
            "UPDATE untimed SET a = 'q'");

    assertThat(reason).isInstanceOf(ParkReason.NoPolicy.class);
    assertThat(reason.message()).contains("untimed", "updated_at");
  }

  @Test
  void aCellOnlyOneSideChangedNeedsNoPolicy() {
    main.mergeAll(
        ConflictPolicies.builder().table("untimed", t -> t.column("a", Policy.max())).build(),
        main.branch("one", "UPDATE untimed SET a = 'p', doc = '[7]'"),
        main.branch("other", "UPDATE untimed SET a = 'q'"));

    assertThat(main.row("SELECT a, doc FROM untimed WHERE id = 1")).isEqualTo("q|[7]");
  }

  @Test
  void aDeletionIsNotGuessedInATableWithoutTimeAndPolicy() {
    ParkReason reason =
        secondIsParked(
            ConflictPolicies.ofDefaults(),
            "DELETE FROM untimed WHERE id = 1",
            "UPDATE untimed SET a = 'q' WHERE id = 1");

    assertThat(reason).isInstanceOf(ParkReason.NoPolicy.class);
    assertThat(reason.message()).contains("deleted", "{id=1}");
  }

  @Test
  void thePolicyParkAsksAPerson() {
    ParkReason reason =
        secondIsParked(
            ConflictPolicies.builder()
                .table("timed", t -> t.column("a", Policy.park()).column("doc", Policy.park()))
                .build(),
            "UPDATE timed SET a = 'p', doc = '[1]', updated_at = '2026-01-02'",
            "UPDATE timed SET a = 'q', doc = '[2]', updated_at = '2026-01-03'");

    assertParkedBy(reason, "timed", "a", "doc");
  }

  @Test
  void thePolicyParkDoesNotMindWhatOnlyOneSideChanged() {
    main.mergeAll(
        ConflictPolicies.builder().table("timed", t -> t.column("a", Policy.park())).build(),
        main.branch("one", "UPDATE timed SET a = 'p', updated_at = '2026-01-02'"),
        main.branch("other", "UPDATE timed SET doc = '[2]', updated_at = '2026-01-03'"));

    assertThat(main.row("SELECT a, doc FROM timed")).isEqualTo("p|[2]");
  }

  @Test
  void aTableParkedByDefaultLetsItsColumnsPoliciesDecide() {
    ConflictPolicies policies =
        ConflictPolicies.builder()
            .table("untimed", t -> t.column("a", Policy.max()).otherwise(Policy.park()))
            .build();
    main.mergeAll(
        policies,
        main.branch("one", "UPDATE untimed SET a = 'p'"),
        main.branch("other", "UPDATE untimed SET a = 'q'"));

    assertThat(main.row("SELECT a FROM untimed")).isEqualTo("q");
  }

  @Test
  void aConflictInALaterTableUndoesWhatWasResolvedInAnEarlierOne() {
    MergeRequest one =
        main.branch(
            "one",
            "UPDATE timed SET a = 'p', updated_at = '2026-01-02'",
            "UPDATE untimed SET a = 'p'");
    MergeRequest other =
        main.branch(
            "other",
            "UPDATE timed SET a = 'q', updated_at = '2026-01-03'",
            "UPDATE untimed SET a = 'q'");
    main.mergeAll(one);
    List<String> before = main.stateOfMain();

    assertThat(main.parked(other)).isInstanceOf(ParkReason.NoPolicy.class);
    assertThat(main.stateOfMain()).isEqualTo(before);
    assertThat(main.row("SELECT a FROM timed")).isEqualTo("p");
  }

  @Test
  void aParkedBranchIsMergedOnceItsConflictIsSettledOnIt() {
    MergeRequest one = main.branch("one", "UPDATE untimed SET a = 'p'");
    MergeRequest other =
        main.branch("other", "UPDATE untimed SET a = 'q'", "INSERT INTO untimed (id) VALUES (2)");
    main.parked(one, other);
    main.run(other.branch(), "UPDATE untimed SET a = 'p' WHERE id = 1");
    main.mergeAll(main.seal(other.branch(), other.base()));

    assertThat(main.rows("SELECT id, a FROM untimed ORDER BY id")).containsExactly("1|p", "2|null");
  }

  @Test
  void aUnionOverAValueThatIsNoArrayIsDecidedByTheTablesDefaultAndNoted() {
    MergeReport report =
        main.mergeAll(
            main.branch("one", "UPDATE timed SET doc = '{\"k\": 1}', updated_at = '2026-01-03'"),
            main.branch("other", "UPDATE timed SET doc = '[1]', updated_at = '2026-01-02'"));

    assertThat(main.row("SELECT doc FROM timed")).isEqualTo("{\"k\":1}");
    assertThat(report.decisions().notes())
        .singleElement()
        .asString()
        .contains("timed.doc", "newest");
    assertThat(report.decisions().cellsByPolicy())
        .containsEntry("newest", 1L)
        .doesNotContainKey("union");
  }

  @Test
  void aUnionOverAValueThatIsNoArrayIsParkedWhereTheTablesDefaultIsPark() {
    ParkReason reason =
        secondIsParked(
            ConflictPolicies.builder()
                .table("untimed", t -> t.column("doc", Policy.union()).otherwise(Policy.park()))
                .build(),
            "UPDATE untimed SET doc = '\"text\"'",
            "UPDATE untimed SET doc = '[1]'");

    assertParkedBy(reason, "untimed", "doc");
  }

  private static void assertParkedBy(ParkReason reason, String table, String... columns) {
    assertThat(reason)
        .isInstanceOfSatisfying(
            ParkReason.PolicySaysPark.class,
            park -> {
              assertThat(park.table()).isEqualTo(table);
              assertThat(park.columns()).containsExactly(columns);
              assertThat(park.cells()).extracting(CellDecision::column).contains(columns);
            });
  }
}
