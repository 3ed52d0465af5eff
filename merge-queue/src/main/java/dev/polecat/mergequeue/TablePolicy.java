package dev.polecat.mergequeue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The policies of one table's columns. Immutable and safe to share.
 *
 * @param columns the policy of each column that has one of its own
 * @param otherwise the policy of the table's other columns; empty to take the general default
 */
public record TablePolicy(Map<String, Policy> columns, Optional<Policy> otherwise) {
  /**
   * Copies the columns.
   *
   * @param columns the policy of each column that has one of its own
   * @param otherwise the policy of the table's other columns
   * @throws InvalidPolicyException if the table's default is union, which needs a default itself
   */
  public TablePolicy {
    columns = Map.copyOf(columns);
    if (otherwise.orElse(null) instanceof Policy.Union) {
      throw new InvalidPolicyException(
          "Union cannot be a table's default policy: it needs one for values that are no array."
              + " Give union to the JSON columns, and newest, max or park to the table.");
    }
  }

  /** Collects the policies of one table; not thread-safe. */
  public static final class Builder {
    private final String table;
    private final Map<String, Policy> columns = new LinkedHashMap<>();
    private Optional<Policy> otherwise = Optional.empty();

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
     * @param policy the policy; not union
     * @return this builder
     */
    public Builder otherwise(Policy policy) {
      otherwise = Optional.of(policy);
      return this;
    }

    TablePolicy build() {
      return new TablePolicy(columns, otherwise);
    }
  }
}
