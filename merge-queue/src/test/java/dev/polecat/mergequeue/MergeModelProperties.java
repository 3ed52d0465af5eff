package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.testing.TestServers;
import dev.polecat.mergequeue.MergeModel.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What the server and the resolver make of two branches is what the rules say, for any rows. */
class MergeModelProperties {
  private static final int IDS = 4;
  private static final String COLUMNS = "id, n, s, tags, updated_at";

  private final MainAndBranches main = new MainAndBranches(TestServers.freshDatabase());
  private int tries;

  /** What a branch does to one row: nothing, delete it, or write the cells that are masked. */
  record Edit(int kind, Row row, int mask) {
    Row apply(Row before) {
      if (kind == 0) {
        return before;
      }
      if (kind == 1) {
        return null;
      }
      if (before == null) {
        return row;
      }
      return new Row(
          (mask & 1) == 0 ? before.n() : row.n(),
          (mask & 2) == 0 ? before.s() : row.s(),
          (mask & 4) == 0 ? before.tags() : row.tags(),
          (mask & 8) == 0 ? before.updatedAt() : row.updatedAt());
    }
  }

  /** A start and two branches from it. */
  record Story(List<Edit> base, List<Edit> one, List<Edit> other) {}

  @Provide
  Arbitrary<Story> stories() {
    Arbitrary<Row> rows =
        Combinators.combine(
                Arbitraries.integers().between(-1, 2).injectNull(0.2),
                Arbitraries.of("a", "A", "b", "", "ß", "'").injectNull(0.2),
                Arbitraries.of("x", "y", "z", "ü")
                    .list()
                    .uniqueElements()
                    .ofMaxSize(3)
                    .injectNull(0.2),
                Arbitraries.integers()
                    .between(1, 3)
                    .map(MergeModelProperties::time)
                    .injectNull(0.2))
            .as(Row::new);
    Arbitrary<Edit> edits =
        Combinators.combine(
                Arbitraries.frequency(Tuple.of(1, 0), Tuple.of(1, 1), Tuple.of(4, 2)),
                rows,
                Arbitraries.integers().between(0, 15))
            .as(Edit::new);
    Arbitrary<List<Edit>> branch = edits.list().ofSize(IDS);
    return Combinators.combine(branch, branch, branch).as(Story::new);
  }

  private static String time(int micros) {
    return "2026-01-01 00:00:00.00000" + micros;
  }

  @Property(tries = 40)
  void mainHoldsWhatTheRulesSay(@ForAll("stories") Story story) {
    Map<Integer, Row> base = apply(Map.of(), story.base());
    Map<Integer, Row> one = apply(base, story.one());
    Map<Integer, Row> other = apply(base, story.other());
    if (tries++ == 0) {
      main.commit(
          "CREATE TABLE p (id INT PRIMARY KEY, n INT, s VARCHAR(8), tags JSON,"
              + " updated_at DATETIME(6))");
    }
    main.run(BranchName.MAIN, "DELETE FROM p");
    main.commit(statements(Map.of(), base));
    String start = main.row("SELECT HASHOF('main')");

    assertMerged(base, one, other);
    main.run(BranchName.MAIN, "CALL DOLT_RESET('--hard', '" + start + "')");
    assertMerged(base, other, one);
  }

  private void assertMerged(
      Map<Integer, Row> base, Map<Integer, Row> ours, Map<Integer, Row> theirs) {
    main.merge(
        main.branch("ours", statements(base, ours)),
        main.branch("theirs", statements(base, theirs)));

    List<String> expected = new ArrayList<>();
    for (int id = 1; id <= IDS; id++) {
      Row row = MergeModel.merge(base.get(id), ours.get(id), theirs.get(id));
      if (row != null) {
        expected.add(
            id + "|" + row.n() + "|" + row.s() + "|" + json(row.tags()) + "|" + row.updatedAt());
      }
    }
    assertThat(main.rows("SELECT " + COLUMNS + " FROM p ORDER BY id"))
        .as("ours %s, theirs %s, base %s", ours, theirs, base)
        .isEqualTo(expected);
    assertThat(main.rows("SELECT * FROM dolt_status")).isEmpty();
    assertThat(main.database().branches()).containsExactly("main");
  }

  private static Map<Integer, Row> apply(Map<Integer, Row> before, List<Edit> edits) {
    Map<Integer, Row> after = new TreeMap<>();
    for (int id = 1; id <= IDS; id++) {
      Row row = edits.get(id - 1).apply(before.get(id));
      if (row != null) {
        after.put(id, row);
      }
    }
    return after;
  }

  private static String[] statements(Map<Integer, Row> before, Map<Integer, Row> after) {
    List<String> statements = new ArrayList<>();
    for (int id = 1; id <= IDS; id++) {
      Row old = before.get(id);
      Row row = after.get(id);
      if (row == null) {
        statements.add("DELETE FROM p WHERE id = " + id);
      } else if (old == null) {
        statements.add(
            "INSERT INTO p (%s) VALUES (%d, %s, %s, %s, %s)"
                .formatted(
                    COLUMNS,
                    id,
                    row.n(),
                    text(row.s()),
                    text(json(row.tags())),
                    text(row.updatedAt())));
      } else if (!Objects.equals(old, row)) {
        statements.add(
            "UPDATE p SET n = %s, s = %s, tags = %s, updated_at = %s WHERE id = %d"
                .formatted(
                    row.n(), text(row.s()), text(json(row.tags())), text(row.updatedAt()), id));
      }
    }
    return statements.toArray(String[]::new);
  }

  private static String text(String value) {
    return value == null ? "NULL" : "'" + value.replace("'", "''") + "'";
  }

  private static String json(List<String> tags) {
    return tags == null ? null : tags.isEmpty() ? "[]" : "[\"" + String.join("\",\"", tags) + "\"]";
  }
}
