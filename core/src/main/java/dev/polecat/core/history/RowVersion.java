package dev.polecat.core.history;

/**
 * A version of a row, and the commit that made it. Immutable and safe to share, but for the arrays
 * of binary values.
 *
 * @param commit the commit; none of its parents has the row like this
 * @param change the row before, at the commit's first parent, and after; there is none after it if
 *     the commit deleted the row
 */
public record RowVersion(CommitInfo commit, RowChange change) {}
