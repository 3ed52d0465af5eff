package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.TestRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Short ways for a test to write on main and on branches, to merge, and to look at the result. */
final class MainAndBranches {
  static final Author MAIN_AUTHOR = new Author("crew", "crew@example.org");

  private final DoltDatabase database;

  MainAndBranches(DoltDatabase database) {
    this.database = database;
  }

  DoltDatabase database() {
    return database;
  }

  /** Runs statements on main and makes one Dolt commit of everything there. */
  CommitHash commit(String... statements) {
    run(BranchName.MAIN, statements);
    return database.commitAll(BranchName.MAIN, MAIN_AUTHOR, "write to main");
  }

  /** Runs statements on a branch without a Dolt commit. */
  void run(BranchName branch, String... statements) {
    try (Connection connection = database.connect(branch);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Forks a branch from main's head, commits the statements there, and seals it. */
  MergeRequest branch(String name, String... statements) {
    BranchName branch = BranchName.of(name);
    CommitHash base = database.createBranch(branch, BranchName.MAIN);
    run(branch, statements);
    return seal(branch, base);
  }

  MergeRequest seal(BranchName branch, CommitHash base) {
    Author author = new Author(branch.value(), branch + "@example.org");
    CommitHash sealed = database.commitAll(branch, author, "work of " + branch);
    return MergeRequest.of(branch, base, sealed, author);
  }

  MergeQueue queue() {
    return queue(ConflictPolicies.ofDefaults());
  }

  MergeQueue queue(ConflictPolicies policies) {
    return MergeQueue.builder(database).policies(policies).build();
  }

  /** Merges the requests one after the other by the default policies. */
  List<MergeOutcome> merge(MergeRequest... requests) {
    return merge(ConflictPolicies.ofDefaults(), requests);
  }

  List<MergeOutcome> merge(ConflictPolicies policies, MergeRequest... requests) {
    try (MergeQueue queue = queue(policies)) {
      List<MergeOutcome> outcomes = new ArrayList<>();
      for (MergeRequest request : requests) {
        outcomes.add(await(queue.submit(request)));
      }
      return outcomes;
    }
  }

  /** Merges the requests one after the other, and returns the report of the last. */
  MergeReport mergeAll(ConflictPolicies policies, MergeRequest... requests) {
    List<MergeOutcome> outcomes = merge(policies, requests);
    assertThat(outcomes).allSatisfy(o -> assertThat(o).isInstanceOf(MergeOutcome.Merged.class));
    return ((MergeOutcome.Merged) outcomes.get(outcomes.size() - 1)).report();
  }

  MergeReport mergeAll(MergeRequest... requests) {
    return mergeAll(ConflictPolicies.ofDefaults(), requests);
  }

  /** Merges the requests one after the other; the last must be parked, the others merged. */
  ParkReason parked(ConflictPolicies policies, MergeRequest... requests) {
    List<MergeOutcome> outcomes = merge(policies, requests);
    assertThat(outcomes.subList(0, outcomes.size() - 1))
        .allSatisfy(o -> assertThat(o).isInstanceOf(MergeOutcome.Merged.class));
    MergeOutcome last = outcomes.get(outcomes.size() - 1);
    assertThat(last).isInstanceOf(MergeOutcome.Parked.class);
    return ((MergeOutcome.Parked) last).reason();
  }

  ParkReason parked(MergeRequest... requests) {
    return parked(ConflictPolicies.ofDefaults(), requests);
  }

  /** Keeps every queue of the database from merging, as another process that merges would. */
  Connection holdUp() throws SQLException {
    Connection connection = database.connect(BranchName.MAIN);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT GET_LOCK('pq:" + database.name() + "', 5)");
    }
    return connection;
  }

  static MergeOutcome await(CompletionStage<MergeOutcome> stage) {
    return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  /** Main's rows, each as its columns joined by {@code |}. */
  List<String> rows(String query) {
    return rows(BranchName.MAIN, query);
  }

  List<String> rows(BranchName branch, String query) {
    try (Connection connection = database.connect(branch)) {
      return TestRows.of(connection, query);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  String row(String query) {
    List<String> rows = rows(query);
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  /** Everything that must not change when a branch is parked. */
  List<String> stateOfMain() {
    List<String> state = new ArrayList<>();
    state.addAll(
        rows("SELECT HASHOF('main'), DOLT_HASHOF_DB('WORKING'), DOLT_HASHOF_DB('STAGED')"));
    state.addAll(rows("SELECT * FROM dolt_status ORDER BY table_name"));
    state.addAll(rows("SELECT * FROM dolt_conflicts"));
    return state;
  }

  boolean exists(MergeRequest request) {
    return database.head(request.branch()).isPresent();
  }
}
