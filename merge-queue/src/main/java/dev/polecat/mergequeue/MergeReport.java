package dev.polecat.mergequeue;

import dev.polecat.core.CommitHash;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a merge did. Immutable and safe to share.
 *
 * <p>The counts are exact. The decisions list at most as many cells as the queue is configured to
 * list; the rest can be read from Dolt at any time, since both sides' commits stay reachable from
 * the merge commit.
 *
 * @param commit the merge commit, main's head right after the merge
 * @param ours main's head before the merge
 * @param theirs the sealed commit
 * @param conflictedRows rows that needed resolving
 * @param cellsByPolicy how many cells each policy decided, by its label; no entry means none
 * @param decisions the decided cells, and what each side held
 * @param notes what a reader should know, such as a union over a value that is no array
 * @param mergeTime how long the merge took on the server, resolving included
 * @param deleteTime how long checking and deleting the branch took
 */
public record MergeReport(
    CommitHash commit,
    CommitHash ours,
    CommitHash theirs,
    long conflictedRows,
    Map<String, Long> cellsByPolicy,
    List<CellDecision> decisions,
    List<String> notes,
    Duration mergeTime,
    Duration deleteTime) {
  /**
   * Copies the collections.
   *
   * @param commit the merge commit
   * @param ours main's head before the merge
   * @param theirs the sealed commit
   * @param conflictedRows rows that needed resolving
   * @param cellsByPolicy how many cells each policy decided
   * @param decisions the decided cells
   * @param notes what a reader should know
   * @param mergeTime how long the merge took
   * @param deleteTime how long deleting the branch took
   */
  public MergeReport {
    cellsByPolicy = Map.copyOf(cellsByPolicy);
    decisions = List.copyOf(decisions);
    notes = List.copyOf(notes);
  }

  /**
   * How many cells were decided by a policy.
   *
   * @return the sum over all policies; at least {@code decisions().size()}
   */
  public long decidedCells() {
    return cellsByPolicy.values().stream().mapToLong(Long::longValue).sum();
  }
}
