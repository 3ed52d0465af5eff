package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows a person gives are on main as given; all else is still decided, and nothing is lost. */
@ExtendWith(DoltTestServer.class)
class ByHandTest {
  private MainAndBranches main;
  private MergeQueue queue;

  @BeforeEach
  void tables(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT)",
        "CREATE TABLE parents (id INT PRIMARY KEY)",
        "CREATE TABLE children (id INT PRIMARY KEY, parent INT,"
            + " FOREIGN KEY (parent) REFERENCES parents (id))",
        "CREATE TABLE keyless (v INT)",
        "INSERT INTO t VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3)",
        "INSERT INTO parents VALUES (1), (2)");
    queue = main.queue();
  }

  @AfterEach
  void close() {
    queue.close();
  }

  private MergeRequest parked(MergeRequest one, MergeRequest other) {
    assertThat(MainAndBranches.await(queue.submit(one))).isInstanceOf(MergeOutcome.Merged.class);
    assertThat(MainAndBranches.await(queue.submit(other))).isInstanceOf(MergeOutcome.Parked.class);
    return other;
  }

  private MergeRequest conflicted(String... more) {
    String[] theirs = new String[more.length + 1];
    theirs[0] = "UPDATE t SET b = 6 WHERE id = 1";
    System.arraycopy(more, 0, theirs, 1, more.length);
    return parked(
        main.branch("one", "UPDATE t SET b = 5 WHERE id = 1"), main.branch("other", theirs));
  }

  private MergeOutcome resolve(MergeRequest request, ResolvedRow... rows) {
    return MainAndBranches.await(queue.resolve(request.branch(), "a person", List.of(rows)));
  }

  private static Map<String, @Nullable Object> row(@Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      row.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return row;
  }

  @Test
  void aConflictedRowIsAsGiven() {
    MergeRequest other = conflicted("UPDATE t SET a = 9 WHERE id = 2");

    assertThat(resolve(other, ResolvedRow.of("t", row("id", 1, "a", 7, "b", null))))
        .isInstanceOf(MergeOutcome.Merged.class);
    assertThat(main.rows("SELECT * FROM t")).containsExactly("1|7|null", "2|9|2", "3|3|3");
    assertThat(main.row("SELECT message FROM dolt_log LIMIT 1")).contains("Resolved-By: a person");
    assertThat(queue.parked()).isEmpty();
  }

  @Test
  void aRowWithoutAConflictIsAsGivenToo() {
    MergeRequest other = conflicted("UPDATE t SET a = 9 WHERE id = 2");

    assertThat(
            resolve(
                other,
                ResolvedRow.of("t", row("id", 1, "a", 1, "b", 6)),
                ResolvedRow.of("t", row("id", 2, "a", 8, "b", 8)),
                ResolvedRow.of("T", row("id", 4, "a", 4, "b", 4)),
                ResolvedRow.deleted("t", row("id", 3))))
        .isInstanceOf(MergeOutcome.Merged.class);
    assertThat(main.rows("SELECT * FROM t")).containsExactly("1|1|6", "2|8|8", "4|4|4");
  }

  @Test
  void aConflictThatIsNotGivenParksAgain() {
    MergeRequest other = conflicted();
    List<String> before = TwoBranches.state(main);

    assertThat(resolve(other, ResolvedRow.of("t", row("id", 2, "a", 1, "b", 6))))
        .isInstanceOf(MergeOutcome.Parked.class);
    assertThat(TwoBranches.state(main)).isEqualTo(before);
  }

  @Test
  void rowsWithForbiddenNullsAreNotLostByGivingOthers() {
    MergeRequest other =
        parked(
            main.branch(
                "one",
                "ALTER TABLE t MODIFY COLUMN a INT NOT NULL",
                "UPDATE t SET b = 5 WHERE id = 1"),
            main.branch(
                "other",
                "UPDATE t SET b = 6 WHERE id = 1",
                "UPDATE t SET a = NULL WHERE id = 2",
                "INSERT INTO t VALUES (9, NULL, 9)"));
    ResolvedRow conflicted = ResolvedRow.of("t", row("id", 1, "a", 1, "b", 7));
    MergeOutcome some = resolve(other, conflicted);

    assertThat(((MergeOutcome.Parked) some).reason())
        .isInstanceOfSatisfying(
            ParkReason.ConstraintViolation.class,
            reason -> assertThat(reason.rows()).extracting(r -> r.row().get("id")).contains("9"));
    assertThat(
            resolve(
                other,
                conflicted,
                ResolvedRow.of("t", row("id", 2, "a", 0, "b", 2)),
                ResolvedRow.of("t", row("id", 9, "a", 0, "b", 9))))
        .isInstanceOf(MergeOutcome.Merged.class);
    assertThat(main.rows("SELECT * FROM t")).containsExactly("1|1|7", "2|0|2", "3|3|3", "9|0|9");
  }

  @Test
  void anOrphanIsFoundAlthoughOtherRowsAreGiven() {
    MergeRequest other =
        parked(
            main.branch("one", "INSERT INTO children VALUES (1, 1)"),
            main.branch("other", "DELETE FROM parents WHERE id = 1"));

    assertThat(resolve(other, ResolvedRow.of("t", row("id", 1, "a", 1, "b", 1))))
        .isInstanceOf(MergeOutcome.Parked.class);
    assertThat(resolve(other, ResolvedRow.of("children", row("id", 1, "parent", 2))))
        .isInstanceOf(MergeOutcome.Merged.class);
    assertThat(main.rows("SELECT * FROM children")).containsExactly("1|2");
    assertThat(main.rows("SELECT * FROM parents")).containsExactly("2");
  }

  @Test
  void aGivenRowThatBreaksAConstraintParks() {
    MergeRequest other = conflicted("ALTER TABLE t ADD UNIQUE INDEX (a)");

    assertThat(
            ((MergeOutcome.Parked)
                    resolve(other, ResolvedRow.of("t", row("id", 1, "a", 2, "b", 1))))
                .reason())
        .isInstanceOfAny(ParkReason.ConstraintViolation.class);
    assertThat(main.rows("SELECT * FROM t")).containsExactly("1|1|5", "2|2|2", "3|3|3");
  }

  @Test
  void rowsThatDoNotFitTheirTableAreRefusedAtOnce() {
    MergeRequest other = conflicted();
    for (ResolvedRow bad :
        List.of(
            ResolvedRow.of("unheard_of", row("id", 1)),
            ResolvedRow.of("keyless", row("v", 1)),
            ResolvedRow.of("t", row("id", 1)),
            ResolvedRow.of("t", row("id", 1, "a", 1, "b", 1, "c", 1)),
            ResolvedRow.of("t", row("id", null, "a", 1, "b", 1)),
            ResolvedRow.deleted("t", row("a", 1)))) {
      assertThatThrownBy(() -> queue.resolve(other.branch(), "w", List.of(bad)))
          .as(bad.toString())
          .isInstanceOf(InvalidResolutionException.class);
    }
    assertThat(queue.parked(other.branch()).orElseThrow().events()).hasSize(1);
  }

  @Test
  void aValueOfTheWrongTypeParksAndLeavesNoTrace() {
    MergeRequest other = conflicted();
    List<String> before = TwoBranches.state(main);

    assertThat(resolve(other, ResolvedRow.of("t", row("id", 1, "a", "no number", "b", 1))))
        .isInstanceOf(MergeOutcome.Parked.class);
    assertThat(TwoBranches.state(main)).isEqualTo(before);
  }
}
