package dev.polecat.mergequeue;

import dev.polecat.core.BranchName;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltServer;
import dev.polecat.core.DoltSqlException;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.internal.ledger.MemoryLedger;
import dev.polecat.mergequeue.internal.ledger.ServerLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the branches and requests of one database are remembered: one entry per branch, written
 * before the act it announces. Thread-safe.
 *
 * <p>The ledger says what is intended; whether a branch is merged is asked of Dolt's own history.
 * An entry changes only from what its writer has seen: {@link #replace} and {@link #remove} do
 * nothing if somebody else was faster. Repeating any of these calls is safe, so they are repeated
 * when a connection breaks.
 *
 * <p>All methods throw {@link DoltSqlException} if the server fails.
 */
public interface Ledger extends AutoCloseable {
  /** The name of the ledger's database unless another is chosen. */
  DatabaseName DEFAULT_DATABASE = DatabaseName.of("polecat_ledger");

  /**
   * A ledger in the memory of this process: for those who may not create databases. Requests end
   * with the process.
   *
   * @return an empty ledger
   */
  static Ledger inMemory() {
    return new MemoryLedger();
  }

  /**
   * A ledger on the server, shared by all processes that use the same one. Its database is made, or
   * brought to the newest version, when there is need; it has no Dolt commits.
   *
   * @param server the server
   * @param ledger the database of the ledger
   * @param rig the database whose branches it remembers
   * @return the ledger
   * @throws DoltSqlException if the server refuses, or the ledger is newer than this library
   */
  static Ledger on(DoltServer server, DatabaseName ledger, DatabaseName rig) {
    return ServerLedger.open(server, ledger, rig);
  }

  /**
   * The entries in some states.
   *
   * @param states the states
   * @return the entries, oldest first
   */
  List<LedgerEntry> entries(Set<State> states);

  /**
   * One branch's entry.
   *
   * @param branch the branch
   * @return its entry, or empty if the ledger does not know it
   */
  Optional<LedgerEntry> entry(BranchName branch);

  /**
   * Adds an entry.
   *
   * @param entry the entry
   * @return false if there is another for its branch
   */
  boolean add(LedgerEntry entry);

  /**
   * Replaces an entry by what it has become.
   *
   * @param before the entry as it was read
   * @param after what it is now; of the same branch
   * @return false if the entry is not what it was any more
   */
  boolean replace(LedgerEntry before, LedgerEntry after);

  /**
   * Forgets entries.
   *
   * @param before the entries as they were read; those that are not what they were are kept
   */
  void remove(List<LedgerEntry> before);

  /**
   * Hands in a finished branch: a queue that runs merges it. Handing in the same request again
   * changes nothing while it waits.
   *
   * @param request what is to be merged
   * @throws IllegalStateException if the branch is being thrown away, or waits with another request
   */
  default void submit(MergeRequest request) {
    boolean recorded = request.dryRun();
    while (!recorded) {
      Optional<LedgerEntry> known = entry(request.branch());
      recorded =
          known.isEmpty() ? add(LedgerEntry.submitted(request, now())) : seal(known.get(), request);
    }
  }

  /**
   * As {@link #submit}, for a branch that the ledger must know: somebody else may have merged it or
   * thrown it away.
   *
   * @param request what is to be merged
   * @throws IllegalStateException if the ledger does not know the branch, it is being thrown away,
   *     or waits with another request
   */
  default void submitKnown(MergeRequest request) {
    boolean recorded = request.dryRun();
    while (!recorded) {
      LedgerEntry known =
          entry(request.branch())
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "Branch "
                              + request.branch()
                              + " was merged or thrown away by somebody else."));
      recorded = seal(known, request);
    }
  }

  private boolean seal(LedgerEntry known, MergeRequest request) {
    switch (known.state()) {
      case NUKED, NUKED_WITHOUT_TAG ->
          throw new IllegalStateException(
              "Branch " + request.branch() + " is being thrown away by somebody else.");
      case SEALED -> {
        if (!known.request().equals(request)) {
          throw new IllegalStateException(
              "Branch " + request.branch() + " waits for its merge already, as another request.");
        }
        return true;
      }
      default -> {
        return replace(known, known.seal(request, now()));
      }
    }
  }

  /**
   * Renews leases.
   *
   * @param holder who holds them; branches he does not hold (any more) stay as they are
   * @param branches the branches; only active ones have a lease
   * @param lease how long the leases hold from now on
   */
  void renew(String holder, Set<BranchName> branches, Duration lease);

  /**
   * Whether merging is paused.
   *
   * @return who paused it, or empty if it goes on
   */
  Optional<QueuePause> paused();

  /**
   * Pauses merging, or changes who paused it and why.
   *
   * @param pause who and why
   */
  void pause(QueuePause pause);

  /** Lets merging go on. */
  void resume();

  /**
   * The ledger's clock, the same for all processes that share it: accurate to a few milliseconds,
   * and costs nothing.
   *
   * @return the time
   */
  Instant now();

  /**
   * How often others may change it behind this process's back.
   *
   * @return how long to wait before looking again; empty if nobody else can
   */
  Optional<Duration> lookAgain();

  /** Closes its connections. May be called again. */
  @Override
  void close();
}
