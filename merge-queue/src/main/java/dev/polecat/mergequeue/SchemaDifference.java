package dev.polecat.mergequeue;

import java.util.Optional;

/**
 * A table whose schema the two sides changed in ways that exclude each other.
 *
 * @param table the table
 * @param base its CREATE TABLE statement at the merge base; empty if there was no such table
 * @param ours the statement on main; empty if main dropped it
 * @param theirs the statement on the branch; empty if the branch dropped it
 * @param description what excludes what, in Dolt's words or this library's
 */
public record SchemaDifference(
    String table,
    Optional<String> base,
    Optional<String> ours,
    Optional<String> theirs,
    String description) {}
