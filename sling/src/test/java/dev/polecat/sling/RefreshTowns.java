package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.spi.Steps;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.DeletionRule;
import dev.polecat.mergequeue.Policy;
import dev.polecat.mergequeue.RefreshOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Towns whose polecats are brought up to date, all of them alike. */
final class RefreshTowns implements AutoCloseable {
  private final List<TestRig> towns = new ArrayList<>();

  /** A town with tables t, whose n is added up, and log, which has no key. */
  TestRig withTables(DoltDatabase database) {
    TestRig made = town(database);
    main(
        made,
        "CREATE TABLE t (id INT PRIMARY KEY, n INT, v VARCHAR(20), at DATETIME(6))",
        "CREATE TABLE log (line VARCHAR(20))",
        "INSERT INTO t VALUES (1, 0, 'a', '2026-01-01')");
    return made;
  }

  TestRig town(DoltDatabase database) {
    TestRig made = TestRig.withoutSchema(database, RefreshTowns::policies);
    towns.add(made);
    return made;
  }

  private static TownConfig policies(TownConfig config) {
    return config
        .withSealTimeout(Duration.ofSeconds(5))
        .withPolicies(
            ConflictPolicies.builder()
                .table("t", t -> t.column("n", Policy.sum()).otherwise(Policy.newestByCell("at")))
                .table("p", t -> t.otherwise(Policy.park()).deletions(DeletionRule.PARK))
                .table(
                    "many",
                    t ->
                        t.column("summed", Policy.sum())
                            .column("most", Policy.max())
                            .column("least", Policy.min())
                            .column("tags", Policy.threeWaySet())
                            .column("labels", Policy.union())
                            .column("mains", Policy.ours())
                            .column("branchs", Policy.theirs())
                            .otherwise(Policy.newestByCell("at")))
                .build());
  }

  @Override
  public void close() {
    Steps.unwatch();
    towns.forEach(TestRig::close);
  }

  static void main(TestRig town, String... statements) {
    town.run(BranchName.MAIN, statements);
    town.run(BranchName.MAIN, "CALL DOLT_COMMIT('-Am', 'main')");
  }

  static void execute(Polecat polecat, String... statements) {
    polecat
        .jdbi()
        .useTransaction(
            handle -> {
              for (String sql : statements) {
                handle.execute(sql);
              }
            });
  }

  static List<String> seen(Polecat polecat, String query) {
    return polecat
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(query)
                    .map((row, context) -> String.valueOf(row.getObject(1)))
                    .list());
  }

  static RefreshOutcome.Refreshed refreshed(Polecat polecat) {
    RefreshOutcome outcome = polecat.refresh();
    assertThat(outcome).isInstanceOf(RefreshOutcome.Refreshed.class);
    return (RefreshOutcome.Refreshed) outcome;
  }

  static void requireNothingLeftOver(Rig rig) {
    assertThat(rig.database().branches()).noneMatch(name -> name.startsWith("merge-"));
  }
}
