package dev.polecat.mergequeue;

import dev.polecat.mergequeue.spi.CellPolicy;
import java.util.Objects;

/**
 * The rule that decides a cell both sides changed since the merge base, or that exists on both
 * sides without a base. A cell only one side changed never needs one: it takes that side's value.
 * Policies are values: immutable, comparable, printable; {@code toString} is the form in which a
 * column comment names them ({@code merge=max}).
 */
public sealed interface Policy {

  /**
   * The side whose timestamp is later wins (seed 001: "most recent updated_at wins").
   *
   * <p>NULL is the oldest time. On a tie the greater value wins, numbers and times by size, ENUM
   * and SET in the order of their members and everything else by its bytes, so that the order of
   * merging two branches does not matter. Where both sides changed the timestamp column itself, it
   * takes the later of the two.
   *
   * @param timestampColumn the column that holds the time of a row's last change
   */
  record Newest(String timestampColumn) implements Policy {
    /**
     * Creates the policy.
     *
     * @param timestampColumn the column that holds the time of a row's last change
     */
    public Newest {
      Objects.requireNonNull(timestampColumn, "timestampColumn");
    }

    @Override
    public String label() {
      return "newest";
    }

    @Override
    public String toString() {
      return label() + "(" + timestampColumn + ")";
    }
  }

  /**
   * The side that wrote this cell later wins, whatever else it did to the row: a late write to one
   * column never makes an old value of another win.
   *
   * <p>When a cell was written is the row's timestamp in the commit that brought its present value,
   * found in the history of both sides since the merge base. Ties as in {@link Newest}. Costs one
   * read per commit since the merge base, and only when such a cell is contested.
   *
   * @param timestampColumn the column that holds the time of a row's last change
   */
  record NewestByCell(String timestampColumn) implements Policy {
    /**
     * Creates the policy.
     *
     * @param timestampColumn the column that holds the time of a row's last change
     */
    public NewestByCell {
      Objects.requireNonNull(timestampColumn, "timestampColumn");
    }

    @Override
    public String label() {
      return "newest-by-cell";
    }

    @Override
    public String toString() {
      return label() + "(" + timestampColumn + ")";
    }
  }

  /** The policies that need no settings. */
  enum Rule implements Policy {
    /**
     * JSON arrays as sets: ours in their order, then theirs that are new; equal by structure, NULL
     * is the empty array (seed 001: "Arrays (labels): union merge"). Where a value is no array, the
     * table's default policy decides, and the report says so.
     */
    UNION,
    /** As {@link #UNION}, but what either side removed since the base stays removed. */
    SET,
    /**
     * The greater value wins: numbers, dates, strings; NULL loses (seed 001: "Counters: max"). JSON
     * has no order: a JSON column cannot have this policy, and as a table's default it compares
     * JSON as text.
     */
    MAX,
    /** The lesser value wins; NULL loses; else as {@link #MAX}. */
    MIN,
    /**
     * Both sides' changes are added to the base: base + (ours - base) + (theirs - base), with NULL
     * and a missing base as 0. Looks at what both sides changed since the base and not only at
     * conflicts, since Dolt does not report two equal increments as one. For numeric columns.
     */
    SUM,
    /** Main's value wins. */
    OURS,
    /** The branch's value wins. */
    THEIRS,
    /** Nobody wins: the merge is parked, and a person decides. */
    PARK;

    @Override
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public String toString() {
      return label();
    }
  }

  /**
   * A rule of the user's own.
   *
   * @param label the name under which reports count its cells, and column comments name it: lower
   *     case letters, digits and '-'
   * @param rule decides each contested cell
   */
  record Custom(String label, CellPolicy rule) implements Policy {
    /**
     * Creates the policy.
     *
     * @param label lower case letters, digits and '-', and no name of a policy of this library
     * @param rule decides each contested cell
     * @throws InvalidPolicyException if the label is malformed or taken
     */
    public Custom {
      Objects.requireNonNull(rule, "rule");
      if (!label.matches("[a-z][a-z0-9-]{0,60}") || PolicyNames.isTaken(label)) {
        throw new InvalidPolicyException(
            "A custom policy cannot be called "
                + label
                + ". Use lower case letters, digits and '-', and a name of its own.");
      }
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /**
   * The name under which reports count cells.
   *
   * @return such as "newest" or "max"
   */
  String label();

  /**
   * The side with the later time wins.
   *
   * @param timestampColumn the column that holds the time of a row's last change
   * @return the policy
   */
  static Policy newest(String timestampColumn) {
    return new Newest(timestampColumn);
  }

  /**
   * The side that wrote the cell later wins.
   *
   * @param timestampColumn the column that holds the time of a row's last change
   * @return the policy
   */
  static Policy newestByCell(String timestampColumn) {
    return new NewestByCell(timestampColumn);
  }

  /**
   * JSON arrays are united.
   *
   * @return the policy
   */
  static Policy union() {
    return Rule.UNION;
  }

  /**
   * JSON arrays are merged as sets, three ways: what one side removed stays removed.
   *
   * @return the policy
   */
  static Policy threeWaySet() {
    return Rule.SET;
  }

  /**
   * The greater value wins.
   *
   * @return the policy
   */
  static Policy max() {
    return Rule.MAX;
  }

  /**
   * The lesser value wins.
   *
   * @return the policy
   */
  static Policy min() {
    return Rule.MIN;
  }

  /**
   * Both sides' changes are added up.
   *
   * @return the policy
   */
  static Policy sum() {
    return Rule.SUM;
  }

  /**
   * Main's value wins.
   *
   * @return the policy
   */
  static Policy ours() {
    return Rule.OURS;
  }

  /**
   * The branch's value wins.
   *
   * @return the policy
   */
  static Policy theirs() {
    return Rule.THEIRS;
  }

  /**
   * A person decides.
   *
   * @return the policy
   */
  static Policy park() {
    return Rule.PARK;
  }

  /**
   * A rule of one's own.
   *
   * @param label the name under which reports count its cells: lower case letters, digits and '-'
   * @param rule decides each contested cell
   * @return the policy
   * @throws InvalidPolicyException if the label is malformed or taken
   */
  static Policy custom(String label, CellPolicy rule) {
    return new Custom(label, rule);
  }
}
