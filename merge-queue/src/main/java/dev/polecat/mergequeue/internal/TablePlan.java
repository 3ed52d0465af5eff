package dev.polecat.mergequeue.internal;

import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.InvalidPolicyException;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.Policy;
import dev.polecat.mergequeue.TablePolicy;
import dev.polecat.mergequeue.internal.TableShape.Column;
import dev.polecat.mergequeue.internal.TableShape.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule of each value column of a table. Timestamp columns come last, since an UPDATE assigns
 * from left to right and the rules of the others read them.
 *
 * @param shape the table
 * @param rules one rule per value column
 */
record TablePlan(TableShape shape, List<CellRule> rules) {

  /**
   * Chooses the policies of a table's columns.
   *
   * @throws InvalidPolicyException if a policy names a column that the table does not have, or
   *     contradicts its type
   * @throws ParkException if a column has no policy at all
   */
  static TablePlan of(TableShape shape, ConflictPolicies policies) throws ParkException {
    TablePolicy own =
        policies.table(shape.name()).orElseGet(() -> new TablePolicy(Map.of(), Optional.empty()));
    validate(shape, own);
    @Nullable Policy otherwise = otherwise(shape, policies, own);
    Set<String> timestamps = timestamps(shape, policies, own, otherwise);
    String baseExists =
        shape.keys().isEmpty()
            ? "FALSE"
            : Sql.identifier("base_" + shape.keys().get(0).name()) + " IS NOT NULL";
    List<CellRule> rules = new ArrayList<>();
    List<CellRule> last = new ArrayList<>();
    for (Column column : shape.values()) {
      if (timestamps.contains(column.name())) {
        checkTakesLater(shape, column, own.columns().get(column.name()));
        last.add(new CellRule(column, Policy.max(), null, baseExists));
        continue;
      }
      Policy policy = own.columns().get(column.name());
      if (policy == null) {
        policy =
            own.otherwise().isEmpty() && otherwise != null && column.kind() == Kind.JSON
                ? Policy.union()
                : otherwise;
      }
      if (policy == null) {
        throw new ParkException(
            new ParkReason.NoPolicy(
                shape.name(),
                "column "
                    + column.name()
                    + " has none, and the table has no column "
                    + policies.timestampColumn()
                    + "."));
      }
      @Nullable Policy fallback = policy instanceof Policy.Union ? orPark(otherwise) : null;
      rules.add(new CellRule(column, policy, fallback, baseExists));
    }
    rules.addAll(last);
    return new TablePlan(shape, List.copyOf(rules));
  }

  private static Policy orPark(@Nullable Policy policy) {
    return policy == null ? Policy.park() : policy;
  }

  /** The policy of columns without one of their own; null if there is none. */
  private static @Nullable Policy otherwise(
      TableShape shape, ConflictPolicies policies, TablePolicy own) {
    if (own.otherwise().isPresent()) {
      return own.otherwise().get();
    }
    return shape.hasValue(policies.timestampColumn())
        ? Policy.newest(policies.timestampColumn())
        : null;
  }

  private static Set<String> timestamps(
      TableShape shape, ConflictPolicies policies, TablePolicy own, @Nullable Policy otherwise) {
    Set<String> found = new HashSet<>();
    own.columns().values().forEach(policy -> timestamp(policy).ifPresent(found::add));
    if (otherwise != null) {
      timestamp(otherwise).ifPresent(found::add);
    }
    found.retainAll(shape.values().stream().map(Column::name).toList());
    return found;
  }

  private static Optional<String> timestamp(Policy policy) {
    return policy instanceof Policy.Newest newest
        ? Optional.of(newest.timestampColumn())
        : Optional.empty();
  }

  private static void validate(TableShape shape, TablePolicy own) {
    own.columns()
        .forEach(
            (name, policy) -> {
              Column column =
                  shape.values().stream()
                      .filter(c -> c.name().equals(name))
                      .findFirst()
                      .orElseThrow(() -> missing(shape, name, policy));
              if (policy instanceof Policy.Union && column.kind() != Kind.JSON) {
                throw new InvalidPolicyException(
                    "Column "
                        + name
                        + " of table "
                        + shape.name()
                        + " cannot have policy union: it is no JSON column.");
              }
              if (policy instanceof Policy.Max && column.kind() == Kind.JSON) {
                throw new InvalidPolicyException(
                    "Column "
                        + name
                        + " of table "
                        + shape.name()
                        + " cannot have policy max: JSON values have no order.");
              }
              checkTimestamp(shape, policy);
            });
    own.otherwise().ifPresent(policy -> checkTimestamp(shape, policy));
  }

  /** The later time has to win with the side that wins by it. */
  private static void checkTakesLater(TableShape shape, Column column, @Nullable Policy own) {
    if (own != null && !(own instanceof Policy.Max) && !own.equals(Policy.newest(column.name()))) {
      throw new InvalidPolicyException(
          "Column "
              + column.name()
              + " of table "
              + shape.name()
              + " decides who is newest, so it takes the later time and cannot have policy "
              + own
              + ".");
    }
  }

  private static void checkTimestamp(TableShape shape, Policy policy) {
    timestamp(policy)
        .filter(column -> !shape.hasValue(column))
        .ifPresent(
            column -> {
              throw missing(shape, column, policy);
            });
  }

  private static InvalidPolicyException missing(TableShape shape, String column, Policy policy) {
    return new InvalidPolicyException(
        "Policy "
            + policy
            + " names column "
            + column
            + ", but table "
            + shape.name()
            + " has no such value column. It has: "
            + shape.values().stream().map(Column::name).toList());
  }
}
