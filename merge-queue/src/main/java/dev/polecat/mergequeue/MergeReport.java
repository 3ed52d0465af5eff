package dev.polecat.mergequeue;

import dev.polecat.core.CommitHash;
import java.time.Duration;

/**
 * What a merge did. Immutable and safe to share.
 *
 * @param commit the merge commit, main's head right after the merge
 * @param ours main's head before the merge
 * @param theirs the sealed commit
 * @param decisions what the policies decided
 * @param mergeTime how long the merge took on the server, resolving, gates and the look whether
 *     main has it included
 * @param deleteTime how long checking and deleting the branch took; of several branches that were
 *     deleted at once, each one's share
 */
public record MergeReport(
    CommitHash commit,
    CommitHash ours,
    CommitHash theirs,
    Decisions decisions,
    Duration mergeTime,
    Duration deleteTime) {}
