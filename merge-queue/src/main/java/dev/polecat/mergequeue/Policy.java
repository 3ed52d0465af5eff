package dev.polecat.mergequeue;

import java.util.Objects;

/**
 * The rule that decides a cell both sides changed since the merge base, or that exists on both
 * sides without a base. A cell only one side changed never needs one: it takes that side's value.
 * Policies are values: immutable, comparable, printable.
 */
public sealed interface Policy {

  /**
   * The side whose timestamp is later wins (seed 001: "most recent updated_at wins").
   *
   * <p>NULL is the oldest time. On a tie the greater value wins, numbers and times by size and
   * everything else by its bytes, so that the order of merging does not matter. The timestamp
   * column itself always takes the later of the two.
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
      return "newest(" + timestampColumn + ")";
    }
  }

  /**
   * JSON arrays as sets: ours in their order, then theirs that are new; equal by structure, NULL is
   * the empty array (seed 001: "Arrays (labels): union merge"). Where a value is no array, the
   * table's default policy decides, and the report says so.
   */
  record Union() implements Policy {
    @Override
    public String label() {
      return "union";
    }

    @Override
    public String toString() {
      return label();
    }
  }

  /**
   * The greater value wins: numbers, dates, strings; NULL loses (seed 001: "Counters: max"). JSON
   * has no order: a JSON column cannot have this policy, and as a table's default it compares JSON
   * as text.
   */
  record Max() implements Policy {
    @Override
    public String label() {
      return "max";
    }

    @Override
    public String toString() {
      return label();
    }
  }

  /** Nobody wins: the merge is parked, and a person decides. */
  record Park() implements Policy {
    @Override
    public String label() {
      return "park";
    }

    @Override
    public String toString() {
      return label();
    }
  }

  /**
   * The name under which reports count cells.
   *
   * @return "newest", "union", "max" or "park"
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
   * JSON arrays are united.
   *
   * @return the policy
   */
  static Policy union() {
    return new Union();
  }

  /**
   * The greater value wins.
   *
   * @return the policy
   */
  static Policy max() {
    return new Max();
  }

  /**
   * A person decides.
   *
   * @return the policy
   */
  static Policy park() {
    return new Park();
  }
}
