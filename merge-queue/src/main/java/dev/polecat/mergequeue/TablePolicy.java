package dev.polecat.mergequeue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The policies of one table. Immutable and safe to share.
 *
 * @param columns the policy of each column that has one of its own
 * @param otherwise the policy of the table's other columns; empty to take the general default
 * @param deletions what happens to rows one side deleted; empty to take the general default
 */
public record TablePolicy(
    Map<String, Policy> columns, Optional<Policy> otherwise, Optional<DeletionRule> deletions) {
  /** No policies: everything takes the general default. */
  public static final TablePolicy NONE =
      new TablePolicy(Map.of(), Optional.empty(), Optional.empty());

  /**
   * Copies the columns.
   *
   * @param columns the policy of each column that has one of its own
   * @param otherwise the policy of the table's other columns
   * @param deletions what happens to rows one side deleted
   * @throws InvalidPolicyException if the table's default is union or set, which need a default
   *     themselves
   */
  public TablePolicy {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    otherwise.ifPresent(
        policy -> {
          if (policy == Policy.Rule.UNION || policy == Policy.Rule.SET) {
            throw new InvalidPolicyException(
                "Policy "
                    + policy
                    + " cannot be a table's default: it needs one for values that are no array."
                    + " Give it to the JSON columns, and newest, max or park to the table.");
          }
        });
  }

  /** Collects the policies of one table; not thread-safe. */
  public static final class Builder {
    private final String table;
    private final Map<String, Policy> columns = new LinkedHashMap<>();
    private Optional<Policy> otherwise = Optional.empty();
    private Optional<DeletionRule> deletions = Optional.empty();

    Builder(String table) {
      this.table = table;
    }

    /**
     * Sets a column's policy.
     *
     * @param name the column
     * @param policy its policy
     * @return this builder
     * @throws InvalidPolicyException if the column has one already
     */
    public Builder column(String name, Policy policy) {
      if (columns.putIfAbsent(name, Objects.requireNonNull(policy, "policy")) != null) {
        throw new InvalidPolicyException(
            "Column " + name + " of table " + table + " has two policies; give it one.");
      }
      return this;
    }

    /**
     * Sets the policy of the table's other columns. Without it they take the general default.
     *
     * @param policy the policy; neither union nor set
     * @return this builder
     */
    public Builder otherwise(Policy policy) {
      otherwise = Optional.of(policy);
      return this;
    }

    /**
     * Sets what happens to rows that one side deleted and the other changed.
     *
     * @param rule the rule
     * @return this builder
     */
    public Builder deletions(DeletionRule rule) {
      deletions = Optional.of(rule);
      return this;
    }

    TablePolicy build() {
      return new TablePolicy(columns, otherwise, deletions);
    }
  }
}
