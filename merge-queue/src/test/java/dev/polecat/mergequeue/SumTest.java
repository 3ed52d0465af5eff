package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.core.testing.TestServers;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoltTestServer.class)
class SumTest {
  private static final ConflictPolicies SUM =
      ConflictPolicies.builder()
          .table("t", t -> t.column("n", Policy.sum()).otherwise(Policy.max()))
          .build();

  private MainAndBranches main;

  @BeforeEach
  void create(DoltDatabase database) {
    main = new MainAndBranches(database);
  }

  private void table(String type, String start) {
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, n " + type + ")",
        "INSERT INTO t VALUES (1, " + start + ")");
  }

  @Test
  void fiftyWritersEachAddingOneMakeExactlyFifty() {
    table("INT", "0");
    List<MergeRequest> requests =
        IntStream.range(0, 50)
            .mapToObj(i -> main.branch("writer-" + i, "UPDATE t SET n = n + 1"))
            .toList();
    try (MergeQueue queue = main.queue(SUM)) {
      List<CompletionStage<MergeOutcome>> stages = requests.stream().map(queue::submit).toList();
      stages.forEach(
          stage ->
              assertThat(MainAndBranches.await(stage)).isInstanceOf(MergeOutcome.Merged.class));
    }

    assertThat(main.row("SELECT n FROM t")).isEqualTo("50");
  }

  private record Case(String type, String start, String ours, String theirs, String sum) {}

  @TestFactory
  Stream<DynamicTest> aSumIsExactAlsoWhereOursPlusTheirsWouldNotFit() {
    return Stream.of(
            new Case("BIGINT", "9223372036854775000", "n + 5", "n + 7", "9223372036854775012"),
            new Case("BIGINT", "-9223372036854775000", "n - 5", "n - 7", "-9223372036854775012"),
            new Case(
                "BIGINT UNSIGNED",
                "18446744073709551000",
                "18446744073709551005",
                "18446744073709551007",
                "18446744073709551012"),
            new Case(
                "BIGINT UNSIGNED",
                "18446744073709551000",
                "18446744073709550997",
                "18446744073709551004",
                "18446744073709551001"),
            new Case("BIGINT UNSIGNED", "10", "n - 3", "n - 4", "3"),
            new Case("TINYINT", "100", "n + 5", "n + 7", "112"),
            new Case("DECIMAL(5,2)", "900.25", "n + 5.50", "n + 7", "912.75"),
            new Case("DECIMAL(40,20)", "1e-20", "n + 1", "n + 2", "3.00000000000000000001"),
            new Case("DOUBLE", "0.5", "n + 0.25", "n + 0.125", "0.875"),
            new Case("DOUBLE", "1e300", "n * 2", "n / 2", "1.5e300"),
            new Case("INT", "NULL", "5", "7", "12"),
            new Case("INT", "5", "NULL", "7", "2"),
            new Case("INT", "5", "NULL", "NULL", "-5"))
        .map(c -> dynamicTest(c.toString(), () -> assertSum(c)));
  }

  private void assertSum(Case c) {
    create(TestServers.freshDatabase());
    table(c.type(), c.start());
    main.mergeAll(
        SUM,
        main.branch("one", "UPDATE t SET n = " + c.ours()),
        main.branch("other", "UPDATE t SET n = " + c.theirs()));

    assertThat(main.row("SELECT n = " + c.sum() + ", n FROM t")).startsWith("1|");
  }

  @TestFactory
  Stream<DynamicTest> aSumThatDoesNotFitTheColumnParks() {
    return Stream.of(
            new Case("TINYINT", "100", "n + 20", "n + 20", "140"),
            new Case("BIGINT", "9223372036854775800", "n + 7", "n + 7", "9223372036854775814"),
            new Case("BIGINT UNSIGNED", "10", "n - 6", "n - 6", "-2"),
            new Case("DECIMAL(5,2)", "900", "n + 90", "n + 90", "1080"))
        .map(c -> dynamicTest(c.toString(), () -> assertParked(c)));
  }

  private void assertParked(Case c) {
    create(TestServers.freshDatabase());
    table(c.type(), c.start());
    MergeRequest one = main.branch("one", "UPDATE t SET n = " + c.ours());
    MergeRequest other = main.branch("other", "UPDATE t SET n = " + c.theirs());
    main.mergeAll(SUM, one);
    List<String> before = main.stateOfMain();

    assertThat(main.merge(SUM, other).get(0))
        .as("main holds %s", main.row("SELECT n FROM t"))
        .isInstanceOf(MergeOutcome.Parked.class);

    assertThat(main.stateOfMain()).isEqualTo(before);
    assertThat(main.exists(other)).isTrue();
  }
}
