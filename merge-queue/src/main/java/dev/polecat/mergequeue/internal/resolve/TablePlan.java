package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.history.ColumnType.Kind;
import dev.polecat.mergequeue.CellDecision;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.DeletionRule;
import dev.polecat.mergequeue.InvalidPolicyException;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.Policy;
import dev.polecat.mergequeue.Policy.Rule;
import dev.polecat.mergequeue.TablePolicy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What decides each value column of a table, and rows that one side deleted.
 *
 * @param shape the table
 * @param policies one policy per value column, timestamp columns last: an UPDATE assigns from left
 *     to right, and the rules of the others read them
 * @param otherwise the policy of columns without one of their own; park if there is none
 * @param deletions what happens to rows one side deleted; null if nothing is known of the table
 * @param undecided the columns that park because nothing says what decides them
 * @param missing what would have to be there
 */
public record TablePlan(
    TableShape shape,
    Map<Column, Policy> policies,
    Policy otherwise,
    @Nullable DeletionRule deletions,
    Set<String> undecided,
    String missing) {

  /**
   * Chooses the policies of a table's columns.
   *
   * @throws InvalidPolicyException if a policy names a column that the table does not have, or
   *     contradicts its type
   */
  public static TablePlan of(TableShape shape, ConflictPolicies policies) {
    TablePolicy own = policies.table(shape.name()).orElse(TablePolicy.NONE);
    requireColumns(shape, own);
    Map<Column, Policy> named = named(shape, policies);
    Optional<Policy> known =
        own.otherwise()
            .or(
                () ->
                    shape
                        .value(policies.timestampColumn())
                        .map(column -> Policy.newest(column.name())));
    Policy otherwise = known.orElse(Policy.park());
    Set<String> timestamps = timestamps(shape, named, otherwise);
    Map<Column, Policy> chosen = new LinkedHashMap<>();
    Set<String> undecided = new HashSet<>();
    List<Column> last = new ArrayList<>();
    for (Column column : shape.values()) {
      if (timestamps.contains(column.name())) {
        requireTakesLater(shape, column, named.get(column));
        last.add(column);
        continue;
      }
      boolean union = own.otherwise().isEmpty() && known.isPresent() && column.kind() == Kind.JSON;
      Policy policy = named.getOrDefault(column, union ? Policy.union() : otherwise);
      if (known.isEmpty() && (!named.containsKey(column) || ComputedRule.isSet(policy))) {
        undecided.add(column.name());
      }
      requireFits(shape, column, policy, named.containsKey(column));
      chosen.put(column, policy);
    }
    last.forEach(column -> chosen.put(column, Policy.max()));
    boolean unknown = known.isEmpty() && named.isEmpty();
    return new TablePlan(
        shape,
        chosen,
        otherwise,
        own.deletions().orElse(unknown ? null : policies.deletions()),
        undecided,
        "the table has no column " + policies.timestampColumn() + " to tell who is newest.");
  }

  /**
   * The columns whose policy is to add up, explicitly or by their comment.
   *
   * @throws InvalidPolicyException if one cannot be added up
   */
  static List<Column> sums(TableShape shape, ConflictPolicies policies) {
    Map<Column, Policy> named = named(shape, policies);
    List<Column> sums =
        shape.values().stream().filter(column -> named.get(column) == Rule.SUM).toList();
    sums.forEach(column -> requireFits(shape, column, Rule.SUM, true));
    return sums;
  }

  /** Why contested cells of these columns are left to a person. */
  ParkException parked(List<String> columns, List<CellDecision> cells, String why) {
    List<String> unsaid = columns.stream().filter(undecided::contains).toList();
    return new ParkException(
        unsaid.isEmpty()
            ? new ParkReason.PolicySaysPark(shape.name(), columns, cells, why)
            : new ParkReason.NoPolicy(
                shape.name(), "columns " + unsaid + " have none, and " + missing));
  }

  /** The rules that choose a side, for the columns that are in conflict with each other. */
  List<CellRule> sides(ConflictColumns present, Predicate<String> inOurs) throws ParkException {
    for (Policy policy : policies.values()) {
      Optional<String> lacking =
          timestamp(policy).filter(column -> !present.their().contains(column));
      if (lacking.isPresent()) {
        throw new ParkException(
            new ParkReason.NoPolicy(
                shape.name(),
                "the branch has no column " + lacking.get() + " for " + policy + "."));
      }
    }
    List<CellRule> rules = new ArrayList<>();
    policies.forEach(
        (column, policy) -> {
          // a column that theirs lacks is main's alone
          if (present.their().contains(column.name())
              && !(ComputedRule.isComputed(policy) && inOurs.test(column.name()))) {
            rules.add(
                new CellRule(
                    column,
                    policy,
                    present.base().contains(column.name()),
                    inOurs.test(column.name())));
          }
        });
    return List.copyOf(rules);
  }

  /** The rules that decide in Java. */
  List<ComputedRule> computed(ConflictColumns present, Predicate<String> inOurs) {
    List<ComputedRule> rules = new ArrayList<>();
    policies.forEach(
        (column, policy) -> {
          if (present.their().contains(column.name())
              && ComputedRule.isComputed(policy)
              && inOurs.test(column.name())) {
            rules.add(
                new ComputedRule(
                    column, policy, otherwise, present.base().contains(column.name())));
          }
        });
    return List.copyOf(rules);
  }

  /** The policies that columns have of their own; explicit ones come before comments. */
  private static Map<Column, Policy> named(TableShape shape, ConflictPolicies policies) {
    Map<Column, Policy> named = new LinkedHashMap<>();
    for (Column column : shape.values()) {
      policies
          .named(shape.name(), column.name(), column.comment())
          .ifPresent(policy -> named.put(column, policy));
    }
    return named;
  }

  private static Set<String> timestamps(
      TableShape shape, Map<Column, Policy> named, Policy otherwise) {
    Set<String> found = new HashSet<>();
    for (Policy policy : named.values()) {
      timestamp(policy).ifPresent(column -> found.add(requireClock(shape, column, policy)));
    }
    timestamp(otherwise).ifPresent(column -> found.add(requireClock(shape, column, otherwise)));
    return found;
  }

  /** The times of cells are compared in Java, as times. */
  private static String requireClock(TableShape shape, String column, Policy policy) {
    requireValue(shape, column, policy);
    Column clock = shape.value(column).orElseThrow();
    if (policy instanceof Policy.NewestByCell && !clock.isTime()) {
      throw misfit(shape, clock, policy, "it is no DATE, DATETIME or TIMESTAMP");
    }
    return column;
  }

  private static Optional<String> timestamp(Policy policy) {
    if (policy instanceof Policy.Newest newest) {
      return Optional.of(newest.timestampColumn());
    }
    return policy instanceof Policy.NewestByCell byCell
        ? Optional.of(byCell.timestampColumn())
        : Optional.empty();
  }

  private static void requireColumns(TableShape shape, TablePolicy own) {
    own.columns().forEach((name, policy) -> requireValue(shape, name, policy));
  }

  private static String requireValue(TableShape shape, String column, Policy policy) {
    if (shape.value(column).isEmpty()) {
      throw new InvalidPolicyException(
          "Policy "
              + policy
              + " names column "
              + column
              + ", but table "
              + shape.name()
              + " has no such value column. It has: "
              + shape.values().stream().map(Column::name).toList());
    }
    return column;
  }

  private static void requireFits(
      TableShape shape, Column column, Policy policy, boolean ownPolicy) {
    if (ComputedRule.isSet(policy) && column.kind() != Kind.JSON) {
      throw misfit(shape, column, policy, "it is no JSON column");
    }
    if ((policy == Rule.MAX || policy == Rule.MIN) && ownPolicy && column.kind() == Kind.JSON) {
      throw misfit(shape, column, policy, "JSON values have no order");
    }
    if (policy == Rule.SUM && !column.isNumeric()) {
      throw misfit(shape, column, policy, "it is not numeric");
    }
    if (policy == Rule.SUM && shape.keys().isEmpty()) {
      throw misfit(shape, column, policy, "without a primary key no row is the same on both sides");
    }
    if (policy == Rule.SUM && !ownPolicy) {
      throw misfit(shape, column, policy, "sum is given to single columns, not to a table");
    }
  }

  /** The later time has to win with the side that wins by it. */
  private static void requireTakesLater(TableShape shape, Column column, @Nullable Policy own) {
    if (own != null
        && own != Rule.MAX
        && !own.equals(Policy.newest(column.name()))
        && !own.equals(Policy.newestByCell(column.name()))) {
      throw misfit(shape, column, own, "it decides who is newest, so it takes the later time");
    }
  }

  private static InvalidPolicyException misfit(
      TableShape shape, Column column, Policy policy, String why) {
    return new InvalidPolicyException(
        "Column "
            + column.name()
            + " of table "
            + shape.name()
            + " cannot have policy "
            + policy
            + ": "
            + why
            + ".");
  }
}
