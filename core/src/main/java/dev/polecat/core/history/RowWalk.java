package dev.polecat.core.history;

import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows one row through a history, commit by commit: the row there, and at the commit's parents.
 * It is looked up by its key at each commit that touched the table, many commits in one round trip;
 * so the cost is that of the commits, however large the table is. Used by one thread.
 */
final class RowWalk implements AutoCloseable {
  private static final int FIRST_COMMITS = 8;
  private static final int MAX_COMMITS = 128;

  private final ReadSession session;
  private final CommitWalk walk;
  private final RowLookup lookup;
  private final Map<CommitHash, Optional<Row>> rows = new HashMap<>();
  private final Deque<CommitWalk.Step> ahead = new ArrayDeque<>();
  private int commitsAtOnce = FIRST_COMMITS;

  private RowWalk(ReadSession session, CommitWalk walk, RowLookup lookup) {
    this.session = session;
    this.walk = walk;
    this.lookup = lookup;
  }

  /**
   * The row at one commit.
   *
   * @param commit the commit
   * @param here the row there; empty if there is none
   * @param before the row at each of its parents
   */
  record At(CommitInfo commit, Optional<Row> here, List<Optional<Row>> before) {}

  /** Follows a row of a table back from a commit; closes the session in the end. */
  static RowWalk of(
      DoltDatabase database, String doing, ReadSession session, TableAt table, RowKey key) {
    return new RowWalk(
        session,
        CommitWalk.of(database, doing, CommitHash.of(table.ref()), table.schema().table()),
        new RowLookup(session, table.schema().table(), key));
  }

  /**
   * The next commit at which the row may not be as at its parents, or that has several. Others have
   * one parent and the row as it has it; they go to {@code others}.
   *
   * @return null at the end
   */
  @Nullable At next(Others others) throws SQLException {
    while (true) {
      if (ahead.isEmpty() && !lookAhead()) {
        return null;
      }
      CommitWalk.Step step = ahead.remove();
      CommitInfo commit = step.commit();
      @Nullable Optional<Row> here = rows.remove(commit.hash());
      if (isLookedAt(step)) {
        return new At(commit, here, commit.parents().stream().map(rows::get).toList());
      }
      others.pass(commit);
    }
  }

  /** Takes a commit at which nothing happened to the row. */
  interface Others {
    void pass(CommitInfo commit);
  }

  private static boolean isLookedAt(CommitWalk.Step step) {
    return step.touched() || step.commit().parents().size() != 1;
  }

  private boolean lookAhead() throws SQLException {
    while (ahead.size() < commitsAtOnce) {
      CommitWalk.Step step = walk.next();
      if (step == null) {
        break;
      }
      ahead.add(step);
    }
    commitsAtOnce = Math.min(2 * commitsAtOnce, MAX_COMMITS);
    Set<CommitHash> wanted = new LinkedHashSet<>();
    for (CommitWalk.Step step : ahead) {
      if (isLookedAt(step)) {
        wanted.add(step.commit().hash());
        wanted.addAll(step.commit().parents());
      }
    }
    wanted.removeAll(rows.keySet());
    rows.putAll(lookup.at(new ArrayList<>(wanted)));
    return !ahead.isEmpty();
  }

  @Override
  public void close() {
    try (walk) {
      session.abort();
    }
  }
}
