package dev.polecat.mergequeue;

import java.util.List;
import java.util.Map;

/**
 * What the policies decided in a merge. Immutable and safe to share.
 *
 * <p>The counts are exact. The cells are listed up to the number the queue is configured to list;
 * the rest can be read from Dolt at any time, since both sides' commits stay reachable from the
 * merge commit.
 *
 * @param conflictedRows rows that needed resolving
 * @param cellsByPolicy how many cells each policy decided, by its label; no entry means none
 * @param cells the decided cells, and what each side held
 * @param notes what a reader should know, such as a union over a value that is no array
 */
public record Decisions(
    long conflictedRows,
    Map<String, Long> cellsByPolicy,
    List<CellDecision> cells,
    List<String> notes) {
  /**
   * Copies the collections.
   *
   * @param conflictedRows rows that needed resolving
   * @param cellsByPolicy how many cells each policy decided
   * @param cells the decided cells
   * @param notes what a reader should know
   */
  public Decisions {
    cellsByPolicy = Map.copyOf(cellsByPolicy);
    cells = List.copyOf(cells);
    notes = List.copyOf(notes);
  }

  /**
   * How many cells were decided by a policy.
   *
   * @return the sum over all policies; at least {@code cells().size()}
   */
  public long decidedCells() {
    return cellsByPolicy.values().stream().mapToLong(Long::longValue).sum();
  }
}
