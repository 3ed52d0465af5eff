package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.mergequeue.Policy;
import dev.polecat.mergequeue.Policy.Rule;
import java.util.Optional;

/**
 * A column whose contested cells are decided in Java.
 *
 * @param column the column
 * @param policy its policy: union, set, newest by cell, or a user's own
 * @param fallback what decides in place of union and set where a value is no array
 * @param inBase whether the column exists at the merge base
 */
record ComputedRule(Column column, Policy policy, Policy fallback, boolean inBase) {

  /** Whether a policy decides in Java. */
  static boolean isComputed(Policy policy) {
    return isSet(policy)
        || policy instanceof Policy.NewestByCell
        || policy instanceof Policy.Custom;
  }

  /** Whether a policy is about JSON arrays. */
  static boolean isSet(Policy policy) {
    return policy == Rule.UNION || policy == Rule.SET;
  }

  /** The column of times that newest by cell compares, if it may decide here. */
  Optional<String> timestamp() {
    Policy decider = isSet(policy) ? fallback : policy;
    return decider instanceof Policy.NewestByCell byCell
        ? Optional.of(byCell.timestampColumn())
        : Optional.empty();
  }

  /** Whether a policy of the user's own, which is told both sides' times, may decide here. */
  boolean mayBeCustom() {
    return policy instanceof Policy.Custom || (isSet(policy) && fallback instanceof Policy.Custom);
  }

  /** SQL that tells who wins where the server has to say: the fallback's choice, or a tie. */
  String theirsWin() {
    Policy decider = isSet(policy) ? fallback : policy;
    return isComputed(decider)
        ? CellRule.theirsIsGreater(column)
        : CellRule.theirsWin(column, decider);
  }
}
