package dev.polecat.sling;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.InvalidNameException;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.MergeRequest;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Takes up branches that somebody else slung. Thread-safe. */
final class TakingUp {
  private static final Set<State> RESUMABLE = EnumSet.of(State.ACTIVE, State.PARKED, State.MERGED);

  private final DoltDatabase database;
  private final Ledger ledger;
  private final Leases leases;

  /** A branch whose lease is this process's now. */
  record Taken(MergeRequest request, PolecatName polecat, BeadId bead) {}

  TakingUp(DoltDatabase database, Ledger ledger, Leases leases) {
    this.database = database;
    this.ledger = ledger;
    this.leases = leases;
  }

  /**
   * Takes the lease of a branch.
   *
   * @throws InvalidNameException if the ledger does not know it, or it is gone
   * @throws IllegalStateException if nobody can work on it any more
   */
  Taken takeUp(BranchName branch) {
    while (true) {
      LedgerEntry entry =
          ledger
              .entry(branch)
              .orElseThrow(
                  () ->
                      new InvalidNameException(
                          "branch to take up",
                          branch.value(),
                          "The ledger does not know it: it is merged and gone, or was never"
                              + " slung. A branch that exists can be made known by adopt."));
      if (!RESUMABLE.contains(entry.state())) {
        throw new IllegalStateException(
            "Branch " + branch + " is " + entry.state() + "; nobody can work on it any more.");
      }
      Map<String, String> trailers = entry.request().trailers();
      PolecatName polecat = new PolecatName(trailers.getOrDefault(Rig.POLECAT, "unknown"));
      BeadId bead = new BeadId(trailers.getOrDefault(Rig.BEAD, "unknown"));
      if (database.head(branch).isEmpty()) {
        throw new InvalidNameException(
            "branch to take up", branch.value(), "It is gone; a sweep makes the ledger forget it.");
      }
      LedgerEntry taken = entry.workOn(leases.next());
      if (ledger.replace(entry, taken)) {
        return new Taken(taken.request(), polecat, bead);
      }
    }
  }
}
