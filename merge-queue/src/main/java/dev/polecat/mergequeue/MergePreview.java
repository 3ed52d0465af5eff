package dev.polecat.mergequeue;

import dev.polecat.core.CommitHash;
import java.util.Optional;

/**
 * What merging a branch would do at this moment, policies applied. Immutable and safe to share.
 *
 * @param main main's head it was looked at with
 * @param sealed the commit that would be merged
 * @param obstacle why the merge would be parked; empty if it would go through. Gates are not asked
 *     by a preview
 * @param decisions what the policies would decide; none if there is an obstacle
 * @param diff what would change on main; nothing if there is an obstacle
 */
public record MergePreview(
    CommitHash main,
    CommitHash sealed,
    Optional<ParkReason> obstacle,
    Decisions decisions,
    MergeDiff diff) {}
