package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.InvalidPolicyException;
import dev.polecat.mergequeue.ParkReason;
import java.util.HashSet;
import java.util.Set;

/**
 * Why a table must not be left to Dolt's own merge.
 *
 * @param sums whether it has columns that are added up
 * @param generated its generated columns
 * @param invalid what is wrong with a policy that its schema names; empty if nothing is
 */
public record Care(boolean sums, Set<String> generated, String invalid) {
  /** The table can be left to Dolt. */
  public static final Care NONE = new Care(false, Set.of(), "");

  /** Looks at a table. */
  public static Care of(TableShape shape, ConflictPolicies policies) {
    try {
      return new Care(!TablePlan.sums(shape, policies).isEmpty(), shape.generated(), "");
    } catch (InvalidPolicyException e) {
      return new Care(false, shape.generated(), e.getMessage());
    }
  }

  public boolean isNone() {
    return equals(NONE);
  }

  public Care and(Care other) {
    Set<String> allGenerated = new HashSet<>(generated);
    allGenerated.addAll(other.generated);
    return new Care(sums || other.sums, allGenerated, invalid.isEmpty() ? other.invalid : invalid);
  }

  /**
   * Refuses a table whose policies are not known.
   *
   * @throws ParkException if its schema names a policy that does not exist
   */
  public void requireValid(String table) throws ParkException {
    if (!invalid.isEmpty()) {
      throw new ParkException(new ParkReason.NoPolicy(table, invalid));
    }
  }
}
