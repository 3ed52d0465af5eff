package dev.polecat.mergequeue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cell that both sides changed to different values, and how it was decided. Values have the types
 * of {@link dev.polecat.mergequeue.spi.ConflictedCell}.
 *
 * @param table the table
 * @param key the row's primary key, by column
 * @param column the decided column
 * @param policy the label of the policy that decided
 * @param base the value at the merge base; null also if there was no such row
 * @param ours main's value
 * @param theirs the branch's value
 * @param result the value that is on main now; ours, where the policy left it to a person
 */
public record CellDecision(
    String table,
    Map<String, Object> key,
    String column,
    String policy,
    @Nullable Object base,
    @Nullable Object ours,
    @Nullable Object theirs,
    @Nullable Object result) {
  /**
   * Copies the key.
   *
   * @param table the table
   * @param key the row's primary key, by column
   * @param column the decided column
   * @param policy the label of the policy that decided
   * @param base the value at the merge base
   * @param ours main's value
   * @param theirs the branch's value
   * @param result the value that is on main now
   */
  public CellDecision {
    key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
  }
}
