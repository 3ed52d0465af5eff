package dev.polecat.sling.cli;

/**
 * The demo's figures, as {@code --report} writes them.
 *
 * @param writers writers at once
 * @param commitsPerWriter Dolt commits each
 * @param doltCommits the writers' commits found in main's history
 * @param merged branches merged
 * @param parked branches parked
 * @param conflictedRows rows that needed resolving
 * @param cellsByPolicy cells decided, by policy
 * @param lostWrites acknowledged writes that are not on main as they should be
 * @param branchesLeft polecat branches that still exist
 * @param slingMillis wall time of all slings, which run at once
 * @param writeMillis wall time of all writes, which run at once
 * @param mergeMillis sum of the merges, which run one after the other
 * @param deleteMillis sum of the branch deletions
 */
record DemoReport(
    int writers,
    int commitsPerWriter,
    long doltCommits,
    long merged,
    long parked,
    long conflictedRows,
    Cells cellsByPolicy,
    long lostWrites,
    long branchesLeft,
    long slingMillis,
    long writeMillis,
    long mergeMillis,
    long deleteMillis) {

  /** Cells decided by each policy. */
  record Cells(long newest, long union, long max) {}
}
