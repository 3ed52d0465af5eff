package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.spi.Steps;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.ParkedRequest.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has become of requests, on its way to the ledger and to those who wait for it. Used by the
 * queue's thread.
 *
 * <p>What was merged is forgotten by the ledger a little later, several at once: until then, or if
 * the process dies before, the next look finds it on main and forgets it then.
 */
final class Outcomes {
  private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);
  private static final Duration LAG = Duration.ofMillis(50);
  private static final String QUEUE = "queue";

  private final DoltDatabase database;
  private final Ledger ledger;
  private final List<LedgerEntry> gone = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<Runnable> told = new ArrayList<>();
  private Instant oldest = Instant.MAX;

  private record Change(LedgerEntry before, LedgerEntry after, Runnable tell) {}

  Outcomes(DoltDatabase database, Ledger ledger) {
    this.database = database;
    this.ledger = ledger;
  }

  /**
   * Notes an outcome.
   *
   * @param entry the entry that was served
   * @param awaited whether somebody waits for it here, who should not wait for the next merge, too
   * @param tell tells those who wait for it
   */
  void add(LedgerEntry entry, MergeOutcome outcome, boolean awaited, Runnable tell) {
    if (outcome instanceof MergeOutcome.Parked parked) {
      LOG.warn("Branch {} is parked: {}", entry.branch(), parked.reason().message());
      changes.add(
          new Change(
              entry,
              entry.park(outcome.request(), parked.reason(), Kind.PARKED, QUEUE, ledger.now()),
              tell));
    } else if (kept(outcome).isPresent()) {
      changes.add(new Change(entry, entry.merged(commit(outcome), kept(outcome).get()), tell));
    } else {
      gone.add(entry);
      told.add(tell);
    }
    if (awaited) {
      oldest = Instant.MIN;
    }
    note();
  }

  /** Notes that an attempt failed and is to be repeated. */
  void failed(LedgerEntry before, LedgerEntry after) {
    changes.add(new Change(before, after, () -> {}));
    note();
  }

  private void note() {
    Instant now = Instant.now();
    oldest = oldest.isBefore(now) ? oldest : now;
  }

  /** Writes to the ledger what has waited long enough for more. */
  void flushIfDue() {
    if (oldest.isBefore(Instant.now().minus(LAG))) {
      flush();
    }
  }

  /**
   * Writes everything to the ledger, and tells those who wait: nobody is told that a request is
   * parked before it is. What cannot be written is kept for the next time.
   *
   * @throws DoltSqlException if something cannot be written
   */
  void flush() {
    try {
      if (!gone.isEmpty()) {
        ledger.remove(gone);
        gone.clear();
        Steps.reached("merge.recorded");
      }
    } finally { // it is on main, whatever the ledger says
      told.forEach(Runnable::run);
      told.clear();
    }
    @Nullable DoltSqlException failure = null;
    for (Change change : List.copyOf(changes)) {
      try {
        boolean written = ledger.replace(change.before(), change.after());
        changes.remove(change);
        if (written) {
          change.tell().run();
        } // else somebody was faster, and what he made of it is told when it is found
      } catch (DoltSqlException e) { // the others need not wait for it
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    oldest = Instant.MAX;
  }

  /**
   * What has become of a request that no longer waits in the ledger: another process served it, or
   * a person took it back.
   *
   * @return the outcome, or empty if it is still to come
   */
  Optional<MergeOutcome> elsewhere(MergeRequest request) {
    BranchName branch = request.branch();
    Optional<LedgerEntry> found = ledger.entry(branch);
    Optional<LedgerEntry> same =
        found.filter(entry -> entry.request().sealed().equals(request.sealed()));
    if (same.isPresent()) {
      switch (same.get().state()) {
        case SEALED -> {
          return Optional.empty();
        }
        case PARKED -> {
          return Optional.of(
              new MergeOutcome.Parked(same.get().request(), same.get().reason().orElseThrow()));
        }
        default -> {
          // the history of main knows
        }
      }
    }
    if (isOnMain(database, request.sealed())) {
      Optional<String> kept = same.flatMap(LedgerEntry::lastError);
      return Optional.of(
          request.sealed().equals(request.base())
              ? new MergeOutcome.NothingToMerge(request, kept)
              : new MergeOutcome.AlreadyMerged(request, mergeCommit(request.sealed()), kept));
    }
    if (found.map(LedgerEntry::state).equals(Optional.of(LedgerEntry.State.SEALED))) {
      return Optional.empty(); // it was sealed anew; the outcome of that one decides
    }
    return Optional.of(
        new MergeOutcome.Parked(
            request,
            database.head(branch).isEmpty()
                ? new ParkReason.BranchGone(branch)
                : new ParkReason.Cancelled(
                    "somebody", "the branch was taken up again, or the ledger has forgotten it")));
  }

  private CommitHash mergeCommit(CommitHash sealed) {
    try (Connection connection = database.connect(BranchName.MAIN)) {
      return MergeCommits.of(connection, sealed);
    } catch (SQLException e) {
      throw new DoltSqlException("find what merged " + sealed + " in " + database, e);
    }
  }

  /** Whether main has a commit; one that is nowhere to be found is not on main. */
  static boolean isOnMain(DoltDatabase database, CommitHash commit) {
    try {
      return database.isAncestor(commit, BranchName.MAIN);
    } catch (DoltSqlException e) {
      if (e.error() == DoltError.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  private static Optional<String> kept(MergeOutcome outcome) {
    if (outcome instanceof MergeOutcome.Merged merged) {
      return merged.branchKept();
    }
    if (outcome instanceof MergeOutcome.AlreadyMerged merged) {
      return merged.branchKept();
    }
    return outcome instanceof MergeOutcome.NothingToMerge nothing
        ? nothing.branchKept()
        : Optional.empty();
  }

  private static Optional<CommitHash> commit(MergeOutcome outcome) {
    if (outcome instanceof MergeOutcome.AlreadyMerged merged) {
      return Optional.of(merged.commit());
    }
    return outcome instanceof MergeOutcome.Merged merged
        ? Optional.of(merged.report().commit())
        : Optional.empty();
  }
}
