package dev.polecat.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What several branches did is told exactly, branch by branch, whatever they did. */
@ExtendWith(DoltTestServer.class)
class BranchesAtWorkTest {
  private static final BranchName ONE = BranchName.of("one");
  private static final BranchName TWO = BranchName.of("two");

  private Branches on;
  private BranchesAtWork work;

  @BeforeEach
  void table(DoltDatabase database) {
    on = new Branches(database);
    work = BranchesAtWork.of(database, BranchName.MAIN);
    on.commit(
        "main",
        "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))",
        "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')",
        "CREATE TABLE k (v INT)");
  }

  private List<String> rows(String table, BranchName... branches) {
    try (Stream<BranchRow> rows = work.rows(List.of(branches), table)) {
      return rows.map(row -> row.branch() + " " + Branches.text(row.change())).sorted().toList();
    }
  }

  @Test
  void committedAndUncommittedRowsOfEachBranchAreItsOwnAndMainsAreNobodys() {
    on.fork("one", "UPDATE t SET v = 'A' WHERE id = 1");
    on.commit("main", "UPDATE t SET v = 'C' WHERE id = 3");
    on.fork("two", "DELETE FROM t WHERE id = 2");
    on.run("two", "INSERT INTO t VALUES (4, 'd')");
    on.run("main", "INSERT INTO t VALUES (5, 'uncommitted')");

    assertThat(rows("t", ONE, TWO))
        .containsExactly(
            "one MODIFIED {id=1} {id=1, v=a} {id=1, v=A}",
            "two ADDED {id=4} - {id=4, v=d}",
            "two REMOVED {id=2} {id=2, v=b} -");
    assertThat(rows("t", ONE)).hasSize(1);
    assertThat(work.tables(List.of(ONE, TWO)))
        .extracting(w -> w.branch() + " " + w.table().name() + " " + w.uncommitted())
        .containsExactlyInAnyOrder("one t false", "two t true");
  }

  @Test
  void branchesWithOtherSchemasHaveTheirOwnColumns() {
    on.fork("one", "ALTER TABLE t ADD COLUMN n INT", "UPDATE t SET n = 7 WHERE id = 1");
    on.commit("main", "ALTER TABLE t ADD COLUMN late INT");
    on.fork("two", "RENAME TABLE t TO u", "UPDATE u SET late = 1 WHERE id = 2");

    assertThat(rows("t", ONE, TWO))
        .contains(
            "one MODIFIED {id=1} {id=1, v=a} {id=1, v=a, n=7}",
            "two MODIFIED {id=2} {id=2, v=b, late=null} {id=2, v=b, late=1}");
  }

  @Test
  void newDroppedAndKeylessTablesAreSeen() {
    on.fork("one", "CREATE TABLE fresh (id INT PRIMARY KEY)", "INSERT INTO fresh VALUES (1)");
    on.run("one", "INSERT INTO k VALUES (1), (1)");
    on.fork("two", "DROP TABLE t");

    assertThat(rows("fresh", ONE, TWO)).containsExactly("one ADDED {id=1} - {id=1}");
    assertThat(rows("k", ONE, TWO)).containsExactly("one ADDED {} - {v=1}", "one ADDED {} - {v=1}");
    assertThat(rows("t", ONE, TWO)).hasSize(3).allMatch(row -> row.startsWith("two REMOVED"));
  }

  @Test
  void aBranchWithAnotherPrimaryKeyIsNamedAndHidesNobodyElse() {
    on.fork("one", "ALTER TABLE t DROP PRIMARY KEY", "UPDATE t SET v = 'x'");
    on.fork("two", "UPDATE t SET v = 'y' WHERE id = 1");

    assertThat(work.tables(List.of(ONE, TWO)))
        .extracting(w -> w.branch() + " " + w.table().name() + " " + w.table().keyChanged())
        .containsExactlyInAnyOrder("one t true", "two t false");
    assertThat(rows("t", ONE, TWO)).containsExactly("two MODIFIED {id=1} {id=1, v=a} {id=1, v=y}");
  }

  @Test
  void branchesThatAreGoneAndMainItselfArePassedOver() {
    on.fork("one", "UPDATE t SET v = 'A' WHERE id = 1");

    assertThat(rows("t", TWO, ONE, BranchName.MAIN)).hasSize(1);
    assertThat(rows("t")).isEmpty();
    assertThat(rows("k", ONE)).isEmpty();
  }

  @Test
  void anUnknownTableIsSaid() {
    on.fork("one", "UPDATE t SET v = 'A' WHERE id = 1");

    assertThatThrownBy(() -> rows("nosuch", ONE)).isInstanceOf(UnknownTableException.class);
  }

  @Test
  void afterMainCameIntoABranchMainsRowsAreStillNotItsOwn() {
    on.fork("one", "UPDATE t SET v = 'A' WHERE id = 1");
    on.commit("main", "UPDATE t SET v = 'C' WHERE id = 3");
    on.run("one", "CALL DOLT_MERGE('main')");

    assertThat(rows("t", ONE)).containsExactly("one MODIFIED {id=1} {id=1, v=a} {id=1, v=A}");
  }
}
