package dev.polecat.sling.jsonl;

import dev.polecat.core.CommitHash;
import dev.polecat.mergequeue.Decisions;
import dev.polecat.mergequeue.MergeOutcome;
import java.util.Map;

/**
 * What an import did.
 *
 * @param rows how many rows each table's file has
 * @param commit the Dolt commit with all of them, on the import's branch
 * @param decisions what the policies decided between main and the files; what they decided when the
 *     branch was merged, against what main got meanwhile, is in the outcome
 * @param outcome what became of the merge; only if it is {@link MergeOutcome.Merged} or {@link
 *     MergeOutcome.NothingToMerge} is everything on main
 */
public record JsonlReport(
    Map<String, Long> rows, CommitHash commit, Decisions decisions, MergeOutcome outcome) {
  /**
   * Copies the map.
   *
   * @param rows how many rows each table's file has
   * @param commit the Dolt commit with all of them
   * @param decisions what the policies decided between main and the files
   * @param outcome what became of the merge
   */
  public JsonlReport {
    rows = Map.copyOf(rows);
  }
}
