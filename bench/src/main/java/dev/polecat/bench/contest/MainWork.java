package dev.polecat.bench.contest;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Everyone on main: each writer has a connection, and makes a commit again, as a whole and after a
 * pause drawn at random, when it lost against another one.
 */
final class MainWork extends WritersWork {
  private final boolean fewestRoundTrips;

  /**
   * A run.
   *
   * @param fewestRoundTrips without the BEGIN before and the COMMIT after, which Gas Town sends and
   *     Dolt needs neither of
   */
  MainWork(Arena arena, boolean fewestRoundTrips) {
    super(arena, HotRule.LAST_COMMITTED);
    this.fewestRoundTrips = fewestRoundTrips;
  }

  @Override
  void write(int writer) throws SQLException {
    try (Connection main = arena().connect()) {
      main.setAutoCommit(!fewestRoundTrips);
      for (int commit = 0; commit < arena().workload().commits(); commit++) {
        Write write = journal().next(writer, commit);
        attempts().untilThrough(main, again -> commit(main, write, "w" + writer));
        journal().acknowledge(write);
      }
    }
  }

  private void commit(Connection main, Write write, String writer) throws SQLException {
    if (!fewestRoundTrips) {
      DoltCalls.execute(main, "BEGIN");
    }
    Beads.send(main, write);
    DoltCalls.commit(main, writer);
    if (!fewestRoundTrips) {
      DoltCalls.execute(main, "COMMIT");
    }
  }
}
