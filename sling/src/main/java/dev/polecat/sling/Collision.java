package dev.polecat.sling;

import dev.polecat.core.BranchName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A row that several live branches, or a branch and main, changed since they parted, and not in the
 * same way: other values in the same column, or one deleted what the other changed. Immutable and
 * safe to share.
 *
 * @param table the table, as it is called where the sides parted
 * @param key the row's primary key, by column
 * @param branches the branches that changed it, sorted
 * @param main whether main changed it, too, after one of them was forked from it or last refreshed
 * @param columns the columns that are contested, sorted; empty if only its deletion is
 * @param deleted whether a side deleted the row that another changed
 * @param decidedBy the labels of the policies that would decide, by column, as far as they are
 *     listed; empty where the merge would park, or a rule about deletions would decide
 */
public record Collision(
    String table,
    Map<String, @Nullable Object> key,
    List<BranchName> branches,
    boolean main,
    List<String> columns,
    boolean deleted,
    Map<String, String> decidedBy) {
  /**
   * Copies the collections.
   *
   * @param table the table
   * @param key the row's primary key
   * @param branches the branches that changed it
   * @param main whether main changed it, too
   * @param columns the columns that are contested
   * @param deleted whether a side deleted the row
   * @param decidedBy the policies that would decide
   */
  public Collision {
    key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
    branches = List.copyOf(branches);
    columns = List.copyOf(columns);
    decidedBy = Collections.unmodifiableMap(new TreeMap<>(decidedBy));
  }
}
