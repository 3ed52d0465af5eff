package dev.polecat.mergequeue;

import java.util.Objects;
import java.util.Optional;

/**
 * What became of one branch in a {@link Rehearsal}. Immutable and safe to share.
 *
 * @param request what was merged, or would have been: the branch and its commit; where the branch
 *     has uncommitted rows, the commit is one of the rehearsal's own, with them
 * @param obstacle why it was left out: what the queue would park it for; empty if it was merged
 * @param decisions what the policies decided; none if it was left out
 */
public record Rehearsed(MergeRequest request, Optional<ParkReason> obstacle, Decisions decisions) {
  /**
   * Requires all parts.
   *
   * @param request what was merged
   * @param obstacle why it was left out
   * @param decisions what the policies decided
   */
  public Rehearsed {
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(obstacle, "obstacle");
    Objects.requireNonNull(decisions, "decisions");
  }
}
