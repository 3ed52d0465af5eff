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
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has become of requests, on its way to the ledger and to those who wait for it. Used by the
 * queue's thread.
 *
 * <p>The branches of what was merged are deleted a little later, several at once, then the ledger
 * forgets them, and only then those who wait are told. If the process dies before, the next look
 * finds the work on main, and does the rest then.
 */
final class Outcomes {
  private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

  /** How late an outcome may be while other requests wait: if somebody waits for it, or nobody. */
  private static final Duration LAG = Duration.ofMillis(500);

  private static final Duration LONG_LAG = Duration.ofSeconds(1);

  /** How many branches are deleted at once. */
  private static final int MOST = 100;

  private static final String QUEUE = "queue";

  private final DoltDatabase database;
  private final Ledger ledger;
  private final MergedRequests merged;
  private final BooleanSupplier locked;
  private final List<LedgerEntry> gone = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<Runnable> told = new ArrayList<>();
  private Instant due = Instant.MAX;

  private record Change(LedgerEntry before, LedgerEntry after, Runnable tell) {}

  /**
   * Begins with nothing.
   *
   * @param locked whether the merge lock is held, so that nobody else serves what was merged
   */
  Outcomes(DoltDatabase database, Ledger ledger, BooleanSupplier locked) {
    this.database = database;
    this.locked = locked;
    this.ledger = ledger;
    this.merged = new MergedRequests(database);
  }

  /**
   * Notes an outcome.
   *
   * @param entry the entry that was served
   * @param outcome what the merger made of it; of a merged one, whether its branch is gone is found
   *     out later
   * @param awaited whether somebody waits for it here
   * @param tell tells those who wait for it
   */
  void add(LedgerEntry entry, MergeOutcome outcome, boolean awaited, Consumer<MergeOutcome> tell) {
    if (outcome instanceof MergeOutcome.Parked parked) {
      LOG.warn("Branch {} is parked: {}", entry.branch(), parked.reason().message());
      changes.add(
          new Change(
              entry,
              entry.park(outcome.request(), parked.reason(), Kind.PARKED, QUEUE, ledger.now()),
              () -> tell.accept(outcome)));
    } else {
      merged.add(entry, outcome, tell);
    }
    note(awaited);
  }

  /** Notes that an attempt failed and is to be repeated. */
  void failed(LedgerEntry before, LedgerEntry after) {
    changes.add(new Change(before, after, () -> {}));
    note(true);
  }

  private void note(boolean awaited) {
    Instant latest = Instant.now().plus(awaited ? LAG : LONG_LAG);
    due = due.isBefore(latest) ? due : latest;
  }

  /** Whether the outcome of an entry is known, and the ledger has not been told yet. */
  boolean has(LedgerEntry entry) {
    return merged.has(entry)
        || changes.stream().anyMatch(change -> change.before().version().equals(entry.version()));
  }

  /** Brings to an end what has waited long enough for more. */
  void flushIfDue() {
    if (merged.size() >= MOST || due.isBefore(Instant.now())) {
      flush();
    }
  }

  /**
   * Deletes the branches of what is merged, writes everything to the ledger, and tells those who
   * wait: nobody is told of a branch that is gone before it is, nor that a request is parked before
   * it is. What cannot be done is kept for the next time.
   *
   * @throws DoltSqlException if the server is away, or something cannot be written
   */
  void flush() {
    @Nullable DoltSqlException failure = null;
    try {
      deleteBranches();
    } catch (DoltSqlException e) { // what is parked need not wait for it
      failure = e;
    }
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
    due = Instant.MAX;
  }

  private void deleteBranches() {
    if (!locked.getAsBoolean()) {
      merged.keepUnchanged(ledger);
    }
    for (MergedRequests.Merged request : merged.deleteBranches()) {
      LedgerEntry entry = request.entry();
      Runnable tell = () -> request.tell().accept(request.outcome());
      if (request.kept().isEmpty()) {
        gone.add(entry);
        told.add(tell);
      } else {
        changes.add(new Change(entry, entry.merged(request.commit(), request.kept().get()), tell));
      }
    }
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
}
