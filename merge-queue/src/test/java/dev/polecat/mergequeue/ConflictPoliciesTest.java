package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConflictPoliciesTest {
  private static ConflictPolicies issues() {
    return ConflictPolicies.builder()
        .table(
            "issues",
            t ->
                t.column("labels", Policy.union())
                    .column("votes", Policy.max())
                    .otherwise(Policy.newest("changed")))
        .table("audit", t -> t.otherwise(Policy.park()))
        .timestampColumn("touched")
        .build();
  }

  @Test
  void theyPrintWhatTheyDo() {
    assertThat(issues())
        .hasToString(
            """
            audit.*: park
            issues.labels: union
            issues.votes: max
            issues.*: newest(changed)
            *: with column touched: JSON union, touched max, the rest newest(touched); without it: park
            * deletions: keep change""");
    assertThat(ConflictPolicies.ofDefaults())
        .hasToString(
            "*: with column updated_at: JSON union, updated_at max, the rest newest(updated_at);"
                + " without it: park\n* deletions: keep change");
  }

  @Test
  void policiesAreValues() {
    assertThat(Policy.newest("a")).isEqualTo(Policy.newest("a")).isNotEqualTo(Policy.newest("b"));
    assertThat(Policy.union()).isEqualTo(Policy.union()).hasToString("union");
    assertThat(Policy.max()).hasToString("max").isNotEqualTo(Policy.park());
    assertThat(Policy.newest("at").label()).isEqualTo("newest");
    assertThat(Policy.newest("at")).hasToString("newest(at)");
    assertThat(Policy.park().label()).isEqualTo("park");
  }

  @Test
  void theyDoNotChangeAfterTheyAreBuilt() {
    ConflictPolicies.Builder builder = issues().toBuilder();
    ConflictPolicies built = builder.build();
    builder.table("later", t -> t.otherwise(Policy.max())).timestampColumn("other");

    assertThat(built.tables()).containsOnlyKeys("issues", "audit");
    assertThat(built.timestampColumn()).isEqualTo("touched");
    assertThatThrownBy(() -> built.tables().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> built.tables().get("issues").columns().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aTablePolicyCopiesItsColumns() {
    Map<String, Policy> columns = new HashMap<>(Map.of("a", Policy.max()));
    TablePolicy policy = new TablePolicy(columns, Optional.empty(), Optional.empty());
    columns.clear();

    assertThat(policy.columns()).containsOnlyKeys("a");
  }

  @Test
  void theBuilderOfPoliciesStartsFromThem() {
    assertThat(issues().toBuilder().build()).hasToString(issues().toString());
  }

  @Test
  void aTableSetAgainReplacesWhatItHad() {
    ConflictPolicies policies =
        issues().toBuilder().table("issues", t -> t.otherwise(Policy.max())).build();

    assertThat(policies.tables().get("issues"))
        .isEqualTo(new TablePolicy(Map.of(), Optional.of(Policy.max()), Optional.empty()));
  }

  @Test
  void unionCannotDecideWholeTables() {
    assertThatThrownBy(
            () -> ConflictPolicies.builder().table("t", t -> t.otherwise(Policy.union())))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("union");
  }

  @Test
  void aColumnWithTwoPoliciesIsRefusedByName() {
    assertThatThrownBy(
            () ->
                ConflictPolicies.builder()
                    .table(
                        "t", t -> t.column("votes", Policy.max()).column("votes", Policy.park())))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContainingAll("votes", "t");
  }
}
