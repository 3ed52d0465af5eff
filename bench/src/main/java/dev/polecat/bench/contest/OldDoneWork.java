package dev.polecat.bench.contest;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * As Gas Town's first {@code gt sling} and {@code gt done}: a branch for each writer, and in the
 * end one script on one connection that checks main out, merges, takes the branch's side of every
 * conflict, and deletes. The scripts run one after the other.
 */
final class OldDoneWork extends WritersWork {
  private final ReentrantLock oneAtATime = new ReentrantLock();

  OldDoneWork(Arena arena) {
    super(arena, HotRule.NEWEST);
  }

  @Override
  void write(int writer) throws SQLException {
    String branch = branch(writer);
    try (Connection sling = arena().connect()) {
      attempts().untilThrough(sling, again -> DoltCalls.createBranch(sling, branch, again));
    }
    try (Connection own = arena().connect()) {
      own.setCatalog(arena().name() + "/" + branch);
      own.setAutoCommit(false);
      commitAll(own, writer);
    }
  }

  @Override
  void merge(int writer) throws SQLException {
    String branch = branch(writer);
    oneAtATime.lock();
    try (Connection done = arena().connect()) {
      done.setAutoCommit(false);
      DoltCalls.execute(done, "CALL DOLT_CHECKOUT('main')");
      attempts().untilThrough(done, again -> DoltCalls.mergeWithTheirs(done, branch));
      attempts().untilThrough(done, again -> DoltCalls.deleteBranch(done, branch, again));
    } finally {
      oneAtATime.unlock();
    }
  }
}
