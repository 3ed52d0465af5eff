package dev.polecat.sling;

import static dev.polecat.sling.RefreshTowns.execute;
import static dev.polecat.sling.RefreshTowns.main;
import static dev.polecat.sling.RefreshTowns.refreshed;
import static dev.polecat.sling.RefreshTowns.requireNothingLeftOver;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.ParkReason;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who will get into whose way is seen before anything is merged. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class RadarTest {
  private RefreshTowns towns;
  private TestRig test;
  private Rig rig;

  @BeforeEach
  void open(DoltDatabase database) {
    towns = new RefreshTowns();
    test = towns.withTables(database);
    rig = test.rig();
    main(
        test,
        "INSERT INTO t (id, n, v) VALUES (2, 0, 'a'), (3, 0, 'a'), (4, 0, 'a'), (5, 0, 'a')",
        "CREATE TABLE p (id VARBINARY(9), id2 INT, v INT, w INT, PRIMARY KEY (id, id2))",
        "INSERT INTO p VALUES (X'FF', 1, 1, 1), (X'FE', 1, 1, 1), (X'FD', 1, 1, 1)",
        "INSERT INTO log VALUES ('x')");
  }

  @AfterEach
  void close() {
    towns.close();
  }

  private Polecat slung(String name, String... statements) {
    Polecat polecat = rig.sling(name, "gt-1");
    execute(polecat, statements);
    return polecat;
  }

  /** Each as: table, key, polecats, main, columns, deletion, policies. */
  private List<String> collisions() {
    return rig.radar().collisions().stream()
        .map(
            c ->
                "%s %s %s%s %s%s %s"
                    .formatted(
                        c.table(),
                        c.key().values().stream()
                            .map(v -> v instanceof byte[] b ? "x" + b[0] : v)
                            .toList(),
                        c.branches().stream().map(b -> b.value().split("-")[1]).toList(),
                        c.main() ? " main" : "",
                        c.columns(),
                        c.deleted() ? " deleted" : "",
                        c.decidedBy()))
        .sorted()
        .toList();
  }

  private List<String> parked() {
    return rig.radar().parked().stream()
        .map(left -> left.polecat() + " " + left.reason().getClass().getSimpleName())
        .toList();
  }

  @Test
  void rowsThatBranchesOrMainChangedDifferentlyAreNamedWithWhatDecides() {
    slung(
        "one",
        "UPDATE t SET v = 'one', at = '2026-01-02' WHERE id = 1",
        "UPDATE t SET v = 'same' WHERE id = 2",
        "UPDATE t SET n = 1 WHERE id = 3",
        "DELETE FROM t WHERE id = 4");
    Polecat two = rig.sling("two", "gt-1", CommitMode.EXPLICIT);
    execute(
        two,
        "UPDATE t SET v = 'two', at = '2026-01-03' WHERE id = 1",
        "UPDATE t SET v = 'same' WHERE id = 2",
        "UPDATE t SET v = 'other column' WHERE id = 3",
        "UPDATE t SET n = 7 WHERE id = 4");
    slung("three", "UPDATE t SET v = 'three' WHERE id = 5", "INSERT INTO log VALUES ('y')");
    main(test, "UPDATE t SET v = 'main' WHERE id = 5", "DELETE FROM log");

    assertThat(collisions())
        .containsExactly(
            "t [1] [one, two] [at, v] {at=max, v=newest-by-cell}",
            "t [4] [one, two] [] deleted {}",
            "t [5] [three] main [v] {v=newest-by-cell}");
    assertThat(parked()).isEmpty();
    assertThat(rig.database().uncommittedTables(two.branch())).containsExactly("t");
    requireNothingLeftOver(rig);
  }

  @Test
  void whoWouldBeParkedIsNamedWithTheReason() {
    slung("one", "UPDATE p SET v = 2 WHERE id = X'FF'", "UPDATE p SET w = 2 WHERE id = X'FE'");
    slung("two", "UPDATE p SET v = 3 WHERE id = X'FF'", "UPDATE p SET v = 3 WHERE id = X'FE'");
    slung("three", "DELETE FROM p WHERE id = X'FD'");
    Polecat four = slung("four", "ALTER TABLE t ADD COLUMN more INT");
    Polecat five = slung("five", "ALTER TABLE t ADD COLUMN more VARCHAR(10)");
    main(test, "UPDATE p SET v = 9 WHERE id = X'FD'");

    assertThat(collisions())
        .containsExactly("p [x-1, 1] [one, two] [v] {}", "p [x-3, 1] [three] main [] deleted {}");
    assertThat(parked())
        .containsExactlyInAnyOrder(
            "two PolicySaysPark", "three DeletedAndChanged", "five SchemaConflict");
    Radar radar = rig.radar();
    assertThat(radar.collisions())
        .allMatch(collision -> radar.parked(collision).size() == 1)
        .noneMatch(collision -> collision.branches().contains(four.branch()));
    assertThat(radar.parked())
        .filteredOn(left -> left.branch().equals(five.branch()))
        .allMatch(
            left ->
                ((ParkReason.SchemaConflict) left.reason())
                    .differences()
                    .get(0)
                    .table()
                    .equals("t"));
  }

  @Test
  void rowsOfARenamedOrNewTableAreFollowed() {
    main(test, "CREATE TABLE old (id INT PRIMARY KEY, v INT, updated_at DATETIME)");
    main(test, "INSERT INTO old VALUES (1, 1, '2026-01-01')");
    slung("one", "RENAME TABLE old TO new", "UPDATE new SET v = 2");
    slung("two", "UPDATE old SET v = 3");
    slung("three", "CREATE TABLE added (id INT PRIMARY KEY)", "INSERT INTO added VALUES (1)");

    assertThat(rig.radar().collisions())
        .hasSize(1)
        .allMatch(collision -> collision.columns().equals(List.of("v")));
  }

  @Test
  void whatIsRefreshedOrMergedDoesNotConflictAnyMore() {
    Polecat one = slung("one", "UPDATE t SET v = 'one', at = '2026-01-05' WHERE id = 1");
    Polecat two = slung("two", "UPDATE t SET v = 'two', at = '2026-01-04' WHERE id = 1");
    assertThat(collisions()).hasSize(1);
    TestRig.merged(one.done());
    assertThat(collisions()).containsExactly("t [1] [two] main [at, v] {at=max, v=newest-by-cell}");
    refreshed(two);
    assertThat(collisions()).isEmpty();
  }
}
