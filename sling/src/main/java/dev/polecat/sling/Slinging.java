package dev.polecat.sling;

import dev.polecat.core.BranchName;
import dev.polecat.core.BranchSession;
import dev.polecat.core.CommitHash;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.spi.Steps;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.sling.internal.Branding;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Makes branches and the handles to them. Thread-safe. */
final class Slinging implements AutoCloseable {
  private final Rig rig;
  private final TownConfig config;
  private final DoltDatabase database;
  private final Ledger ledger;
  private final Leases leases;
  private final TakingUp takingUp;
  private final Set<Polecat> polecats = ConcurrentHashMap.newKeySet();

  Slinging(Rig rig, TownConfig config, DoltDatabase database, Ledger ledger) {
    this.rig = rig;
    this.config = config;
    this.database = database;
    this.ledger = ledger;
    this.leases = new Leases(ledger, config.lease());
    this.takingUp = new TakingUp(database, ledger, leases);
  }

  Polecat sling(String polecat, String bead, CommitMode commitMode) {
    return sling(new PolecatName(polecat), new BeadId(bead), null, commitMode);
  }

  Polecat sling(PolecatName name, BeadId beadId, @Nullable CommitHash from, CommitMode commitMode) {
    if (from != null && !database.isAncestor(from, BranchName.MAIN)) {
      throw new InvalidNameException(
          "commit to sling from",
          from.value(),
          "It is not on main, and would come there with what the polecat writes. Name one that is.");
    }
    BranchName branch = Branding.branch(name);
    CommitHash base = from == null ? database.head(BranchName.MAIN).orElseThrow() : from;
    MergeRequest draft = draft(branch, base, name, beadId);
    LedgerEntry entry = LedgerEntry.active(draft, leases.next(), ledger.now());
    ledger.add(entry);
    Steps.reached("sling.recorded");
    try {
      database.createBranch(branch, base);
    } catch (DoltSqlException e) {
      undo(entry, e);
      throw e;
    }
    Steps.reached("sling.branched");
    return handle(draft, name, beadId, commitMode);
  }

  Polecat resume(BranchName branch) {
    TakingUp.Taken taken = takingUp.takeUp(branch);
    return handle(taken.request(), taken.polecat(), taken.bead(), config.commitMode());
  }

  Polecat adopt(BranchName branch, String polecat, String bead) {
    PolecatName name = new PolecatName(polecat);
    BeadId beadId = new BeadId(bead);
    if (branch.equals(BranchName.MAIN) || database.head(branch).isEmpty()) {
      throw new InvalidNameException(
          "branch to adopt", branch.value(), "Name a branch that exists, and not main.");
    }
    MergeRequest draft = draft(branch, database.mergeBase(BranchName.MAIN, branch), name, beadId);
    if (!ledger.add(LedgerEntry.active(draft, leases.next(), ledger.now()))) {
      throw new IllegalStateException("The ledger knows branch " + branch + "; resume it.");
    }
    return handle(draft, name, beadId, config.commitMode());
  }

  void forget(Polecat polecat) {
    polecats.remove(polecat);
    if (polecats.stream().noneMatch(other -> other.branch().equals(polecat.branch()))) {
      leases.leave(polecat.branch()); // nobody here took it up a second time
    }
  }

  /** Closes all handles. */
  @Override
  public void close() {
    polecats.forEach(Polecat::close);
    leases.close();
  }

  private MergeRequest draft(BranchName branch, CommitHash base, PolecatName name, BeadId bead) {
    return MergeRequest.of(branch, base, base, Branding.author(name))
        .withTrailer(Rig.POLECAT, name.value())
        .withTrailer(Rig.BEAD, bead.value());
  }

  private Polecat handle(
      MergeRequest request, PolecatName name, BeadId bead, CommitMode commitMode) {
    BranchSession session =
        BranchSession.of(request.author())
            .withCommitMode(commitMode)
            .withCommitMessage(name + ": " + bead)
            .withMaxConnections(config.connectionsPerPolecat())
            .withPatience(config.serverPatience());
    Polecat slung = new Polecat(rig, config, name, bead, request, session);
    polecats.add(slung);
    leases.keep(request.branch());
    return slung;
  }

  /** There is no branch, unless the server went away for good: then a sweep finds out. */
  private void undo(LedgerEntry entry, DoltSqlException failure) {
    if (failure.error().mayHaveTakenEffect() || failure.error() == DoltError.SERVER_AWAY) {
      return;
    }
    try {
      ledger.remove(List.of(entry));
    } catch (DoltSqlException e) {
      failure.addSuppressed(e);
    }
  }
}
