package dev.polecat.sling;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltException;
import dev.polecat.mergequeue.Lease;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.MergeQueue;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.sling.SweepReport.Action;
import dev.polecat.sling.SweepReport.Swept;
import dev.polecat.sling.internal.Branding;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One sweep over a rig: brings the ledger and the branches in line after processes died. Deletes
 * nothing but what is on main, and finishes nukes that were begun.
 */
final class Sweep {
  private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

  private static final String IN_USE = "A session is on it.";
  private static final String TAKEN_UP = "It was taken up again.";

  private final DoltDatabase database;
  private final Ledger ledger;
  private final Supplier<MergeQueue> queue;
  private final Nuke nuke;
  private final boolean dryRun;
  private final Abandoned abandoned;
  private final List<Swept> swept = new ArrayList<>();

  Sweep(
      DoltDatabase database,
      Ledger ledger,
      Supplier<MergeQueue> queue,
      Nuke nuke,
      boolean dryRun,
      Abandoned abandoned) {
    this.database = database;
    this.ledger = ledger;
    this.queue = queue;
    this.nuke = nuke;
    this.dryRun = dryRun;
    this.abandoned = abandoned;
  }

  SweepReport run() {
    List<LedgerEntry> entries = ledger.entries(EnumSet.allOf(State.class));
    Set<String> known = branches(entries);
    for (LedgerEntry entry : entries) {
      try {
        sweep(entry);
      } catch (DoltException | IllegalStateException e) {
        LOG.warn("Branch {} could not be swept", entry.branch(), e);
        note(entry.branch().value(), Action.KEPT, String.valueOf(e.getMessage()));
      }
    }
    List<String> unknown = new ArrayList<>(database.branches());
    unknown.removeIf(branch -> !branch.startsWith(Branding.PREFIX) || known.contains(branch));
    if (!unknown.isEmpty()) { // perhaps slung after the entries were read
      unknown.removeAll(branches(ledger.entries(EnumSet.allOf(State.class))));
      unknown.forEach(branch -> note(branch, Action.UNKNOWN, ""));
    }
    MergeQueue.removeLeftovers(database, dryRun)
        .forEach(branch -> note(branch, Action.DELETED, "leftover"));
    return new SweepReport(dryRun, swept);
  }

  private static Set<String> branches(List<LedgerEntry> entries) {
    return entries.stream().map(entry -> entry.branch().value()).collect(Collectors.toSet());
  }

  private void sweep(LedgerEntry entry) {
    switch (entry.state()) {
      case NUKED, NUKED_WITHOUT_TAG -> {
        if (!dryRun) {
          nuke.finish(entry);
        }
        note(entry.branch().value(), Action.NUKED, "");
      }
      case MERGED -> abandoned(entry);
      case ACTIVE -> {
        if (entry.isExpired(ledger.now())) {
          abandoned(entry);
        }
      }
      case SEALED, PARKED -> {
        // the queue's, and people's
      }
    }
  }

  private void abandoned(LedgerEntry entry) {
    BranchName branch = entry.branch();
    Optional<CommitHash> head = database.head(branch);
    if (head.isEmpty()) {
      if (!dryRun) {
        ledger.remove(List.of(entry));
      }
      note(branch.value(), Action.FORGOTTEN, "There is no such branch.");
      return;
    }
    List<String> dirty = database.uncommittedTables(branch);
    if (dirty.isEmpty() && database.isAncestor(head.get(), BranchName.MAIN)) {
      delete(entry, head.get());
      return;
    }
    String work =
        dirty.isEmpty()
            ? "It has commits that are not on main."
            : "It has uncommitted rows in " + dirty + ".";
    if (abandoned == Abandoned.KEEP) {
      note(branch.value(), Action.KEPT, work);
    } else if (!database.awaitNoSessions(branch)) {
      note(branch.value(), Action.KEPT, IN_USE);
    } else if (dryRun || submit(entry)) {
      note(branch.value(), Action.SUBMITTED, work);
    } else {
      note(branch.value(), Action.KEPT, TAKEN_UP);
    }
  }

  /** Seals the branch in its owner's place, who may come back at any time until then. */
  private boolean submit(LedgerEntry entry) {
    BranchName branch = entry.branch();
    LedgerEntry mine = entry.workOn(new Lease("sweep", ledger.now()));
    if (!ledger.replace(entry, mine)) {
      return false;
    }
    CommitHash sealed =
        database.commitAll(
            branch, mine.request().author(), "Uncommitted rows of " + branch + ", swept");
    MergeRequest request = mine.request().sealedAt(sealed);
    if (!ledger.replace(mine, mine.seal(request, ledger.now()))) {
      return false;
    }
    if (ledger.lookAgain().isEmpty()) {
      queue.get().leave(request); // nobody else looks there
    }
    return true;
  }

  /** Deletes a branch that is on main, if nobody is on it, and forgets it. */
  private void delete(LedgerEntry entry, CommitHash head) {
    BranchName branch = entry.branch();
    if (!database.awaitNoSessions(branch)) {
      note(branch.value(), Action.KEPT, IN_USE);
      return;
    }
    if (dryRun) {
      note(branch.value(), Action.DELETED, "");
      return;
    }
    LedgerEntry merged = entry.merged(entry.merged(), "It is being swept.");
    if (!ledger.replace(entry, merged)) {
      note(branch.value(), Action.KEPT, TAKEN_UP);
      return;
    }
    Optional<String> kept = database.deleteMergedBranch(branch, head);
    if (kept.isEmpty()) {
      ledger.remove(List.of(merged));
      note(branch.value(), Action.DELETED, "");
    } else {
      ledger.replace(
          merged,
          entry.state() == State.ACTIVE
              ? merged.workOn(entry.lease().orElseThrow())
              : merged.merged(merged.merged(), kept.get()));
      note(branch.value(), Action.KEPT, kept.get());
    }
  }

  private void note(String branch, Action action, String detail) {
    swept.add(new Swept(branch, action, detail));
  }
}
