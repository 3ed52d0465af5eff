package dev.polecat.sling;

import dev.polecat.core.BranchDataSource;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.mergequeue.MergeRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A handle's branch with nobody writing through the handle, and what it then is. */
final class Standstill {
  private static final Logger LOG = LoggerFactory.getLogger(Standstill.class);

  private final DoltDatabase database;
  private final BranchDataSource dataSource;
  private final MergeRequest request;
  private final String message;
  private final Duration limit;

  /**
   * Prepares it.
   *
   * @param message of the commit of what is uncommitted
   * @param limit how long writers may take to end
   */
  Standstill(
      DoltDatabase database,
      BranchDataSource dataSource,
      MergeRequest request,
      String message,
      Duration limit) {
    this.database = database;
    this.dataSource = dataSource;
    this.request = request;
    this.message = message;
    this.limit = limit;
  }

  /** A way to have no connections handed out, and to wait for those in use. */
  interface Stop {
    boolean within(Duration limit) throws InterruptedException;
  }

  /**
   * Stops the writers.
   *
   * @throws StillWritingException if they do not end in time, or the caller is interrupted
   */
  void come(Stop stop) {
    try {
      if (!stop.within(limit)) {
        throw new StillWritingException(request.branch(), limit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StillWritingException(request.branch(), limit);
    }
  }

  /** The branch's head with everything committed, when nobody writes any more. */
  CommitHash head() {
    return headIfClean()
        .orElseGet(() -> database.commitAll(request.branch(), request.author(), message));
  }

  /** Empty also if it cannot be told now: committing asks again, on a connection of its own. */
  private Optional<CommitHash> headIfClean() {
    try {
      return dataSource.headIfClean();
    } catch (SQLException e) {
      LOG.debug("Whether branch {} is clean was not answered", request.branch(), e);
      return Optional.empty();
    }
  }
}
