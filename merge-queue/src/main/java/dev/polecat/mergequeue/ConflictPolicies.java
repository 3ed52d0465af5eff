package dev.polecat.mergequeue;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Which policy decides which column. Immutable, safe to share, printable.
 *
 * <p>A column's own policy comes first, then its table's, then the general default. The general
 * default for a table with a timestamp column (default name {@value #DEFAULT_TIMESTAMP_COLUMN}) is:
 * JSON columns union, the timestamp column max, everything else newest. A table without one and
 * without a policy is parked when it conflicts: nothing is guessed.
 *
 * <p>Which columns a table really has is checked when a {@link MergeQueue} is built, and again at
 * every merge, since schemas change.
 */
public final class ConflictPolicies {
  /** The column that holds the time of a row's last change, as in the seeds' schema. */
  public static final String DEFAULT_TIMESTAMP_COLUMN = "updated_at";

  private static final ConflictPolicies DEFAULTS = builder().build();

  private final Map<String, TablePolicy> tables;
  private final String timestampColumn;

  private ConflictPolicies(Builder builder) {
    this.tables = Collections.unmodifiableMap(namesOf(builder.tables));
    this.timestampColumn = builder.timestampColumn;
  }

  /**
   * The general default and nothing else.
   *
   * @return the default policies
   */
  public static ConflictPolicies ofDefaults() {
    return DEFAULTS;
  }

  /**
   * Starts with the general default.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts from these policies.
   *
   * @return a builder that holds them
   */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.tables.putAll(tables);
    builder.timestampColumn = timestampColumn;
    return builder;
  }

  /**
   * The tables with policies of their own.
   *
   * @return an immutable map from table name to policies
   */
  public Map<String, TablePolicy> tables() {
    return tables;
  }

  /**
   * The policies of one table.
   *
   * @param name the table; case does not matter, as it does not to Dolt
   * @return its own policies, or empty
   */
  public Optional<TablePolicy> table(String name) {
    return Optional.ofNullable(tables.get(name));
  }

  /**
   * The column the general default looks for.
   *
   * @return its name
   */
  public String timestampColumn() {
    return timestampColumn;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    tables.forEach(
        (table, policy) -> {
          new TreeMap<>(policy.columns())
              .forEach((column, p) -> text.append(table + "." + column + ": " + p + "\n"));
          policy.otherwise().ifPresent(p -> text.append(table + ".*: " + p + "\n"));
        });
    return text
        + "*: with column "
        + timestampColumn
        + ": JSON union, "
        + timestampColumn
        + " max, the rest newest("
        + timestampColumn
        + "); without it: park";
  }

  private static Map<String, TablePolicy> namesOf(Map<String, TablePolicy> tables) {
    Map<String, TablePolicy> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    byName.putAll(tables);
    return byName;
  }

  /** Collects policies; not thread-safe. */
  public static final class Builder {
    private final Map<String, TablePolicy> tables = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private String timestampColumn = DEFAULT_TIMESTAMP_COLUMN;

    private Builder() {}

    /**
     * Sets the policies of a table, in place of any it had.
     *
     * @param name the table; case does not matter
     * @param policies called at once to fill in the columns
     * @return this builder
     * @throws InvalidPolicyException if the policies contradict each other
     */
    public Builder table(String name, Consumer<TablePolicy.Builder> policies) {
      TablePolicy.Builder builder = new TablePolicy.Builder(name);
      policies.accept(builder);
      tables.put(name, builder.build());
      return this;
    }

    /**
     * Sets the column the general default looks for. Default {@value #DEFAULT_TIMESTAMP_COLUMN}.
     *
     * @param column a column name
     * @return this builder
     */
    public Builder timestampColumn(String column) {
      this.timestampColumn = column;
      return this;
    }

    /**
     * Builds the policies.
     *
     * @return immutable policies
     */
    public ConflictPolicies build() {
      return new ConflictPolicies(this);
    }
  }
}
