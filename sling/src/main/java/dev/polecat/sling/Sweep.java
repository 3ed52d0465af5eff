package dev.polecat.sling;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
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
    Set<String> known =
        entries.stream().map(entry -> entry.branch().value()).collect(Collectors.toSet());
    for (LedgerEntry entry : entries) {
      try {
        sweep(entry);
      } catch (DoltSqlException e) {
        LOG.warn("Branch {} could not be swept", entry.branch(), e);
        note(entry.branch().value(), Action.KEPT, String.valueOf(e.getMessage()));
      }
    }
    for (String branch : database.branches()) {
      // slung after the entries were read: look again before calling it unknown
      if (branch.startsWith(Branding.PREFIX)
          && !known.contains(branch)
          && ledger.entry(BranchName.of(branch)).isEmpty()) {
        note(branch, Action.UNKNOWN, "");
      }
    }
    MergeQueue.removeLeftovers(database, dryRun)
        .forEach(branch -> note(branch, Action.DELETED, "leftover"));
    return new SweepReport(dryRun, swept);
  }

  private void sweep(LedgerEntry entry) {
    switch (entry.state()) {
      case NUKED, NUKED_WITHOUT_TAG -> {
        if (!dryRun) {
          nuke.finish(entry);
        }
        note(entry.branch().value(), Action.NUKED, "");
      }
      case MERGED -> delete(entry, entry.request().sealed());
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
      return;
    }
    if (!dryRun) {
      CommitHash sealed =
          database.commitAll(
              branch, entry.request().author(), "Uncommitted rows of " + branch + ", swept");
      // somebody who took the branch up again meanwhile keeps it
      MergeRequest request = entry.request().sealedAt(sealed);
      if (!ledger.replace(entry, entry.seal(request, ledger.now()))) {
        note(branch.value(), Action.KEPT, "It was taken up again.");
        return;
      }
      queue.get().leave(request); // it is recorded already; this wakes the queue
    }
    note(branch.value(), Action.SUBMITTED, work);
  }

  /** Deletes a branch that is on main, if nobody is on it, and forgets it. */
  private void delete(LedgerEntry entry, CommitHash head) {
    BranchName branch = entry.branch();
    if (dryRun) {
      note(branch.value(), Action.DELETED, "");
      return;
    }
    LedgerEntry merged = entry.merged(entry.merged(), "swept");
    if (!ledger.replace(entry, merged)) {
      note(branch.value(), Action.KEPT, "It was taken up again.");
      return;
    }
    Optional<String> kept = database.deleteMergedBranch(branch, head);
    if (kept.isEmpty()) {
      ledger.remove(List.of(merged));
      note(branch.value(), Action.DELETED, "");
    } else {
      ledger.replace(
          merged, entry.state() == State.ACTIVE ? entry : entry.merged(entry.merged(), kept.get()));
      note(branch.value(), Action.KEPT, kept.get());
    }
  }

  private void note(String branch, Action action, String detail) {
    swept.add(new Swept(branch, action, detail));
  }
}
