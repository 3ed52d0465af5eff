package dev.polecat.sling;

import static dev.polecat.sling.RefreshTowns.execute;
import static dev.polecat.sling.RefreshTowns.main;
import static dev.polecat.sling.RefreshTowns.refreshed;
import static dev.polecat.sling.RefreshTowns.seen;
import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.core.testing.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Main is brought into a branch without changing what the branch will be on main. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class RefreshThenMergeTest {
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
  void nothingIsAddedTwiceHoweverOftenMainIsBroughtIn() {
    Polecat toast = rig.sling("toast", "gt-1");
    Polecat other = rig.sling("nux", "gt-2");
    execute(other, "UPDATE t SET n = n + 100");
    for (int round = 0; round < 3; round++) {
      execute(toast, "UPDATE t SET n = n + 1");
      main(test, "UPDATE t SET n = n + 1"); // the same sum on both sides, which Dolt takes for one
      refreshed(toast);
      assertThat(seen(toast, "SELECT n FROM t")).containsExactly(String.valueOf(2 * round + 2));
    }
    TestRig.merged(other.done());
    refreshed(toast);
    assertThat(seen(toast, "SELECT n FROM t")).containsExactly("106");
    execute(toast, "UPDATE t SET n = n + 1000");
    main(test, "UPDATE t SET n = n + 10000");

    TestRig.merged(toast.done());
    assertThat(test.rows("SELECT n FROM t")).containsExactly("11106");
  }

  @Test
  void aBranchThatWasMergedAndGoesOnAddsNothingTwice() throws SQLException {
    Polecat toast = rig.sling("toast", "gt-1");
    execute(toast, "UPDATE t SET n = n + 1");
    main(test, "UPDATE t SET n = n + 10");
    try (Connection foreign = rig.database().connect(toast.branch())) {
      assertThat(foreign.isValid(5)).isTrue();
      assertThat(TestRig.merged(toast.done()).branchKept()).isPresent();
    }
    Polecat again = rig.resume(toast.branch());
    execute(again, "UPDATE t SET n = n + 100");
    main(test, "UPDATE t SET n = n + 1000");
    refreshed(again);
    assertThat(seen(again, "SELECT n FROM t")).containsExactly("1111");
    TestRig.merged(again.done());
    assertThat(test.rows("SELECT n FROM t")).containsExactly("1111");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void mergingAfterwardsGivesWhatItWouldHaveGivenWithout(long seed) {
    List<List<String>> ends = new ArrayList<>();
    for (boolean refresh : List.of(false, true)) {
      TestRig town = towns.town(TestServers.freshDatabase());
      work(town, new Random(seed), refresh);
      List<String> rows =
          new ArrayList<>(
              town.rows(
                  "SELECT id, summed, most, least, tags, labels, mains, branchs, word, at"
                      + " FROM many ORDER BY id"));
      rows.replaceAll(RefreshThenMergeTest::sorted); // arrays are sets here
      rows.addAll(town.rows("SELECT line, COUNT(*) FROM log GROUP BY line ORDER BY line"));
      ends.add(rows);
    }
    assertThat(ends.get(1)).isEqualTo(ends.get(0));
  }

  private static String sorted(String row) {
    List<String> parts = new ArrayList<>(List.of(row.split("[|, \\[\\]\"]+")));
    parts.sort(null);
    return parts.toString();
  }

  /**
   * Main and a branch each change the same twenty rows three times; twice main is brought in. What
   * a branch writes over main's value that it has seen by then is no conflict any more, so the
   * column that is always main's is left alone by it after the first time.
   */
  private static void work(TestRig town, Random random, boolean refresh) {
    main(
        town,
        "CREATE TABLE many (id INT PRIMARY KEY, summed INT, most INT, least INT, tags JSON,"
            + " labels JSON, mains INT, branchs INT, word INT, at DATETIME(6))",
        "CREATE TABLE log (line VARCHAR(20))",
        "INSERT INTO log VALUES ('l0'), ('l0'), ('l1')",
        "INSERT INTO many VALUES "
            + String.join(
                ", ",
                IntStream.range(0, 20)
                    .mapToObj(
                        id ->
                            "(%d, 0, 1000, 1000, '[\"a\", \"b\", \"c\", \"d\"]', '[\"a\"]', 0, 0, 0,"
                                    .formatted(id)
                                + " '2026-01-01')")
                    .toList()));
    Polecat toast = town.rig().sling("toast", "gt-1");
    int clock = 0;
    for (int round = 1; round <= 3; round++) {
      List<String> mains = new ArrayList<>();
      List<String> own = new ArrayList<>();
      for (int id = 0; id < 20; id++) {
        for (List<String> side : List.of(mains, own)) {
          clock++;
          String name = (side == own ? "o" : "m") + clock + "-";
          for (int changes = random.nextInt(4); changes > 0; changes--) {
            int column = random.nextInt(9);
            side.add(
                change(
                        column == 6 && side == own && round > 1 ? 8 : column,
                        clock,
                        name + changes,
                        side == own ? "b" : "c")
                    + ", at = '2026-02-01 00:00:00' + INTERVAL "
                    + clock
                    + " MINUTE WHERE id = "
                    + id);
          }
        }
      }
      for (List<String> side : List.of(mains, own)) {
        side.add("INSERT INTO log VALUES ('l" + random.nextInt(3) + "'), ('both')");
        side.add(
            "INSERT INTO many (id, summed, most) VALUES ("
                + (100 + random.nextInt(3) + 10 * round)
                + ", 1, 1) ON DUPLICATE KEY UPDATE summed = summed + 1");
      }
      main(town, mains.toArray(new String[0]));
      execute(toast, own.toArray(new String[0]));
      if (refresh && round < 3) {
        refreshed(toast);
      }
    }
    TestRig.merged(toast.done());
  }

  private static String change(int column, int clock, String name, String removes) {
    return "UPDATE many SET "
        + switch (column) {
          case 0 -> "summed = summed + " + clock % 5;
          case 1 -> "most = " + (1000 + clock);
          case 2 -> "least = " + (1000 - clock);
          case 3 -> "tags = JSON_ARRAY_APPEND(tags, '$', '" + name + "')";
          case 4 ->
              "tags = IF(JSON_SEARCH(tags, 'one', '%1$s') IS NULL, tags, JSON_REMOVE(tags, JSON_UNQUOTE(JSON_SEARCH(tags, 'one', '%1$s'))))"
                  .formatted(removes);
          case 5 -> "labels = JSON_ARRAY_APPEND(labels, '$', '" + name + "')";
          case 6 -> "mains = " + clock;
          case 7 -> "branchs = " + clock;
          default -> "word = " + clock;
        };
  }
}
