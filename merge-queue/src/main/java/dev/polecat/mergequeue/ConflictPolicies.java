package dev.polecat.mergequeue;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which policy decides which column. Immutable, safe to share, printable.
 *
 * <p>A column's own policy comes first, then the one its comment in the schema names, then its
 * table's, then the general default. The general default for a table with a timestamp column
 * (default name {@value #DEFAULT_TIMESTAMP_COLUMN}) is: JSON columns union, the timestamp column
 * max, everything else newest. A table without one and without a policy is parked when it
 * conflicts: nothing is guessed.
 *
 * <p>A comment names a policy by {@code merge=}, as in {@code COMMENT 'open tasks; merge=max'}, so
 * that the choice travels with the data: {@code merge=newest}, {@code merge=newest(changed_at)},
 * {@code merge=newest-by-cell}, {@code merge=union}, {@code set}, {@code max}, {@code min}, {@code
 * sum}, {@code ours}, {@code theirs}, {@code park}, or the label of a {@link Builder#custom custom
 * policy}.
 *
 * <p>Which columns a table really has is checked when a {@link MergeQueue} is built, and again at
 * every merge, since schemas change.
 */
public final class ConflictPolicies {
  /** The column that holds the time of a row's last change, as in the seeds' schema. */
  public static final String DEFAULT_TIMESTAMP_COLUMN = "updated_at";

  private static final Pattern IN_COMMENT =
      Pattern.compile("(?:^|[^\\w])merge=([\\w-]+(?:\\([^()]*\\))?)", Pattern.CASE_INSENSITIVE);
  private static final ConflictPolicies DEFAULTS = builder().build();

  private final Map<String, TablePolicy> tables;
  private final Map<String, Policy> custom;
  private final String timestampColumn;
  private final DeletionRule deletions;

  private ConflictPolicies(Builder builder) {
    this.tables = Collections.unmodifiableMap(namesOf(builder.tables));
    this.custom = Map.copyOf(builder.custom);
    this.timestampColumn = builder.timestampColumn;
    this.deletions = builder.deletions;
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
    builder.custom.putAll(custom);
    builder.timestampColumn = timestampColumn;
    builder.deletions = deletions;
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

  /**
   * What happens to rows one side deleted, in tables that have no rule of their own.
   *
   * @return the general default
   */
  public DeletionRule deletions() {
    return deletions;
  }

  /**
   * The policy that a column's comment names.
   *
   * @param comment the comment, in the schema
   * @return the policy, or empty if the comment names none
   * @throws InvalidPolicyException if it names one that does not exist
   */
  public Optional<Policy> inComment(String comment) {
    Matcher matcher = IN_COMMENT.matcher(comment);
    return matcher.find()
        ? Optional.of(PolicyNames.parse(matcher.group(1), timestampColumn, custom))
        : Optional.empty();
  }

  /**
   * The policy that is given to a column by name: its own, or else the one its comment names.
   *
   * @param table the table
   * @param column the column
   * @param comment the column's comment, in the schema
   * @return the policy, or empty if the column takes that of its table
   * @throws InvalidPolicyException if the comment names one that does not exist
   */
  public Optional<Policy> named(String table, String column, String comment) {
    return table(table).map(own -> own.columns().get(column)).or(() -> inComment(comment));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    tables.forEach(
        (table, policy) -> {
          new TreeMap<>(policy.columns())
              .forEach((column, p) -> text.append(table + "." + column + ": " + p + "\n"));
          policy.otherwise().ifPresent(p -> text.append(table + ".*: " + p + "\n"));
          policy
              .deletions()
              .ifPresent(rule -> text.append(table + " deletions: " + words(rule) + "\n"));
        });
    return text
        + "*: with column "
        + timestampColumn
        + ": JSON union, "
        + timestampColumn
        + " max, the rest newest("
        + timestampColumn
        + "); without it: park\n* deletions: "
        + words(deletions);
  }

  private static String words(DeletionRule rule) {
    return rule.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static Map<String, TablePolicy> namesOf(Map<String, TablePolicy> tables) {
    Map<String, TablePolicy> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    byName.putAll(tables);
    return byName;
  }

  /** Collects policies; not thread-safe. */
  public static final class Builder {
    private final Map<String, TablePolicy> tables = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, Policy> custom = new TreeMap<>();
    private String timestampColumn = DEFAULT_TIMESTAMP_COLUMN;
    private DeletionRule deletions = DeletionRule.KEEP_CHANGE;

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
     * Case matters.
     *
     * @param column a column name
     * @return this builder
     */
    public Builder timestampColumn(String column) {
      this.timestampColumn = column;
      return this;
    }

    /**
     * Sets what happens to rows that one side deleted and the other changed. Default {@link
     * DeletionRule#KEEP_CHANGE}.
     *
     * @param rule the rule of tables without one of their own
     * @return this builder
     */
    public Builder deletions(DeletionRule rule) {
      this.deletions = Objects.requireNonNull(rule, "rule");
      return this;
    }

    /**
     * Makes a custom policy known, so that column comments can name it.
     *
     * @param policy the policy
     * @return this builder
     */
    public Builder custom(Policy.Custom policy) {
      custom.put(policy.label(), policy);
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
