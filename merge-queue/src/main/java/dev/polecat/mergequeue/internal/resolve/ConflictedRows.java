package dev.polecat.mergequeue.internal.resolve;

import java.sql.SQLException;
import java.util.List;

/**
 * Rows that both sides changed, as a relation with columns {@code base_x}, {@code our_x}, {@code
 * their_x}, {@code our_diff_type} and {@code their_diff_type}; a side that has no such row has
 * NULLs. In the merged table they are as ours until something is written.
 */
interface ConflictedRows {
  /** The table. */
  TableShape shape();

  /** The relation, as it stands in a FROM clause. */
  String relation();

  /** Which columns it has. */
  ConflictColumns columns();

  /**
   * Writes what is chosen into the rows that both sides have.
   *
   * @param rules what chooses a side
   * @param computed what was decided in Java
   * @return how many cells were contested, by the policy that decided
   */
  Tally write(List<CellRule> rules, ComputedWrites computed) throws SQLException, ParkException;

  /** Whether each row has a {@code dolt_conflict_id}. */
  boolean hasIds();

  /** Whether there may be rows that one side deleted. */
  boolean mayHaveDeletions();

  /** SQL for rows that both sides have. */
  default String bothSides() {
    String key = shape().keys().get(0).name();
    return Sql.identifier("our_" + key)
        + " IS NOT NULL AND "
        + Sql.identifier("their_" + key)
        + " IS NOT NULL";
  }

  /** SQL for rows that have a base. */
  default String baseExists() {
    String key = shape().keys().get(0).name();
    return columns().base().contains(key)
        ? Sql.identifier("base_" + key) + " IS NOT NULL"
        : "FALSE";
  }
}
