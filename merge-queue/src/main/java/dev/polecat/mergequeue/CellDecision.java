package dev.polecat.mergequeue;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cell that both sides held different values of, and how it was decided. Values are as the JDBC
 * driver reads them.
 *
 * @param table the table
 * @param key the row's primary key, by column
 * @param column the decided column
 * @param policy the label of the policy that decided
 * @param base the value at the merge base; null also if there was no such row
 * @param ours main's value
 * @param theirs the branch's value
 * @param result the value that is on main now
 */
public record CellDecision(
    String table,
    Map<String, Object> key,
    String column,
    String policy,
    @Nullable Object base,
    @Nullable Object ours,
    @Nullable Object theirs,
    @Nullable Object result) {}
