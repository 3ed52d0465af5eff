package dev.polecat.core.history;

/**
 * Who brought a value. Immutable and safe to share.
 *
 * @param commit the commit that made the value what it is: none of its parents has it. A merge
 *     commit is one only if it decided for a value of its own, or put a row together from cells of
 *     both sides
 * @param arrival the commit with which the value came to the history that was looked at, first
 *     parents only: for a value that came through the merge queue its merge commit, whose trailers
 *     tell more; {@code commit} itself if it was committed there
 */
public record Blame(CommitInfo commit, CommitInfo arrival) {}
