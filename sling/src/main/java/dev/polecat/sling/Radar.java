package dev.polecat.sling;

import dev.polecat.core.CommitHash;
import java.util.List;

/**
 * Which live branches would conflict, with main or with each other, and what would become of it if
 * all of them were merged now in the order of {@link Rig#overlay}. Immutable and safe to share.
 *
 * <p>Rows of tables without a primary key are counted and never contested.
 *
 * @param main main's head that was looked at
 * @param collisions the contested rows, by table
 * @param parked the branches that would be parked, and why: over contested rows, but also over
 *     schemas that exclude each other, or constraints
 */
public record Radar(CommitHash main, List<Collision> collisions, List<LeftOut> parked) {
  /**
   * Copies the lists.
   *
   * @param main main's head that was looked at
   * @param collisions the contested rows
   * @param parked the branches that would be parked
   */
  public Radar {
    collisions = List.copyOf(collisions);
    parked = List.copyOf(parked);
  }

  /**
   * The branches of a collision that would be parked, be it over this row or something else.
   *
   * @param collision one of this radar's
   * @return which of its branches, and why; empty if policies decide all of it
   */
  public List<LeftOut> parked(Collision collision) {
    return parked.stream().filter(left -> collision.branches().contains(left.branch())).toList();
  }
}
