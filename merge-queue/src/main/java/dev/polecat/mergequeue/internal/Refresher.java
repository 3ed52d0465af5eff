package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.spi.Steps;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.RefreshOutcome;
import dev.polecat.mergequeue.Rehearsed;
import dev.polecat.mergequeue.internal.resolve.ByHand;
import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.time.Duration;
import java.util.Optional;

/**
 * Brings main into a branch. The branch is merged into a copy of main, just as the queue would
 * merge it into main itself, so that every policy means the same; then the branch gets that result,
 * in one commit whose parents are the branch's head and the merge.
 *
 * <p>The merge lock is held meanwhile. Were the branch merged into main while main is merged into
 * the branch, there would be two merge bases, and what is added up would be added twice.
 */
public final class Refresher {
  private static final Duration LOCK_WAIT = Duration.ofMinutes(2);

  private final DoltDatabase database;
  private final ConflictPolicies policies;
  private final int maxListed;
  private final Ledger ledger;

  public Refresher(DoltDatabase database, ConflictPolicies policies, int maxListed, Ledger ledger) {
    this.database = database;
    this.policies = policies;
    this.maxListed = maxListed;
    this.ledger = ledger;
  }

  /**
   * Brings main into a branch that somebody works on.
   *
   * @param request the branch, with its head for the sealed commit
   * @param writer the database as who may write the branch
   * @throws IllegalStateException if nobody works on the branch
   * @throws DoltSqlException if the server fails
   */
  public RefreshOutcome refresh(MergeRequest request, DoltDatabase writer) {
    try {
      return locked(request, writer);
    } catch (SQLException e) {
      throw new DoltSqlException("bring main into " + request.branch(), e);
    }
  }

  @SuppressWarnings("try") // the lock is only there to be held
  private RefreshOutcome locked(MergeRequest request, DoltDatabase writer) throws SQLException {
    BranchName branch = request.branch();
    try (MergeLock lock = MergeLock.acquire(database, LOCK_WAIT)) {
      requireActive(branch);
      CommitHash main = database.head(BranchName.MAIN).orElseThrow();
      if (database.isAncestor(main, branch)) {
        return new RefreshOutcome.UpToDate(branch, request.sealed());
      }
      try (Stage stage = Stage.open(database, policies, maxListed, main)) {
        Rehearsed merged = stage.merge(request, ByHand.NONE);
        if (merged.obstacle().isPresent()) {
          return new RefreshOutcome.Parked(branch, request.sealed(), merged.obstacle().get());
        }
        Steps.reached("refresh.merged");
        CommitHash head = move(writer, request, stage.head());
        Steps.reached("refresh.moved");
        note(branch, main);
        return new RefreshOutcome.Refreshed(branch, main, head, merged.decisions());
      }
    }
  }

  private void requireActive(BranchName branch) {
    Optional<LedgerEntry.State> state = ledger.entry(branch).map(LedgerEntry::state);
    if (!state.equals(Optional.of(LedgerEntry.State.ACTIVE))) {
      throw new IllegalStateException(
          "Branch "
              + branch
              + " is "
              + state.map(Enum::name).orElse("unknown to the ledger, so merged or thrown away")
              + "; only a branch somebody works on can be brought up to date.");
    }
  }

  /**
   * Gives the branch the result. A fast-forward would be two steps for Dolt, and a server that dies
   * between them leaves main's changes, taken back, as uncommitted rows of the branch.
   */
  private static CommitHash move(DoltDatabase writer, MergeRequest request, CommitHash result)
      throws SQLException {
    try (Connection connection = writer.connect(request.branch())) {
      connection.setAutoCommit(false);
      boolean done = false;
      try {
        requireNotMoved(connection, request);
        Sql.one(
            connection,
            "CALL DOLT_MERGE(?, '--no-ff', '--no-commit')",
            row -> row.getString(1),
            result.value());
        requireNotMoved(connection, request); // then it was no merge of other rows
        CommitHash commit =
            Sql.one(
                connection,
                "CALL DOLT_COMMIT('-m', ?, '--author', ?)",
                row -> CommitHash.of(row.getString(1)),
                request.subject(),
                request.author().toString());
        done = true;
        return commit;
      } finally {
        if (!done) {
          connection.rollback();
        }
      }
    }
  }

  private static void requireNotMoved(Connection connection, MergeRequest request)
      throws SQLException {
    String head = Sql.one(connection, "VALUES ROW(HASHOF('HEAD'))", row -> row.getString(1));
    if (!head.equals(request.sealed().value())) {
      throw new SQLTransactionRollbackException(
          "Branch " + request.branch() + " moved to " + head + " meanwhile.", "40001");
    }
  }

  /** From now on the branch starts from there; a lease that is renewed is no other entry. */
  private void note(BranchName branch, CommitHash main) {
    Optional<LedgerEntry> entry;
    do {
      entry = ledger.entry(branch).filter(now -> now.state() == LedgerEntry.State.ACTIVE);
    } while (entry.isPresent() && !ledger.replace(entry.get(), entry.get().startingFrom(main)));
  }
}
