package dev.polecat.sling;

import dev.polecat.core.BranchName;
import dev.polecat.core.history.RowChange;

/**
 * A row that a polecat changed on its branch and that is not on main yet. Immutable and safe to
 * share.
 *
 * @param branch the branch
 * @param polecat who works on it
 * @param bead what it is about
 * @param change the row as it was where the branch was forked from main, or last brought up to
 *     date, and as the branch has it now, uncommitted rows included
 */
public record InFlightRow(BranchName branch, String polecat, String bead, RowChange change) {}
