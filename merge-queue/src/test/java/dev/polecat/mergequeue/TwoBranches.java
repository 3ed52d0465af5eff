package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import java.util.ArrayList;
import java.util.List;

/**
 * Two branches that are merged one after the other. Whatever becomes of the second, main is as it
 * has to be then, and a third goes through.
 */
final class TwoBranches {
  final MainAndBranches main;
  private ConflictPolicies policies = ConflictPolicies.ofDefaults();
  private String[] ours = {};
  private String[] theirs = {};

  TwoBranches(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit("CREATE TABLE bystander (id INT PRIMARY KEY)");
  }

  TwoBranches base(String... statements) {
    main.commit(statements);
    return this;
  }

  TwoBranches policies(ConflictPolicies given) {
    policies = given;
    return this;
  }

  /** What the branch does that is merged first. */
  TwoBranches ours(String... statements) {
    ours = statements;
    return this;
  }

  /** What the branch does that is merged second. */
  TwoBranches theirs(String... statements) {
    theirs = statements;
    return this;
  }

  MergeReport merged() {
    return ((MergeOutcome.Merged) outcome(MergeOutcome.Merged.class)).report();
  }

  <T extends ParkReason> T parked(Class<T> reason) {
    MergeOutcome.Parked parked = (MergeOutcome.Parked) outcome(MergeOutcome.Parked.class);
    assertThat(parked.reason()).as(parked.reason().message()).isInstanceOf(reason);
    return reason.cast(parked.reason());
  }

  private MergeOutcome outcome(Class<? extends MergeOutcome> expected) {
    MergeRequest one = main.branch("one", ours);
    MergeRequest other = main.branch("other", theirs);
    MergeRequest third = main.branch("third", "INSERT INTO bystander VALUES (3)");
    try (MergeQueue queue = main.queue(policies)) {
      assertThat(MainAndBranches.await(queue.submit(one))).isInstanceOf(MergeOutcome.Merged.class);
      List<String> before = state(main);
      MergePreview preview = queue.preview(other.branch());
      assertThat(state(main)).as("a preview leaves no trace").isEqualTo(before);

      MergeOutcome outcome = MainAndBranches.await(queue.submit(other));

      assertThat(outcome).isInstanceOf(expected);
      if (outcome instanceof MergeOutcome.Parked parked) {
        assertThat(state(main)).as("parking leaves no trace").isEqualTo(before);
        assertThat(main.database().head(other.branch())).contains(other.sealed());
        assertThat(preview.obstacle()).get().hasSameClassAs(parked.reason());
        main.commit("INSERT INTO bystander VALUES (1)"); // others can write at once
      } else {
        assertThat(preview.obstacle()).isEmpty();
        assertThat(main.exists(other)).isFalse();
      }
      assertClean(main);
      assertThat(MainAndBranches.await(queue.submit(third)))
          .as("the queue goes on")
          .isInstanceOf(MergeOutcome.Merged.class);
      return outcome;
    }
  }

  /** Everything that must not change when a branch is parked or looked at. */
  static List<String> state(MainAndBranches main) {
    List<String> state = new ArrayList<>(main.stateOfMain());
    state.addAll(main.rows("SELECT is_merging, source, target FROM dolt_merge_status"));
    state.addAll(main.rows("SELECT * FROM dolt_schema_conflicts"));
    state.addAll(main.rows("SELECT * FROM dolt_constraint_violations"));
    state.addAll(main.rows("SELECT name, hash FROM dolt_branches ORDER BY name"));
    return state;
  }

  static void assertClean(MainAndBranches main) {
    assertThat(main.rows("SELECT * FROM dolt_status")).isEmpty();
    assertThat(main.rows("SELECT * FROM dolt_constraint_violations")).isEmpty();
    assertThat(main.row("SELECT is_merging FROM dolt_merge_status")).isEqualTo("0");
    assertThat(
            main.rows(
                BranchName.MAIN,
                "SELECT 1 WHERE DOLT_HASHOF_DB('WORKING') <> DOLT_HASHOF_DB('HEAD')"))
        .isEmpty();
  }
}
