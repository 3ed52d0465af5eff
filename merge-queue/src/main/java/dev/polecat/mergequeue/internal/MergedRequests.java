package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchDeletion;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.spi.Steps;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests whose work is on main and whose branches are still there: several are deleted at once,
 * which costs far less than one by one. If the process dies before, the next look at a request
 * finds its sealed commit on main. Used by the queue's thread.
 */
final class MergedRequests {
  private static final Logger LOG = LoggerFactory.getLogger(MergedRequests.class);

  /** Whether a branch is gone cannot be told before the server is back. */
  private static final Set<DoltError> LOST =
      EnumSet.of(
          DoltError.CONNECTION_LOST,
          DoltError.SERVER_AWAY,
          DoltError.CONNECTIONS_IN_USE,
          DoltError.TOO_MANY_CONNECTIONS);

  /** After so many losses in a row the branches are kept, and the queue goes on. */
  private static final int LOSSES = 5;

  private final DoltDatabase database;
  private final List<Merged> merged = new ArrayList<>();
  private int losses;

  /**
   * A request that is on main.
   *
   * @param outcome what became of it; before the deletion, the branch is not spoken of
   * @param tell tells those who wait for it
   */
  record Merged(LedgerEntry entry, MergeOutcome outcome, Consumer<MergeOutcome> tell) {
    /** Why the branch is still there; empty if it is gone. */
    Optional<String> kept() {
      if (outcome instanceof MergeOutcome.Merged merged) {
        return merged.branchKept();
      }
      if (outcome instanceof MergeOutcome.AlreadyMerged already) {
        return already.branchKept();
      }
      return ((MergeOutcome.NothingToMerge) outcome).branchKept();
    }

    /** The commit that brought the work to main; empty if there was no work. */
    Optional<CommitHash> commit() {
      if (outcome instanceof MergeOutcome.Merged merged) {
        return Optional.of(merged.report().commit());
      }
      return outcome instanceof MergeOutcome.AlreadyMerged already
          ? Optional.of(already.commit())
          : Optional.empty();
    }

    private Merged deleted(Optional<String> kept, Duration took) {
      return new Merged(entry, deleted(outcome, kept, took), tell);
    }

    private static MergeOutcome deleted(
        MergeOutcome outcome, Optional<String> kept, Duration took) {
      if (outcome instanceof MergeOutcome.Merged merged) {
        MergeReport report = merged.report();
        return new MergeOutcome.Merged(
            merged.request(),
            new MergeReport(
                report.commit(),
                report.ours(),
                report.theirs(),
                report.decisions(),
                report.mergeTime(),
                took),
            kept);
      }
      return outcome instanceof MergeOutcome.AlreadyMerged already
          ? new MergeOutcome.AlreadyMerged(already.request(), already.commit(), kept)
          : new MergeOutcome.NothingToMerge(outcome.request(), kept);
    }
  }

  MergedRequests(DoltDatabase database) {
    this.database = database;
  }

  void add(LedgerEntry entry, MergeOutcome outcome, Consumer<MergeOutcome> tell) {
    merged.add(new Merged(entry, outcome, tell));
  }

  int size() {
    return merged.size();
  }

  boolean has(LedgerEntry entry) {
    return merged.stream().anyMatch(known -> known.entry().version().equals(entry.version()));
  }

  /** Forgets what others may have taken up: the merge lock was lost. */
  void keepUnchanged(Ledger ledger) {
    merged.removeIf(
        known ->
            ledger
                .entry(known.entry().branch())
                .filter(now -> now.version().equals(known.entry().version()))
                .isEmpty());
  }

  /**
   * Deletes their branches, if that loses nothing.
   *
   * @return all of them, with what became of their branches; nothing is kept here
   * @throws DoltSqlException if the server is away; all are kept here then
   */
  List<Merged> deleteBranches() {
    if (merged.isEmpty()) {
      return List.of();
    }
    Steps.reached("merge.deleting");
    long start = System.nanoTime();
    Map<BranchName, CommitHash> heads = new LinkedHashMap<>();
    merged.forEach(known -> heads.put(known.entry().branch(), known.entry().request().sealed()));
    Map<BranchName, Optional<String>> kept = delete(heads);
    Duration share = Duration.ofNanos((System.nanoTime() - start) / merged.size());
    Steps.reached("merge.deleted");
    List<Merged> all =
        merged.stream()
            .map(known -> known.deleted(kept.get(known.entry().branch()), share))
            .toList();
    merged.clear();
    return all;
  }

  private Map<BranchName, Optional<String>> delete(Map<BranchName, CommitHash> heads) {
    Map<BranchName, Optional<String>> kept = new LinkedHashMap<>();
    try {
      for (BranchDeletion deletion : database.deleteIfMerged(heads)) {
        kept.put(deletion.branch(), deletion.kept());
      }
    } catch (DoltSqlException e) {
      losses++;
      if (mayPass(e)) {
        throw e;
      }
      heads.forEach((branch, head) -> kept.put(branch, deleteAlone(branch, head)));
    }
    losses = 0;
    return kept;
  }

  /** One that cannot be deleted does not keep the others. */
  private Optional<String> deleteAlone(BranchName branch, CommitHash head) {
    try {
      return database.deleteMergedBranch(branch, head);
    } catch (DoltSqlException e) {
      if (mayPass(e)) {
        throw e;
      }
      LOG.warn("Branch {} is merged, but could not be deleted", branch, e);
      return Optional.of(e.getMessage());
    }
  }

  private boolean mayPass(DoltSqlException failure) {
    return failure.error() == DoltError.SERVER_AWAY
        || (LOST.contains(failure.error()) && losses < LOSSES);
  }
}
