package dev.polecat.core.history;

import dev.polecat.core.BranchName;

/**
 * A row that one branch changed. Immutable and safe to share.
 *
 * @param branch the branch
 * @param change the row before, as it was where the branch left the other, and as the branch has it
 */
public record BranchRow(BranchName branch, RowChange change) {}
