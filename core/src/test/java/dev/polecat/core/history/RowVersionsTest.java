package dev.polecat.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltServer;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.core.testing.StatementTap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The history of a row has each real change of it once, by the commit that made it. */
@ExtendWith(DoltTestServer.class)
class RowVersionsTest {
  private static final Map<String, Integer> ONE = Map.of("id", 1);

  private static final int ALL = 1_000;

  private Branches on;
  private History history;
  private CommitHash base;

  @BeforeEach
  void table(DoltDatabase database) {
    on = new Branches(database);
    history = History.of(database);
    base =
        on.commit(
            "main",
            "CREATE TABLE t (id INT PRIMARY KEY, v INT, w INT)",
            "INSERT INTO t VALUES (1, 1, 1), (2, 2, 2)");
  }

  private List<String> versions() {
    return versions(Revision.MAIN, "t");
  }

  private List<String> versions(Revision until, String table) {
    try (Stream<RowVersion> versions = history.versions(until, table, ONE)) {
      return versions
          .map(
              version ->
                  version.commit().hash()
                      + " "
                      + version.change().kind()
                      + version.change().after().map(row -> " " + row.values()).orElse(""))
          .toList();
    }
  }

  @Test
  void changesDeletionAndReturnAreListedNewestFirstAndNothingElse() {
    CommitHash second = on.commit("main", "UPDATE t SET v = 5 WHERE id = 1");
    on.commit("main", "UPDATE t SET v = 9 WHERE id = 2");
    on.commit("main", "CREATE TABLE other (id INT PRIMARY KEY)");
    CommitHash gone = on.commit("main", "DELETE FROM t WHERE id = 1");
    on.commit("main", "UPDATE t SET v = 10 WHERE id = 2");
    CommitHash back = on.commit("main", "INSERT INTO t VALUES (1, 5, 1)");

    assertThat(versions())
        .containsExactly(
            back + " ADDED [1, 5, 1]",
            gone + " REMOVED",
            second + " MODIFIED [1, 5, 1]",
            base + " ADDED [1, 1, 1]");
    assertThat(versions(Revision.of(second), "T")).hasSize(2);
  }

  @Test
  void mergesThatCarryAVersionAreNotListedAndThoseThatMakeOneAre() {
    on.database().createBranch(BranchName.of("joe"), base);
    CommitHash toast = on.fork("toast", "UPDATE t SET v = 5 WHERE id = 1");
    CommitHash joe = on.commit("joe", "UPDATE t SET w = 6 WHERE id = 1");
    on.merge("main", "toast", "carries the version");
    CommitHash both = on.merge("main", "joe", "puts both together");

    assertThat(versions())
        .containsExactlyInAnyOrder(
            both + " MODIFIED [1, 5, 6]",
            joe + " MODIFIED [1, 1, 6]",
            toast + " MODIFIED [1, 5, 1]",
            base + " ADDED [1, 1, 1]")
        .startsWith(both + " MODIFIED [1, 5, 6]")
        .endsWith(base + " ADDED [1, 1, 1]");
  }

  @Test
  void whatAMergeDecidedIsItsOwnVersionAndWhatItOverruledIsListed() {
    on.fork("toast", "UPDATE t SET v = 5 WHERE id = 1");
    on.commit("main", "UPDATE t SET v = 6 WHERE id = 1");
    CommitHash decided =
        on.mergeDeciding(
            "main",
            "toast",
            "UPDATE t SET v = 11 WHERE id = 1",
            "CALL DOLT_CONFLICTS_RESOLVE('--ours', 't')");
    on.database().createBranch(BranchName.of("joe"), base);
    CommitHash overruled = on.commit("joe", "UPDATE t SET v = 7 WHERE id = 1");
    on.mergeDeciding("main", "joe", "CALL DOLT_CONFLICTS_RESOLVE('--ours', 't')");

    assertThat(versions())
        .hasSize(5)
        .contains(decided + " MODIFIED [1, 11, 1]", overruled + " MODIFIED [1, 7, 1]");
  }

  @Test
  void columnsThatCameOrWentChangeOnlyRowsWithAValueInThem() {
    on.commit("main", "ALTER TABLE t ADD COLUMN n INT");
    on.commit("main", "ALTER TABLE t DROP COLUMN n");
    CommitHash filled = on.commit("main", "ALTER TABLE t ADD COLUMN d INT NOT NULL DEFAULT 3");
    on.commit("main", "ALTER TABLE t MODIFY COLUMN v BIGINT");
    CommitHash renamed = on.commit("main", "ALTER TABLE t RENAME COLUMN w TO x");
    CommitHash dropped = on.commit("main", "ALTER TABLE t DROP COLUMN d");

    assertThat(versions())
        .containsExactly(
            dropped + " MODIFIED [1, 1, 1]",
            renamed + " MODIFIED [1, 1, 1, 3]",
            filled + " MODIFIED [1, 1, 1, 3]",
            base + " ADDED [1, 1, 1]");
  }

  @Test
  void aHistoryBeginsAnewWithTheNameAndThePrimaryKeyOfTheTable() {
    CommitHash named = on.commit("main", "RENAME TABLE t TO u");
    assertThat(versions(Revision.MAIN, "u")).containsExactly(named + " ADDED [1, 1, 1]");

    CommitHash keyed =
        on.commit(
            "main", "ALTER TABLE u DROP PRIMARY KEY", "ALTER TABLE u ADD PRIMARY KEY (id, v)");
    try (Stream<RowVersion> versions =
        history.versions(Revision.MAIN, "u", Map.of("id", 1, "v", "1"))) {
      assertThat(versions).extracting(v -> v.commit().hash()).containsExactly(keyed);
    }
    CommitHash dropped = on.commit("main", "DROP TABLE u");
    CommitHash again =
        on.commit(
            "main", "CREATE TABLE u (id INT PRIMARY KEY, z INT)", "INSERT INTO u VALUES (1, 1)");
    assertThat(versions(Revision.MAIN, "u"))
        .containsExactly(again + " ADDED [1, 1]", keyed + " REMOVED", named + " ADDED [1, 1, 1]");
    assertThat(dropped).isNotEqualTo(keyed);
  }

  @Test
  void whatHasNoHistoryIsSaid() {
    on.commit("main", "CREATE TABLE k (v INT)");

    try (Stream<RowVersion> versions = history.versions(Revision.MAIN, "t", Map.of("id", 99))) {
      assertThat(versions).isEmpty();
    }
    assertThatThrownBy(() -> history.versions(Revision.MAIN, "k", ONE))
        .isInstanceOf(RowKeyException.class)
        .hasMessageContaining("no primary key");
    assertThatThrownBy(() -> history.versions(Revision.MAIN, "nosuch", ONE))
        .isInstanceOf(UnknownTableException.class);
    assertThatThrownBy(() -> history.versions(Revision.of("nobody"), "t", ONE))
        .isInstanceOf(UnknownRevisionException.class);
    assertThatThrownBy(() -> history.versions(Revision.working(BranchName.MAIN), "t", ONE))
        .isInstanceOf(InvalidNameException.class)
        .hasMessageContaining("no commit yet");
  }

  private static String fill(String table, int rows) {
    return ("INSERT INTO %s WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n"
            + " WHERE i < 99) SELECT 100 * a.i + b.i, 0 FROM n a JOIN n b LIMIT %d")
        .formatted(table, rows);
  }

  @Test
  void theCostIsThatOfTheCommitsAndNotOfTheRowsAndOnlyAsFarAsItIsRead(DoltServer server) {
    for (String table : List.of("small", "large")) {
      on.commit("main", "CREATE TABLE " + table + " (id INT PRIMARY KEY, n INT)");
      on.commit("main", fill(table, table.equals("large") ? 10_000 : 2));
      IntStream.range(0, 30).forEach(i -> on.commit("main", "UPDATE " + table + " SET n = n + 1"));
    }
    try (StatementTap tap = StatementTap.to(on.database().endpoint());
        DoltServer tapped = DoltServer.connect(tap.endpoint())) {
      History watched = History.of(tapped.database(DatabaseName.of(on.database().name().value())));
      watched.tags(); // the first connection also asks for the server's configuration
      int small = sent(tap, watched, "small", ALL);
      int large = sent(tap, watched, "large", ALL);
      assertThat(large).isEqualTo(small).isLessThan(400);
      assertThat(sent(tap, watched, "large", 1)).isLessThan(100);
    }
  }

  /** Statements that are sent to read at most so many versions of the 31. */
  private static int sent(StatementTap tap, History history, String table, int versions) {
    tap.sent();
    try (Stream<RowVersion> found = history.versions(Revision.MAIN, table, ONE)) {
      assertThat(found.limit(versions)).hasSize(Math.min(versions, 31));
    }
    List<String> sent = tap.sent();
    List<String> statements = sent.stream().flatMap(text -> Stream.of(text.split("; "))).toList();
    assertThat(statements)
        .filteredOn(sql -> sql.contains("FROM `" + table + "`") && sql.startsWith("SELECT"))
        .isNotEmpty()
        .allMatch(sql -> sql.endsWith(" WHERE `id` = 1"));
    return statements.size();
  }
}
