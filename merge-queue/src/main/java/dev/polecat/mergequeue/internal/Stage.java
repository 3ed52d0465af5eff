package dev.polecat.mergequeue.internal;

import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.Rehearsed;
import dev.polecat.mergequeue.internal.resolve.ByHand;
import dev.polecat.mergequeue.internal.resolve.Care;
import dev.polecat.mergequeue.internal.resolve.ParkException;
import dev.polecat.mergequeue.internal.resolve.Resolution;
import dev.polecat.mergequeue.internal.resolve.ScratchBranch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/**
 * A copy of main that nobody else sees, on which branches are merged as the queue would merge them
 * into main. Costs what their changes cost. Used by one thread.
 */
public final class Stage implements AutoCloseable {
  private final DoltDatabase database;
  private final ConflictPolicies policies;
  private final int maxListed;
  private final CommitHash main;
  private final ScratchBranch branch;
  private final SchemaWatch schemas;
  private CommitHash head;

  private Stage(
      DoltDatabase database,
      ConflictPolicies policies,
      int maxListed,
      CommitHash main,
      ScratchBranch branch) {
    this.database = database;
    this.policies = policies;
    this.maxListed = maxListed;
    this.main = main;
    this.branch = branch;
    this.schemas = new SchemaWatch(branch.name(), policies);
    this.head = main;
  }

  /**
   * Makes the copy.
   *
   * @param main the commit of main to begin with
   * @param maxListed how many cells, rows or keys are listed of each merge
   */
  public static Stage open(
      DoltDatabase database, ConflictPolicies policies, int maxListed, CommitHash main)
      throws SQLException {
    return new Stage(
        database, policies, maxListed, main, ScratchBranch.make(database, "overlay", main));
  }

  public CommitHash main() {
    return main;
  }

  /** The last merge commit, or the commit it began with. */
  public CommitHash head() {
    return head;
  }

  /**
   * Merges a branch; one that cannot be merged changes nothing.
   *
   * @throws SQLException if the server fails for reasons that may pass
   */
  public Rehearsed merge(MergeRequest request, ByHand byHand) throws SQLException {
    boolean clean = false;
    try {
      Rehearsed merged = mergeNow(branch.connection(), request, byHand);
      clean = true;
      return merged;
    } catch (ParkException e) {
      return leftOut(request, e.reason());
    } catch (SQLException e) {
      if (DoltError.of(e) != DoltError.OTHER) {
        throw e;
      }
      return leftOut(request, new ParkReason.Refused(e));
    } catch (RuntimeException e) { // such as one of a user's own policy
      return leftOut(request, new ParkReason.Refused(e));
    } finally {
      if (!clean) {
        branch.reconnect(); // a fresh session is the surest way out of an open merge
      }
    }
  }

  /** Leaves a branch out. */
  public static Rehearsed leftOut(MergeRequest request, ParkReason why) {
    return new Rehearsed(request, Optional.of(why), new Resolution(0).decisions());
  }

  private Rehearsed mergeNow(Connection connection, MergeRequest request, ByHand byHand)
      throws SQLException, ParkException {
    Survey survey = Survey.of(connection, branch.name(), request);
    Resolution decided = new Resolution(0);
    if (!survey.contained()) {
      MergeRun run =
          new MergeRun(database, connection, branch.name(), request, survey, policies, maxListed);
      Map<String, Care> careful = schemas.among(connection, survey, request.sealed());
      Optional<CommitHash> atOnce = run.merge(careful, byHand, true);
      head = atOnce.isPresent() ? atOnce.get() : run.commit(false);
      schemas.noteMerged(survey, head);
      decided = run.resolution();
    }
    connection.rollback(); // what comes next must see what others have done meanwhile
    return new Rehearsed(request, Optional.empty(), decided.decisions());
  }

  @Override
  public void close() {
    branch.close();
  }
}
