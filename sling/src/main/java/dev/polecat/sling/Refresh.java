package dev.polecat.sling;

import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.spi.Steps;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.RefreshOutcome;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/** Brings main into a branch that its own handle does not write meanwhile. */
final class Refresh {
  private static final int ATTEMPTS = 5;

  /** Somebody else, on a connection of his own, wrote the branch between two steps. */
  private static final Set<DoltError> MOVED =
      EnumSet.of(
          DoltError.SERIALIZATION_FAILURE, DoltError.OPTIMISTIC_LOCK, DoltError.LOCAL_CHANGES);

  private final Rig rig;
  private final MergeRequest request;
  private final Supplier<CommitHash> head;

  /**
   * Prepares a refresh.
   *
   * @param head commits what is uncommitted and gives the branch's head
   */
  Refresh(Rig rig, MergeRequest request, Supplier<CommitHash> head) {
    this.rig = rig;
    this.request = request.withSubject("Refresh " + request.branch() + " from main");
    this.head = head;
  }

  RefreshOutcome run() {
    for (int attempt = 1; ; attempt++) {
      CommitHash now = head.get();
      Steps.reached("refresh.committed");
      try {
        return rig.queue().refresh(request.sealedAt(now), rig.polecatDatabase());
      } catch (DoltSqlException e) {
        if (!MOVED.contains(e.error()) || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
