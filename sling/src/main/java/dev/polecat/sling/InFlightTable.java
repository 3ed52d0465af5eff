package dev.polecat.sling;

import dev.polecat.core.BranchName;
import dev.polecat.core.history.TableChange;

/**
 * A table that a polecat changed on its branch. Immutable and safe to share.
 *
 * @param branch the branch
 * @param polecat who works on it
 * @param bead what it is about
 * @param table the table, and what became of it
 * @param uncommitted whether the branch has uncommitted rows, in this or another table
 */
public record InFlightTable(
    BranchName branch, String polecat, String bead, TableChange table, boolean uncommitted) {}
