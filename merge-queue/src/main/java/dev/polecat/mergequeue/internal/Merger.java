package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.spi.Steps;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.Decisions;
import dev.polecat.mergequeue.MergeDiff;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergePreview;
import dev.polecat.mergequeue.MergeReport;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.internal.resolve.ByHand;
import dev.polecat.mergequeue.internal.resolve.ParkException;
import dev.polecat.mergequeue.internal.resolve.Resolution;
import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out one attempt at a merge, on a connection of its own. Holds the server's merge lock
 * while it works; the lock dies with the connection. Used by one thread, but for {@link #preview}.
 */
public final class Merger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Merger.class);
  private static final Duration LOCK_WAIT = Duration.ofSeconds(1);

  /** How long what was seen ahead may be used. */
  private static final Duration FRESH = Duration.ofMillis(20);

  private final DoltDatabase database;
  private final ConflictPolicies policies;
  private final Gates gates;
  private final int maxListed;
  private final SchemaWatch schemas;
  private @Nullable Connection connection;
  private long session;
  private boolean entered;
  private @Nullable Ahead ahead;

  /** What was seen of a request right after the merge before it, in a transaction still open. */
  private record Ahead(MergeRequest request, Survey survey, long at) {}

  public Merger(DoltDatabase database, ConflictPolicies policies, Gates gates, int maxListed) {
    this.database = database;
    this.policies = policies;
    this.gates = gates;
    this.maxListed = maxListed;
    this.schemas = new SchemaWatch(policies);
  }

  /** Whether the merge lock is this merger's. */
  public enum Entered {
    /** It was, and still is. */
    STILL,
    /** It is now; whatever was read before may have changed. */
    ANEW,
    /** Another process has it. */
    NOT
  }

  /**
   * Takes the merge lock, waiting for a second if another process has it. It is held until {@link
   * #leave}, or until an attempt fails.
   *
   * @throws SQLException if the server fails
   */
  public Entered enter() throws SQLException {
    if (entered) {
      return Entered.STILL;
    }
    Connection open = connected();
    boolean done = false;
    try {
      entered = MergeLock.acquire(open, database.name(), LOCK_WAIT);
      open.rollback(); // waiting may have taken long: look at main as it is now
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
    if (entered) {
      Steps.reached("merge.locked");
    }
    return entered ? Entered.ANEW : Entered.NOT;
  }

  /** Whether the merge lock is held, as far as is known here. */
  public boolean isEntered() {
    return entered;
  }

  /** Whether an attempt may take long for other reasons than its size. */
  public boolean isSlow(MergeRequest request) {
    return !gates.isEmpty() || request.held();
  }

  /** Gives the merge lock back; what fails here does not change what was merged. */
  public void leave() {
    Connection open = connection;
    if (!entered || open == null) {
      return;
    }
    try {
      MergeLock.release(open, database.name());
      open.rollback();
      entered = false;
      ahead = null;
    } catch (SQLException e) {
      LOG.debug("The merge connection of {} broke after a merge", database, e);
      close();
    }
  }

  /**
   * Merges a request, or finds out why not. Main is as before unless the outcome is Merged. The
   * merge lock must be held, and is given up when the attempt fails.
   *
   * @param byHand rows a person gave for it
   * @param following the requests that will probably be next, in their order; they are looked at on
   *     the way
   * @return what was made of it; the branch is still there, whatever the outcome says of it
   * @throws MainDirtyException if uncommitted rows of main are in the way
   * @throws SQLException if the attempt failed; whether it can be repeated says {@link DoltError}
   * @throws InterruptedException if a gate was asked when the thread was interrupted
   */
  public MergeOutcome attempt(MergeRequest request, ByHand byHand, List<MergeRequest> following)
      throws SQLException, InterruptedException {
    Connection open = connected();
    boolean clean = false;
    try {
      MergeOutcome outcome = merge(open, request, byHand, following);
      clean = ahead != null || rolledBack(open);
      return outcome;
    } catch (InterruptedException e) {
      kill(); // a gate was being asked, and may be in the middle of a query
      throw e;
    } catch (ParkException e) {
      if (e.reason() instanceof ParkReason.GateFailed) {
        kill(); // the gate may be in the middle of a query that nobody wants to wait for
      }
      return new MergeOutcome.Parked(request, e.reason());
    } finally {
      if (!clean) {
        // a fresh session is the surest way out of an open merge, and releases the lock
        rollBackAndClose(open);
      }
    }
  }

  /**
   * Says what merging a request would do, and changes nothing. Safe to call from any thread.
   *
   * @throws SQLException if the server fails for reasons that may pass
   */
  public MergePreview preview(MergeRequest request, ByHand byHand) throws SQLException {
    try (Connection open = database.connect(BranchName.MAIN)) {
      open.setAutoCommit(false);
      try {
        return preview(open, request, byHand);
      } finally {
        open.rollback();
      }
    }
  }

  private MergePreview preview(Connection open, MergeRequest request, ByHand byHand)
      throws SQLException {
    Decisions none = new Resolution(0).decisions();
    CommitHash main =
        Sql.one(open, "VALUES ROW(HASHOF('main'))", row -> CommitHash.of(row.getString(1)));
    try {
      Survey survey = Survey.of(open, BranchName.MAIN, request);
      if (survey.contained()) {
        return new MergePreview(main, request.sealed(), Optional.empty(), none, MergeDiff.EMPTY);
      }
      requireNotMoved(request, survey);
      MergeRun run = new MergeRun(database, open, request, survey, policies, maxListed);
      run.merge(new SchemaWatch(policies).among(open, survey, request.sealed()), byHand, false);
      return new MergePreview(
          survey.main(),
          request.sealed(),
          Optional.empty(),
          run.resolution().decisions(),
          run.diff());
    } catch (ParkException e) {
      return new MergePreview(
          main, request.sealed(), Optional.of(e.reason()), none, MergeDiff.EMPTY);
    } catch (MainDirtyException e) {
      return new MergePreview(
          main,
          request.sealed(),
          Optional.of(new ParkReason.MainHasUncommittedRows(e.tables())),
          none,
          MergeDiff.EMPTY);
    } catch (SQLException e) {
      if (DoltError.of(e) != DoltError.OTHER) {
        throw e;
      }
      return refused(main, request, e);
    } catch (RuntimeException e) { // such as one of a user's own policy
      return refused(main, request, e);
    }
  }

  private static MergePreview refused(CommitHash main, MergeRequest request, Exception failure) {
    return new MergePreview(
        main,
        request.sealed(),
        Optional.of(new ParkReason.Refused(failure)),
        new Resolution(0).decisions(),
        MergeDiff.EMPTY);
  }

  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    entered = false;
    ahead = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        LOG.debug("The merge connection of {} was broken when it was closed", database, e);
      }
    }
  }

  /** Ends an open merge before its session: a session that is only closed may live on for a bit. */
  private void rollBackAndClose(Connection open) {
    try {
      open.rollback();
    } catch (SQLException e) {
      LOG.debug("The merge connection of {} was broken when it was rolled back", database, e);
    }
    close();
  }

  private void kill() {
    try {
      database.endSession(session);
    } catch (DoltSqlException e) {
      LOG.warn("The merge session of {} could not be ended after its gate failed", database, e);
    }
  }

  private MergeOutcome merge(
      Connection open, MergeRequest request, ByHand byHand, List<MergeRequest> following)
      throws SQLException, ParkException, InterruptedException {
    Survey survey = survey(open, request);
    Steps.reached("merge.surveyed");
    if (survey.contained()) {
      return request.sealed().equals(request.base())
          ? new MergeOutcome.NothingToMerge(request, Optional.empty())
          : new MergeOutcome.AlreadyMerged(
              request, MergeCommits.of(open, request.sealed()), Optional.empty());
    }
    requireNotMoved(request, survey);
    long start = System.nanoTime();
    MergeRun run = new MergeRun(database, open, request, survey, policies, maxListed);
    boolean unwatched = gates.isEmpty() && !request.held();
    Optional<CommitHash> atOnce =
        run.merge(schemas.among(open, survey, request.sealed()), byHand, unwatched);
    if (!unwatched) {
      if (!gates.isEmpty()) {
        gates.ask(request, run.resolution().decisions(), run.diff(), open);
      }
      if (request.held()) {
        throw new ParkException(
            new ParkReason.GateWaiting(ParkReason.GateWaiting.APPROVAL, "somebody's approval"));
      }
    }
    Steps.reached("merge.merged");
    CommitHash commit = atOnce.isPresent() ? atOnce.get() : run.commit(!unwatched);
    Steps.reached("merge.committed");
    lookAfter(open, request, commit, survey, following);
    MergeReport report =
        new MergeReport(
            commit,
            survey.main(),
            request.sealed(),
            run.resolution().decisions(),
            Duration.ofNanos(System.nanoTime() - start),
            Duration.ZERO);
    return new MergeOutcome.Merged(request, report, Optional.empty());
  }

  /** Requires that main has the merge, and looks at what is next. */
  private void lookAfter(
      Connection open,
      MergeRequest request,
      CommitHash commit,
      Survey survey,
      List<MergeRequest> following)
      throws SQLException {
    Optional<MergeRequest> next =
        schemas.isPlain(open, survey, following.stream().map(MergeRequest::sealed).toList())
            ? Optional.of(following.get(0))
            : Optional.empty();
    Aftermath after = Aftermath.of(open, request, commit, survey.main(), next);
    if (after.onTop()) {
      schemas.noteMerged(survey, commit);
    }
    ahead = after.next().map(seen -> new Ahead(next.get(), seen, System.nanoTime())).orElse(null);
  }

  /** How things stand, as was seen a moment ago or is now. */
  private Survey survey(Connection open, MergeRequest request) throws SQLException, ParkException {
    Ahead seen = ahead;
    ahead = null;
    if (seen != null) {
      if (seen.request().equals(request) && System.nanoTime() - seen.at() < FRESH.toNanos()) {
        return seen.survey();
      }
      open.rollback(); // the next look must see main as it is then
    }
    return Survey.of(open, BranchName.MAIN, request);
  }

  private static void requireNotMoved(MergeRequest request, Survey survey) throws ParkException {
    if (survey.head().isPresent() && !survey.head().get().equals(request.sealed())) {
      throw new ParkException(
          new ParkReason.BranchMoved(request.branch(), request.sealed(), survey.head().get()));
    }
  }

  private Connection connected() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = database.connect(BranchName.MAIN);
      try {
        open.setAutoCommit(false);
        session = Sql.one(open, "VALUES ROW(CONNECTION_ID())", row -> row.getLong(1));
      } catch (SQLException e) {
        open.close();
        throw e;
      }
      connection = open;
    }
    return open;
  }

  /** The next merge must see main as it is then. */
  private boolean rolledBack(Connection open) {
    try {
      open.rollback();
      return true;
    } catch (SQLException e) {
      LOG.debug("The merge connection of {} broke after a merge", database, e);
      return false;
    }
  }
}
