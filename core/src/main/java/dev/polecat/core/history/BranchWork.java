package dev.polecat.core.history;

import dev.polecat.core.BranchName;

/**
 * What one branch did to one table since it left another branch. Immutable and safe to share.
 *
 * @param branch the branch
 * @param table the table, and whether its rows can be compared
 * @param uncommitted whether the branch has uncommitted rows, in this or another table
 */
public record BranchWork(BranchName branch, TableChange table, boolean uncommitted) {}
