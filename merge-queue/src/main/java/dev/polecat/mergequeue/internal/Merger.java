package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltSqlException;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeReport;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.ParkReason;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out one attempt at a merge, on a connection of its own. Holds the server's merge lock
 * while it works; the lock dies with the connection. Used by one thread.
 */
public final class Merger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Merger.class);
  private static final Duration LOCK_WAIT = Duration.ofSeconds(5);

  private final DoltDatabase database;
  private final ConflictPolicies policies;
  private final int maxListedCells;
  private @Nullable Connection connection;

  public Merger(DoltDatabase database, ConflictPolicies policies, int maxListedCells) {
    this.database = database;
    this.policies = policies;
    this.maxListedCells = maxListedCells;
  }

  /**
   * Merges a request, or finds out why not. Main is as before unless the outcome is Merged.
   *
   * @throws MainDirtyException if uncommitted rows of main are in the way
   * @throws SQLException if the attempt failed; whether it can be repeated says {@link DoltError}
   */
  public MergeOutcome attempt(MergeRequest request) throws SQLException {
    Connection open = connected();
    boolean clean = false;
    try {
      lock(open);
      MergeOutcome outcome = merge(open, request);
      clean = unlocked(open);
      return outcome;
    } catch (ParkException e) {
      open.rollback(); // undoes the merge: nothing of it was committed
      return new MergeOutcome.Parked(request, e.reason());
    } finally {
      if (!clean) {
        // a fresh session is the surest way out of an open merge, and releases the lock
        close();
      }
    }
  }

  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        LOG.debug("The merge connection of {} was broken when it was closed", database, e);
      }
    }
  }

  private MergeOutcome merge(Connection open, MergeRequest request)
      throws SQLException, ParkException {
    Before before = before(open, request);
    if (before.contained()) {
      Optional<String> kept = deleteBranch(request);
      return request.sealed().equals(request.base())
          ? new MergeOutcome.NothingToMerge(request, kept)
          : new MergeOutcome.AlreadyMerged(request, before.main(), kept);
    }
    long start = System.nanoTime();
    List<String> others = Sql.strings(open, "SELECT table_name FROM dolt_status");
    MergeResult result = callMerge(open, request);
    Resolution resolution = new Resolution(0);
    CommitHash commit;
    if (result.conflicts()) {
      requireNothingStaged(open);
      List<String> tables = conflictedTables(open);
      resolution = new Resolver(open, policies, maxListedCells).resolve(tables);
      verifyConstraints(open);
      commit = commit(open, request, others, resolution);
    } else {
      commit = CommitHash.of(result.hash());
    }
    requireOnMain(open, request);
    long merged = System.nanoTime();
    Optional<String> kept = deleteBranch(request);
    MergeReport report =
        new MergeReport(
            commit,
            before.main(),
            request.sealed(),
            resolution.rows(),
            resolution.cells(),
            resolution.decisions(),
            resolution.notes(),
            Duration.ofNanos(merged - start),
            Duration.ofNanos(System.nanoTime() - merged));
    return new MergeOutcome.Merged(request, report, kept);
  }

  private record Before(CommitHash main, boolean contained) {}

  private Before before(Connection open, MergeRequest request) throws SQLException, ParkException {
    try {
      return Sql.one(
          open,
          "SELECT HASHOF('main'), HAS_ANCESTOR('main', ?)",
          row -> new Before(CommitHash.of(row.getString(1)), row.getBoolean(2)),
          request.sealed().value());
    } catch (SQLException e) {
      if (DoltError.of(e) == DoltError.NOT_FOUND) {
        throw new ParkException(new ParkReason.BranchGone(request.branch()));
      }
      throw e;
    }
  }

  private record MergeResult(@Nullable String hash, boolean conflicts) {}

  private MergeResult callMerge(Connection open, MergeRequest request) throws SQLException {
    try {
      return Sql.one(
          open,
          "CALL DOLT_MERGE(?, '--no-ff', '-m', ?, '--author', ?)",
          row -> new MergeResult(row.getString("hash"), row.getInt("conflicts") != 0),
          request.sealed().value(),
          MergeMessage.of(request, Map.of()),
          request.author().toString());
    } catch (SQLException e) {
      if (DoltError.of(e) == DoltError.LOCAL_CHANGES) {
        throw new MainDirtyException(stompedTables(e.getMessage()));
      }
      throw e;
    }
  }

  private static List<String> conflictedTables(Connection open) throws SQLException, ParkException {
    List<String> schema = Sql.strings(open, "SELECT table_name FROM dolt_schema_conflicts");
    if (!schema.isEmpty()) {
      throw new ParkException(new ParkReason.SchemaConflict(schema));
    }
    requireNoViolations(open);
    return Sql.strings(open, "SELECT `table` FROM dolt_conflicts ORDER BY `table`");
  }

  /** What somebody staged on main would be in the next commit, whoever makes it. */
  private static void requireNothingStaged(Connection open) throws SQLException {
    List<String> staged =
        Sql.strings(
            open, "SELECT table_name FROM dolt_status WHERE staged AND status <> 'conflict'");
    if (!staged.isEmpty()) {
      throw new MainDirtyException(staged);
    }
  }

  /**
   * Resolving writes past foreign keys and checks, so they are verified afterwards.
   *
   * <p>When Dolt 1.86.4 finds a violation, the next write of whatever session fails with "dangling
   * ref", once. The abort here is that write.
   */
  private static void verifyConstraints(Connection open) throws SQLException, ParkException {
    int violated = Sql.one(open, "CALL DOLT_VERIFY_CONSTRAINTS()", row -> row.getInt(1));
    if (violated == 0) {
      return;
    }
    try {
      requireNoViolations(open);
    } finally {
      try {
        Sql.execute(open, "CALL DOLT_MERGE('--abort')");
      } catch (SQLException e) {
        LOG.debug("Aborting a merge that breaks a constraint", e);
      }
    }
  }

  private static void requireNoViolations(Connection open) throws SQLException, ParkException {
    List<String> violations = Sql.strings(open, "SELECT `table` FROM dolt_constraint_violations");
    if (!violations.isEmpty()) {
      throw new ParkException(new ParkReason.ConstraintViolation(violations));
    }
  }

  /** Commits all tables the merge changed, and not those that others have uncommitted rows in. */
  private static CommitHash commit(
      Connection open, MergeRequest request, List<String> others, Resolution resolution)
      throws SQLException {
    List<String> changed = Sql.strings(open, "SELECT table_name FROM dolt_status WHERE NOT staged");
    changed.removeAll(others); // a merge that changes one of these is refused by the server
    try (PreparedStatement add = open.prepareStatement("CALL DOLT_ADD(?)")) {
      for (String table : changed) {
        for (String name : table.split(" -> ")) { // a renamed table has both names here
          add.setString(1, name);
          add.execute();
        }
      }
    }
    return Sql.one(
        open,
        "CALL DOLT_COMMIT('-m', ?, '--author', ?)",
        row -> CommitHash.of(row.getString(1)),
        MergeMessage.of(request, resolution.cells()),
        request.author().toString());
  }

  private static void requireOnMain(Connection open, MergeRequest request) throws SQLException {
    boolean contained =
        Sql.one(
            open,
            "SELECT HAS_ANCESTOR('main', ?)",
            row -> row.getBoolean(1),
            request.sealed().value());
    if (!contained) {
      throw new SQLException(
          "The server reported the merge of " + request.sealed() + " as done, but main lacks it.");
    }
  }

  /** The work is on main by now: whatever becomes of the branch is told, and changes nothing. */
  private Optional<String> deleteBranch(MergeRequest request) {
    try {
      return database.deleteMergedBranch(request.branch(), request.sealed());
    } catch (DoltSqlException e) {
      LOG.warn("Branch {} is merged, but could not be deleted", request.branch(), e);
      return Optional.of(e.getMessage());
    }
  }

  private Connection connected() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = database.connect(BranchName.MAIN);
      connection = open;
      open.setAutoCommit(false);
    }
    return open;
  }

  private void lock(Connection open) throws SQLException {
    int got =
        Sql.one(
            open,
            "SELECT GET_LOCK(?, " + LOCK_WAIT.toSeconds() + ")",
            row -> row.getInt(1),
            lockName());
    open.rollback(); // waiting may have taken long: look at main as it is now
    if (got != 1) {
      throw new LockBusyException(database.name());
    }
  }

  /** Releases the lock; what fails here does not change what was merged. */
  private boolean unlocked(Connection open) {
    try {
      Sql.one(open, "SELECT RELEASE_LOCK(?)", row -> row.getInt(1), lockName());
      open.rollback();
      return true;
    } catch (SQLException e) {
      LOG.debug("The merge connection of {} broke after a merge", database, e);
      return false;
    }
  }

  private String lockName() {
    return "pq:" + database.name();
  }

  /** The message lists the tables one per line, indented by a tab. */
  private static List<String> stompedTables(String message) {
    return message.lines().filter(line -> line.startsWith("\t")).map(String::strip).toList();
  }
}
