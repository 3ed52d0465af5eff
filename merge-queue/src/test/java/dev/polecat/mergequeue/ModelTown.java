package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.testing.TestServers;
import dev.polecat.mergequeue.MergeModel.Row;
import dev.polecat.mergequeue.ModelTable.Rule;
import dev.polecat.mergequeue.RandomTown.Story;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Acts a story out on the real server, side by side with the model. */
final class ModelTown implements AutoCloseable {
  private final MainAndBranches main;
  private final Story story;
  private final ModelTable table;
  private final MergeModel model;
  private final MergeQueue queue;
  private final Map<Integer, Row> base;
  private Map<Integer, Row> rows;

  /** What a branch has when it is sealed. */
  record Work(MergeRequest request, Map<Integer, Row> fork, Map<Integer, Row> rows) {}

  /** A database of its own, with an empty commit to return to. */
  static MainAndBranches freshMain() {
    MainAndBranches main = new MainAndBranches(TestServers.freshDatabase());
    main.run(BranchName.MAIN, "CALL DOLT_TAG('empty')", "CALL DOLT_TAG('base')");
    return main;
  }

  /** Leaves the rows of a story's base on main. */
  ModelTown(MainAndBranches main, Story story) {
    this.main = main;
    this.story = story;
    this.table = story.table();
    this.model = new MergeModel(table);
    this.base = story.base();
    main.run(BranchName.MAIN, "CALL DOLT_RESET('--hard', 'empty')");
    for (String branch : main.rows("SELECT name FROM dolt_branches WHERE name <> 'main'")) {
      main.run(BranchName.MAIN, "CALL DOLT_BRANCH('-D', '" + branch + "')");
    }
    main.run(BranchName.MAIN, table.create());
    write(BranchName.MAIN, Map.of(), base);
    main.commit();
    main.run(BranchName.MAIN, "CALL DOLT_TAG('-d', 'base')", "CALL DOLT_TAG('base')");
    this.rows = base;
    this.queue = main.queue(table.policies());
  }

  @Override
  public void close() {
    queue.close();
  }

  Map<Integer, Row> base() {
    return base;
  }

  /** The story's table, and the policies in force. */
  ModelTable table() {
    return table;
  }

  /** Main's rows by the model. */
  Map<Integer, Row> rows() {
    return rows;
  }

  /** Makes main's own commits. */
  void writeMain() {
    for (int commit = 0; commit < story.commits(0); commit++) {
      Map<Integer, Row> after = story.commit(0, commit, rows, base);
      write(BranchName.MAIN, rows, after);
      main.commit();
      rows = after;
    }
  }

  /** Forks branch 1, 2, ... from main's head and makes its commits. */
  Work work(int branch) {
    return work("branch-" + branch, branch);
  }

  Work work(String name, int side) {
    BranchName branch = BranchName.of(name);
    CommitHash fork = main.database().createBranch(branch, BranchName.MAIN);
    Map<Integer, Row> before = rows;
    for (int commit = 0; commit < story.commits(side); commit++) {
      Map<Integer, Row> after = story.commit(side, commit, before, rows);
      write(branch, before, after);
      main.seal(branch, fork);
      before = after;
    }
    return new Work(main.seal(branch, fork), rows, before);
  }

  /** Returns main to the base, and brings back the branches as they were sealed. */
  void restart(List<Work> works) {
    main.run(BranchName.MAIN, "CALL DOLT_RESET('--hard', 'base')");
    for (Work work : works) {
      main.run(
          BranchName.MAIN,
          "CALL DOLT_BRANCH('-f', '%s', '%s')"
              .formatted(work.request().branch(), work.request().sealed()));
    }
    rows = base;
  }

  MergeOutcome submit(MergeRequest request) {
    return MainAndBranches.await(queue.submit(request));
  }

  /** Merges a branch on the server and in the model, and compares; says what the model did. */
  MergeModel.Outcome merge(Work work) {
    Map<Integer, Row> ours = rows;
    MergeModel.Outcome expected = model.merge(work.fork(), ours, work.rows());
    List<String> before = main.stateOfMain();
    MergeOutcome outcome = submit(work.request());
    if (expected.toAskAbout().isEmpty()) {
      assertThat(outcome)
          .as("outcome of %s with %s", work.request().branch(), table)
          .isInstanceOfAny(MergeOutcome.Merged.class, MergeOutcome.NothingToMerge.class);
      rows = expected.rows();
      requireSame(work, ours);
      assertThat(main.rows("SELECT * FROM dolt_status")).isEmpty();
    } else {
      assertThat(outcome)
          .as("outcome of %s with %s", expected.toAskAbout(), table)
          .isInstanceOf(MergeOutcome.Parked.class);
      ParkReason reason = ((MergeOutcome.Parked) outcome).reason();
      assertThat(
              reason instanceof ParkReason.PolicySaysPark
                  ? "policy"
                  : reason instanceof ParkReason.DeletedAndChanged ? "deletion" : reason.message())
          .isIn(expected.toAskAbout());
      assertThat(main.stateOfMain()).isEqualTo(before);
      assertThat(main.exists(work.request())).isTrue();
    }
    return expected;
  }

  private void requireSame(Work work, Map<Integer, Row> ours) {
    Map<List<String>, List<String>> found = read();
    List<String> wrong = new ArrayList<>();
    for (int key = 0; key < story.rows().size(); key++) {
      List<String> expected = rows.containsKey(key) ? rows.get(key).cells() : null;
      List<String> actual = found.remove(table.key(key));
      if (!Objects.equals(expected, actual)) {
        wrong.add(
            "key %s\n  base   %s\n  ours   %s\n  theirs %s\n  should %s\n  is     %s"
                .formatted(
                    table.key(key),
                    work.fork().get(key),
                    ours.get(key),
                    work.rows().get(key),
                    expected,
                    actual));
      }
    }
    assertThat(wrong)
        .as("%s rows differ, cells %s of %s", wrong.size(), table.cellNames(), table)
        .isEmpty();
    assertThat(found).isEmpty();
  }

  /** Main's rows on the server, by key. */
  Map<List<String>, List<String>> read() {
    try (Connection connection = main.database().connect(BranchName.MAIN);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(table.select())) {
      Map<List<String>, List<String>> found = new HashMap<>();
      while (result.next()) {
        List<String> key = new ArrayList<>();
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < table.keys().size(); i++) {
          key.add(table.keys().get(i).canonical(result.getString(i + 1)));
        }
        for (int i = 0; i < table.cells(); i++) {
          cells.add(table.type(i).canonical(result.getString(table.keys().size() + i + 1)));
        }
        found.put(key, cells);
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As {@link #read}, but arrays that are merged as sets are in one order, and NULL is empty. */
  Map<List<String>, List<String>> readWithSets() {
    Map<List<String>, List<String>> found = read();
    found.replaceAll(
        (key, cells) -> {
          List<String> values = new ArrayList<>(cells);
          for (int i = 0; i < values.size(); i++) {
            Rule rule = table.rule(i);
            if ((rule == Rule.SET || rule == Rule.UNION) && MergeModel.isArray(values.get(i))) {
              values.set(i, new TreeSet<>(MergeModel.elements(values.get(i))).toString());
            }
          }
          return values;
        });
    return found;
  }

  private void write(BranchName branch, Map<Integer, Row> before, Map<Integer, Row> after) {
    Map<Integer, Row> changed = new TreeMap<>(after);
    changed.entrySet().removeIf(row -> row.getValue().cells().equals(cells(before, row.getKey())));
    List<Integer> gone = before.keySet().stream().filter(key -> !after.containsKey(key)).toList();
    List<String> statements = new ArrayList<>();
    if (!changed.isEmpty()) {
      statements.add(
          table.replace(
              changed.entrySet().stream()
                  .map(row -> table.row(row.getKey(), row.getValue().cells()))
                  .toList()));
    }
    if (!gone.isEmpty()) {
      statements.add(
          gone.stream()
              .map(table::where)
              .collect(Collectors.joining(" OR ", "DELETE FROM t WHERE ", "")));
    }
    main.run(branch, statements.toArray(String[]::new));
  }

  private static List<String> cells(Map<Integer, Row> rows, int key) {
    return rows.containsKey(key) ? rows.get(key).cells() : null;
  }
}
