package dev.polecat.sling;

import static dev.polecat.sling.RefreshTowns.execute;
import static dev.polecat.sling.RefreshTowns.main;
import static dev.polecat.sling.RefreshTowns.refreshed;
import static dev.polecat.sling.RefreshTowns.requireNothingLeftOver;
import static dev.polecat.sling.RefreshTowns.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.RefreshOutcome;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Main comes into a branch that somebody works on. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class RefreshTest {
  private RefreshTowns towns;
  private TestRig test;
  private Rig rig;

  @BeforeEach
  void open(DoltDatabase database) {
    towns = new RefreshTowns();
    test = towns.withTables(database);
    rig = test.rig();
  }

  @AfterEach
  void close() {
    towns.close();
  }

  @Test
  void thePolecatSeesMainsWorkAndItsOwnAndDoneMergesWhatIsNew() {
    Polecat toast = rig.sling("toast", "gt-1");
    execute(toast, "INSERT INTO t VALUES (2, 2, 'own', '2026-01-02')");
    main(test, "INSERT INTO t VALUES (3, 3, 'main', '2026-01-03')");
    CommitHash head = rig.database().head(BranchName.MAIN).orElseThrow();

    RefreshOutcome.Refreshed outcome = refreshed(toast);

    assertThat(seen(toast, "SELECT id FROM t ORDER BY id")).containsExactly("1", "2", "3");
    assertThat(outcome.main()).isEqualTo(head).isEqualTo(toast.base());
    assertThat(rig.database().head(toast.branch())).contains(outcome.head());
    assertThat(rig.ledger().entry(toast.branch()).orElseThrow())
        .matches(entry -> entry.state() == LedgerEntry.State.ACTIVE)
        .matches(entry -> entry.request().base().equals(head));
    assertThat(rig.inFlight("t").map(row -> row.change().key().toString()))
        .containsExactly("{id=2}");
    assertThat(toast.refresh()).isInstanceOf(RefreshOutcome.UpToDate.class);
    requireNothingLeftOver(rig);

    assertThat(TestRig.merged(toast.done()).branchKept()).isEmpty();
    assertThat(test.rows("SELECT id FROM t ORDER BY id")).containsExactly("1", "2", "3");
  }

  @Test
  void aBranchWithoutWorkOfItsOwnGetsMainToo() {
    Polecat toast = rig.sling("toast", "gt-1");
    main(test, "ALTER TABLE t ADD COLUMN more INT", "DELETE FROM t");

    refreshed(toast);

    assertThat(seen(toast, "SELECT COUNT(*) FROM t WHERE more IS NULL")).containsExactly("0");
    assertThat(rig.inFlight()).isEmpty();
    assertThat(rig.database().uncommittedTables(toast.branch())).isEmpty();
    execute(toast, "INSERT INTO t VALUES (5, 0, 'x', '2026-01-05', 7)");
    TestRig.merged(toast.done());
    assertThat(test.rows("SELECT id, more FROM t")).containsExactly("5|7");
  }

  @Test
  void whatIsUncommittedIsCommittedFirst() {
    Polecat toast = rig.sling("toast", "gt-1", CommitMode.EXPLICIT);
    execute(toast, "INSERT INTO t VALUES (2, 2, 'own', '2026-01-02')");
    main(test, "UPDATE t SET v = 'main', at = '2026-01-03' WHERE id = 1");

    refreshed(toast);

    assertThat(rig.database().uncommittedTables(toast.branch())).isEmpty();
    assertThat(seen(toast, "SELECT v FROM t ORDER BY id")).containsExactly("main", "own");
  }

  @Test
  void deletedRowsAndChangedSchemasOfBothSidesComeTogether() {
    main(
        test,
        "CREATE TABLE old (id INT PRIMARY KEY, v INT)",
        "INSERT INTO old VALUES (1, 1), (2, 2)",
        "CREATE TABLE u (id INT PRIMARY KEY, v VARCHAR(10), updated_at DATETIME)",
        "INSERT INTO u VALUES (1, 'a', '2026-01-01'), (2, 'a', '2026-01-01'), (3, 'a', '2026-01-01'), (4, 'a', '2026-01-01')",
        "INSERT INTO log VALUES ('x'), ('x'), ('x')");
    Polecat toast = rig.sling("toast", "gt-1");
    execute(
        toast,
        "DELETE FROM u WHERE id IN (1, 3)",
        "UPDATE u SET v = 'own', updated_at = '2026-01-02' WHERE id = 2",
        "DELETE FROM log LIMIT 1",
        "INSERT INTO log VALUES ('own')");
    execute(toast, "ALTER TABLE t ADD COLUMN extra INT");
    execute(toast, "UPDATE t SET extra = 5");
    execute(toast, "CREATE TABLE fresh (id INT PRIMARY KEY)");
    execute(toast, "INSERT INTO fresh VALUES (1)");
    execute(toast, "RENAME TABLE old TO renamed");
    main(
        test,
        "UPDATE u SET v = 'main', updated_at = '2026-01-03' WHERE id = 1",
        "DELETE FROM u WHERE id IN (2, 4)",
        "DELETE FROM log LIMIT 1",
        "INSERT INTO log VALUES ('main')",
        "UPDATE t SET v = 'main', at = '2026-01-03'",
        "CREATE TABLE mains (id INT PRIMARY KEY)");

    refreshed(toast);

    List<String> queries =
        List.of(
            "SELECT CONCAT(id, v) FROM u ORDER BY id",
            "SELECT line FROM log ORDER BY line",
            "SELECT CONCAT(v, extra) FROM t",
            "SELECT id FROM fresh",
            "SELECT v FROM renamed ORDER BY id",
            "SELECT COUNT(*) FROM mains");
    List<List<String>> both =
        List.of(
            List.of("1main", "2own"),
            List.of("main", "own", "x"),
            List.of("main5"),
            List.of("1"),
            List.of("1", "2"),
            List.of("0"));
    assertThat(queries.stream().map(query -> seen(toast, query))).isEqualTo(both);
    TestRig.merged(toast.done());
    assertThat(queries.stream().map(test::rows)).isEqualTo(both);
    assertThat(test.rows("SHOW TABLES LIKE 'old'")).isEmpty();
  }

  @Test
  void whatCannotBeDecidedLeavesTheBranchAsItWas() {
    main(test, "CREATE TABLE p (id INT PRIMARY KEY, v INT)", "INSERT INTO p VALUES (1, 1)");
    Polecat toast = rig.sling("toast", "gt-1");
    execute(toast, "UPDATE p SET v = 2", "UPDATE t SET n = 7");
    main(test, "UPDATE p SET v = 3", "UPDATE t SET n = 8");
    CommitHash head = rig.database().head(toast.branch()).orElseThrow();
    CommitHash base = toast.base();

    RefreshOutcome.Parked parked = (RefreshOutcome.Parked) toast.refresh();

    assertThat(parked.reason()).isInstanceOf(ParkReason.PolicySaysPark.class);
    assertThat(rig.database().head(toast.branch())).contains(head).contains(parked.head());
    assertThat(toast.base()).isEqualTo(base);
    assertThat(test.state(toast.branch())).contains(LedgerEntry.State.ACTIVE);
    assertThat(seen(toast, "SELECT n FROM t")).containsExactly("7");
    requireNothingLeftOver(rig);
    execute(toast, "UPDATE p SET v = 3");
    refreshed(toast);
    TestRig.merged(toast.done());
  }

  @Test
  void onlyABranchSomebodyWorksOnIsRefreshed() {
    Polecat done = rig.sling("toast", "gt-1");
    execute(done, "UPDATE t SET n = 1");
    Polecat parked = rig.sling("nux", "gt-2");
    execute(parked, "UPDATE t SET n = 2");
    Polecat nuked = rig.sling("furiosa", "gt-3");
    rig.queue().pause("crew", "so that it waits");
    done.done();
    Polecat second = towns.town(rig.database()).rig().resume(parked.branch());
    rig.queue().resume();
    TestRig.await(second.done(request -> request.hold()));
    nuked.nuke();
    main(test, "UPDATE t SET v = 'main'");

    assertThatThrownBy(done::refresh)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is done");
    assertThatThrownBy(parked::refresh)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("PARKED");
    assertThatThrownBy(nuked::refresh)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nuked");
    assertThat(refreshed(rig.resume(parked.branch())).branch()).isEqualTo(parked.branch());
  }

  @Test
  void aBranchThatAnotherProcessSlungIsRefreshedByWhoTakesItUp() {
    Polecat left = test.rig().sling("toast", "gt-1");
    execute(left, "UPDATE t SET n = 5");
    TestRig other = towns.town(rig.database());
    Polecat taken = other.rig().resume(left.branch());
    main(test, "UPDATE t SET n = 3");

    refreshed(taken);
    assertThat(seen(taken, "SELECT n FROM t")).containsExactly("8");
    assertThat(seen(left, "SELECT n FROM t")).containsExactly("8");
    TestRig.merged(taken.done());
    assertThat(test.rows("SELECT n FROM t")).containsExactly("8");
  }
}
