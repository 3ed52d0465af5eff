package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Policies that do not fit the schema are refused when the queue is built, not when it merges. */
@ExtendWith(DoltTestServer.class)
class PolicyCheckTest {
  private MainAndBranches main;

  @BeforeEach
  void tables(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), doc JSON, at DATETIME)",
        "CREATE TABLE other (id INT PRIMARY KEY, a VARCHAR(20))");
  }

  private static ConflictPolicies on(String table, Consumer<TablePolicy.Builder> policies) {
    return ConflictPolicies.builder().table(table, policies).build();
  }

  private void refused(ConflictPolicies policies, String... named) {
    assertThatThrownBy(() -> main.queue(policies))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContainingAll(named);
  }

  @Test
  void aPolicyOnAColumnThatIsMissingNamesIt() {
    refused(on("t", t -> t.column("votez", Policy.max())), "votez", "table t", "max", "doc");
  }

  @Test
  void aPolicyOnAKeyColumnIsRefused() {
    refused(on("t", t -> t.column("id", Policy.max())), "id");
  }

  @Test
  void aUnionOfAColumnThatIsNoJsonIsRefused() {
    refused(on("t", t -> t.column("a", Policy.union())), "a", "table t", "JSON");
  }

  @Test
  void aMaxOfAJsonColumnIsRefused() {
    refused(on("t", t -> t.column("doc", Policy.max())), "doc", "table t", "no order");
  }

  @Test
  void aTimestampThatWouldNotTakeTheLaterTimeIsRefused() {
    refused(
        on("t", t -> t.column("at", Policy.park()).otherwise(Policy.newest("at"))),
        "at",
        "table t",
        "later time",
        "park");
  }

  @Test
  void theCaseOfATablesNameDoesNotMatter() {
    refused(on("T", t -> t.column("votez", Policy.max())), "votez", "table t");
  }

  @Test
  void newestByATimestampThatIsMissingIsRefused() {
    refused(on("t", t -> t.otherwise(Policy.newest("updated_at"))), "updated_at", "table t");
    refused(on("t", t -> t.column("a", Policy.newest("gone"))), "gone", "table t");
  }

  @Test
  void aTableThatCannotBeDecidedYetDoesNotHideAnErrorInAnother() {
    for (String bad : new String[] {"aaa", "zzz"}) {
      main.commit("CREATE TABLE " + bad + " (id INT PRIMARY KEY, a INT)");
      ConflictPolicies policies =
          on("other", t -> t.column("a", Policy.max())).toBuilder()
              .table(
                  "t", t -> t.column("doc", Policy.union())) // no default: parks when it conflicts
              .table(bad, t -> t.column("typo", Policy.max()))
              .build();
      refused(policies, "typo");
    }
  }

  @Test
  void policiesOfATableThatDoesNotExistYetAreFine() {
    assertThatCode(
            () ->
                main.queue(
                        on(
                            "later",
                            t -> t.column("a", Policy.max()).otherwise(Policy.newest("at"))))
                    .close())
        .doesNotThrowAnyException();
  }

  @Test
  void policiesThatFitAreFine() {
    assertThatCode(
            () ->
                main.queue(
                        on(
                            "t",
                            t -> t.column("doc", Policy.union()).otherwise(Policy.newest("at"))))
                    .close())
        .doesNotThrowAnyException();
  }

  @Test
  void aPolicyThatTheSchemaOutgrewParksTheMergeAndSaysWhy() {
    ConflictPolicies policies =
        on("t", t -> t.column("a", Policy.max()).otherwise(Policy.newest("at")));
    main.commit("INSERT INTO t VALUES (1, 'a', NULL, '2026-01-01')");
    try (MergeQueue queue = main.queue(policies)) {
      main.commit("ALTER TABLE t DROP COLUMN a");
      MergeRequest one = main.branch("one", "UPDATE t SET at = '2026-01-02'");
      MergeRequest two = main.branch("two", "UPDATE t SET at = '2026-01-03'");
      MainAndBranches.await(queue.submit(one));
      MergeOutcome outcome = MainAndBranches.await(queue.submit(two));

      assertThat(outcome).isInstanceOf(MergeOutcome.Parked.class);
      assertThat(((MergeOutcome.Parked) outcome).reason().message()).contains("max", "column a");
      assertThat(main.rows("SELECT * FROM dolt_status")).isEmpty();
    }
  }
}
