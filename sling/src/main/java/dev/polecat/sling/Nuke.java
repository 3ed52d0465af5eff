package dev.polecat.sling;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.spi.Steps;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Throws branches away, in steps that can be taken again. Thread-safe. */
final class Nuke {
  private static final String TAGS = "nuked/";
  private static final int ATTEMPTS = 10;
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final DoltDatabase database;
  private final Ledger ledger;

  Nuke(DoltDatabase database, Ledger ledger) {
    this.database = database;
    this.ledger = ledger;
  }

  /**
   * Says in the ledger that the branch is to go, and lets it go.
   *
   * @return the commit that is kept as a tag; empty if none is, or the branch was gone
   * @throws IllegalStateException if the branch waits for its merge
   */
  Optional<CommitHash> nuke(BranchName branch, boolean keepTag) {
    while (true) {
      Optional<LedgerEntry> known = ledger.entry(branch);
      if (known.isEmpty()) {
        return Optional.of(
            database
                .head(tag(branch)) // nuked before, and nobody heard of it
                .orElseThrow(
                    () -> new IllegalStateException("There is no branch " + branch + ".")));
      }
      LedgerEntry entry = known.get();
      if (entry.state() == State.SEALED) {
        throw new IllegalStateException(
            "Branch " + branch + " waits for its merge; take that back first (queue().cancel).");
      }
      LedgerEntry nuked = entry.nuke(keepTag);
      if (ledger.replace(entry, nuked)) {
        Steps.reached("nuke.recorded");
        return finish(nuked);
      }
    }
  }

  /**
   * Finishes what was begun, perhaps by a process that died. Sessions that are still on the branch
   * are ended first: what they did not commit was never acknowledged.
   */
  Optional<CommitHash> finish(LedgerEntry nuked) {
    BranchName branch = nuked.branch();
    boolean keepTag = nuked.state() == State.NUKED;
    for (int attempt = 1; database.head(branch).isPresent(); attempt++) {
      if (attempt > ATTEMPTS) {
        throw new IllegalStateException(
            "Branch " + branch + " is written all the time; end its writers, then nuke it.");
      }
      try {
        attempt(nuked, keepTag);
      } catch (DoltSqlException e) {
        if (e.error() != DoltError.NOT_FOUND) { // else a sweep was faster
          throw e;
        }
      }
    }
    ledger.remove(List.of(nuked));
    return keepTag ? database.head(tag(branch)) : Optional.empty();
  }

  private void attempt(LedgerEntry nuked, boolean keepTag) {
    BranchName branch = nuked.branch();
    database.sessions(branch).forEach(database::endSession);
    if (keepTag) {
      Author author = nuked.request().author();
      keep(branch, database.commitAll(branch, author, "Uncommitted rows of " + branch + ", nuked"));
      Steps.reached("nuke.tagged");
    }
    if (!keepTag || isKept(branch)) {
      database.deleteBranchWithItsCommits(branch);
      Steps.reached("nuke.deleted");
    } else {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** Whether the tag has everything that is on the branch, and nobody is on it. */
  private boolean isKept(BranchName branch) {
    return database.sessions(branch).isEmpty()
        && database.uncommittedTables(branch).isEmpty()
        && database.head(branch).equals(database.head(tag(branch)));
  }

  /** Tags the head; an earlier attempt may have tagged what it was then. */
  private void keep(BranchName branch, CommitHash head) {
    BranchName tag = tag(branch);
    Optional<CommitHash> tagged = database.head(tag);
    if (tagged.isPresent() && !tagged.get().equals(head)) {
      if (!database.isAncestor(tagged.get(), branch)) {
        throw new IllegalStateException(
            "Tag " + tag + " keeps " + tagged.get() + ", which is not on the branch any more.");
      }
      database.deleteTag(tag);
    }
    if (!tagged.equals(Optional.of(head))) {
      try {
        database.createTag(tag, head);
      } catch (DoltSqlException e) {
        if (e.error() != DoltError.ALREADY_EXISTS
            || !database.head(tag).equals(Optional.of(head))) {
          throw e;
        }
      }
    }
  }

  private static BranchName tag(BranchName branch) {
    return BranchName.of(TAGS + branch);
  }
}
