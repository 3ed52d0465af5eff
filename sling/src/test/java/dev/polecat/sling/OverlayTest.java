package dev.polecat.sling;

import static dev.polecat.sling.RefreshTowns.execute;
import static dev.polecat.sling.RefreshTowns.main;
import static dev.polecat.sling.RefreshTowns.requireNothingLeftOver;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.history.Row;
import dev.polecat.core.history.UnknownTableException;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.ParkReason;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Main is seen as it would be if everything in flight were merged, and nothing is merged by it. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class OverlayTest {
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

  private static String text(Map<String, @Nullable Object> row) {
    return row.values().stream().map(String::valueOf).collect(Collectors.joining("|"));
  }

  private static List<String> rows(Overlay overlay) {
    try (Stream<Map<String, @Nullable Object>> rows = overlay.rows().map(Row::values)) {
      return rows.map(OverlayTest::text).sorted().toList();
    }
  }

  private List<String> overlay(String table) {
    List<String> before = untouched();
    List<String> rows;
    try (Overlay overlay = rig.overlay(table)) {
      assertThat(overlay.leftOut()).isEmpty();
      rows = rows(overlay);
    }
    assertThat(untouched()).isEqualTo(before);
    return rows;
  }

  /** Branches, their uncommitted rows, tags and the ledger; without what only renews a lease. */
  private List<String> untouched() {
    return test.everything();
  }

  private Polecat slung(String name, String... statements) {
    Polecat polecat = rig.sling(name, "gt-1");
    execute(polecat, statements);
    return polecat;
  }

  @Test
  void allLiveBranchesAreSeenMergedByThePoliciesAndNothingIsChangedByLooking() {
    rig.queue().pause("crew", "so that one waits");
    slung("waits", "UPDATE t SET n = n + 1", "INSERT INTO t (id, n) VALUES (2, 2)").leave();
    slung("works", "UPDATE t SET n = n + 10, v = 'works', at = '2026-02-02'");
    Polecat dirty = rig.sling("dirty", "gt-1", CommitMode.EXPLICIT);
    execute(dirty, "UPDATE t SET n = n + 100", "INSERT INTO t (id, n) VALUES (3, 3)");
    main(test, "UPDATE t SET n = n + 1000, v = 'main', at = '2026-02-01'");

    assertThat(overlay("t"))
        .containsExactly("1|1111|works|2026-02-02T00:00", "2|2|null|null", "3|3|null|null");
    assertThat(test.rows("SELECT n FROM t")).containsExactly("1000");
    assertThat(rig.database().uncommittedTables(dirty.branch())).containsExactly("t");
    requireNothingLeftOver(rig);
    try (Overlay overlay = rig.overlay("t");
        Stream<String> changes = overlay.changes().map(c -> c.kind() + " " + c.key())) {
      assertThat(changes)
          .containsExactlyInAnyOrder("MODIFIED {id=1}", "ADDED {id=2}", "ADDED {id=3}");
      assertThat(overlay.main()).isEqualTo(rig.database().head(BranchName.MAIN).orElseThrow());
      assertThat(overlay.merged()).hasSize(3).last().isEqualTo(dirty.branch());
    }
  }

  @Test
  void itIsWhatMainIsAfterTheMerges() {
    main(test, "CREATE TABLE old (id INT PRIMARY KEY)", "INSERT INTO old VALUES (4)");
    List<Polecat> polecats =
        List.of(
            slung("a", "UPDATE t SET n = n + 1, v = 'a', at = '2026-01-02'"),
            slung("b", "DELETE FROM t", "INSERT INTO log VALUES ('x'), ('x')"),
            slung("c", "INSERT INTO log VALUES ('x')", "INSERT INTO t (id, n) VALUES (7, 7)"),
            slung("d", "ALTER TABLE t ADD COLUMN more INT"),
            slung("e", "CREATE TABLE fresh (id INT PRIMARY KEY)"),
            slung("f", "RENAME TABLE old TO renamed"));
    execute(polecats.get(4), "INSERT INTO fresh VALUES (5)");
    List<List<String>> seen = Stream.of("t", "log", "renamed", "fresh").map(this::overlay).toList();

    polecats.forEach(polecat -> TestRig.merged(polecat.done()));
    List<List<String>> merged =
        Stream.of("t", "log", "renamed", "fresh").map(this::overlay).toList();
    assertThat(merged).isEqualTo(seen);
    assertThat(merged)
        .containsExactly(
            List.of("1|1|a|2026-01-02T00:00|null", "7|7|null|null|null"),
            List.of("x", "x", "x"),
            List.of("4"),
            List.of("5"));
    assertThat(test.rows("SELECT id FROM t ORDER BY id")).containsExactly("1", "7");
  }

  @Test
  void whatCannotBeMergedIsNamedWithItsReasonAndTheRestIsSeen() {
    main(test, "CREATE TABLE p (id INT PRIMARY KEY, v INT)", "INSERT INTO p VALUES (1, 1)");
    slung("first", "UPDATE p SET v = 2", "INSERT INTO t (id) VALUES (10)");
    Polecat second = slung("second", "UPDATE p SET v = 3", "INSERT INTO t (id) VALUES (11)");
    slung("third", "INSERT INTO t (id) VALUES (12)");
    Polecat rejected = slung("rejected", "INSERT INTO t (id) VALUES (13)");
    TestRig.await(rejected.done(MergeRequest::hold));
    rig.queue().reject(rejected.branch(), "crew", "no");
    Polecat altering = rig.sling("altering", "gt-1", CommitMode.EXPLICIT);
    execute(altering, "ALTER TABLE t ADD COLUMN more INT");
    Polecat moved = slung("moved", "INSERT INTO t (id) VALUES (14)");
    rig.queue().pause("crew", "so that it waits");
    moved.leave();
    test.run(
        moved.branch(), "INSERT INTO t (id) VALUES (15)", "CALL DOLT_COMMIT('-Am', 'afterwards')");

    try (Overlay overlay = rig.overlay("t")) {
      assertThat(rows(overlay))
          .extracting(row -> row.replaceAll("\\|.*", ""))
          .containsExactlyInAnyOrder("1", "10", "12");
      assertThat(overlay.leftOut().stream())
          .map(left -> left.polecat() + " " + left.reason().getClass().getSimpleName())
          .containsExactlyInAnyOrder(
              "moved BranchMoved",
              "rejected GateWaiting",
              "second PolicySaysPark",
              "altering Uncommitted");
      assertThat(overlay.leftOut().stream())
          .filteredOn(left -> left.branch().equals(second.branch()))
          .allMatch(left -> left.bead().equals("gt-1"))
          .allMatch(left -> left.reason() instanceof ParkReason.PolicySaysPark);
    }
    requireNothingLeftOver(rig);
  }

  @Test
  void whatIsParkedIsSeenToo() {
    Polecat held = slung("held", "INSERT INTO t (id) VALUES (2)");
    TestRig.await(held.done(MergeRequest::hold));

    assertThat(overlay("t")).hasSize(2);
  }

  @Test
  void onlyBranchesThatCanMakeADifferenceAreMerged() {
    main(
        test,
        "CREATE TABLE parent (id INT PRIMARY KEY)",
        "INSERT INTO parent VALUES (1), (2)",
        "CREATE TABLE child (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parent (id))",
        "CREATE TABLE other (id INT PRIMARY KEY)");
    BranchName own =
        slung("a", "INSERT INTO t (id) VALUES (2)", "INSERT INTO log VALUES ('a')").branch();
    BranchName together = slung("b", "INSERT INTO log VALUES ('b')").branch();
    BranchName deletes = slung("c", "DELETE FROM parent WHERE id = 1").branch();
    BranchName inserts = slung("d", "INSERT INTO child VALUES (1, 1)").branch();
    BranchName apart = slung("e", "INSERT INTO other VALUES (1)").branch();

    try (Overlay overlay = rig.overlay("t")) {
      assertThat(overlay.merged()).containsExactly(own, together);
    }
    try (Overlay overlay = rig.overlay("OTHER")) {
      assertThat(overlay.merged()).containsExactly(apart);
    }
    try (Overlay overlay = rig.overlay("child")) {
      assertThat(overlay.merged()).containsExactly(deletes);
      assertThat(overlay.leftOut())
          .allMatch(left -> left.branch().equals(inserts))
          .allMatch(left -> left.reason() instanceof ParkReason.ConstraintViolation)
          .hasSize(1);
    }
  }

  @Test
  void uncommittedRowsOfEveryTypeAndDeletedOnesAreCopiedExactly() {
    main(
        test,
        "CREATE TABLE types (id INT PRIMARY KEY AUTO_INCREMENT, b VARBINARY(9), f DOUBLE, j JSON,"
            + " k BIT(9), e ENUM('a', 'b'), d DECIMAL(40, 10), ci VARCHAR(9) COLLATE"
            + " utf8mb4_0900_ai_ci, g INT GENERATED ALWAYS AS (id + 1) STORED)",
        "INSERT INTO types (id, ci) VALUES (1, 'a'), (2, 'b'), (5, 'e')");
    Polecat dirty = rig.sling("dirty", "gt-1", CommitMode.EXPLICIT);
    execute(
        dirty,
        "DELETE FROM types WHERE id = 2",
        "UPDATE types SET b = X'FF00', f = 1e-300, j = '[1]', k = b'101', e = 'b', d = 0.1 WHERE id = 1",
        "INSERT INTO types (b) VALUES (X'80')",
        "INSERT INTO log VALUES ('x'), ('x')");
    List<String> own;
    try (Stream<InFlightRow> rows = rig.inFlight("types")) {
      own =
          rows.map(row -> row.change().toString().replaceAll("\\[B@\\w+", "bytes"))
              .sorted()
              .toList();
    }
    try (Overlay overlay = rig.overlay("types");
        Stream<String> changes =
            overlay.changes().map(c -> c.toString().replaceAll("\\[B@\\w+", "bytes"))) {
      assertThat(overlay.leftOut()).isEmpty();
      assertThat(changes.sorted().toList()).isEqualTo(own).hasSize(3);
    }
    assertThat(overlay("log")).containsExactly("x", "x");
    // a change of letter case, which Dolt's diffs do not show
    execute(dirty, "DELETE FROM types WHERE id = 5", "INSERT INTO types (id, ci) VALUES (5, 'E')");
    try (Overlay overlay = rig.overlay("types")) {
      assertThat(overlay.leftOut())
          .extracting(LeftOut::reason)
          .containsExactly(new ParkReason.Uncommitted(dirty.branch(), List.of("log", "types")));
    }
  }

  @Test
  void anOverlayThatIsLeftOpenGoesWithItsRig() {
    slung("a", "INSERT INTO t (id) VALUES (2)");
    TestRig other = towns.town(rig.database());
    Overlay left = other.rig().overlay("t");
    assertThat(rig.database().branches()).anyMatch(name -> name.startsWith("merge-overlay-"));
    assertThat(rig.inFlight("t").map(row -> row.polecat())).containsExactly("a");
    assertThat(rig.sweep(Abandoned.SUBMIT).branches()).isEmpty();

    other.close();
    requireNothingLeftOver(rig);
    left.close();
  }

  @Test
  void aTableThatIsNowhereIsAnErrorThatNamesIt() {
    try (Overlay overlay = rig.overlay("nowhere")) {
      assertThatThrownBy(overlay::rows)
          .isInstanceOf(UnknownTableException.class)
          .hasMessageContaining("nowhere");
      assertThatThrownBy(overlay::changes).isInstanceOf(UnknownTableException.class);
    }
  }
}
