package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.InvalidPolicyException;
import dev.polecat.mergequeue.ParkReason;

/**
 * Why a table must not be left to Dolt's own merge.
 *
 * @param sums whether it has columns that are added up
 * @param misjudged whether Dolt cannot be trusted with rows that both sides changed, for which
 *     there is {@link Alignment}
 * @param invalid what is wrong with a policy that its schema names; empty if nothing is
 */
public record Care(boolean sums, boolean misjudged, String invalid) {
  /** The table can be left to Dolt. */
  public static final Care NONE = new Care(false, false, "");

  /** Looks at a table. */
  public static Care of(TableShape shape, ConflictPolicies policies) {
    boolean misjudged =
        !shape.generated().isEmpty()
            || (!shape.keys().isEmpty()
                && shape.values().stream().anyMatch(Column::hidesDifferences));
    try {
      return new Care(!TablePlan.sums(shape, policies).isEmpty(), misjudged, "");
    } catch (InvalidPolicyException e) {
      return new Care(false, misjudged, e.getMessage());
    }
  }

  public boolean isNone() {
    return equals(NONE);
  }

  /** What is to be minded on either side. */
  public Care and(Care other) {
    return new Care(
        sums || other.sums,
        misjudged || other.misjudged,
        invalid.isEmpty() ? other.invalid : invalid);
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
