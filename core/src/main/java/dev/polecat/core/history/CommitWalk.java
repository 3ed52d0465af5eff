package dev.polecat.core.history;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a commit and all before it, each before its parents, and tells where a table was
 * touched. Two logs are read side by side: all commits, and those the server finds the table
 * changed at, in the same order. Used by one thread.
 */
final class CommitWalk implements AutoCloseable {
  private final Stream<CommitInfo> all;
  private final Stream<CommitInfo> touching;
  private final Iterator<CommitInfo> each;
  private final Iterator<CommitInfo> touched;
  private @Nullable CommitInfo nextTouched;

  private CommitWalk(Stream<CommitInfo> all, Stream<CommitInfo> touching) {
    this.all = all;
    this.touching = touching;
    this.each = all.iterator();
    this.touched = touching.iterator();
    this.nextTouched = touched.hasNext() ? touched.next() : null;
  }

  /**
   * One commit.
   *
   * @param commit the commit
   * @param touched false if the table is as it is at every parent that has it
   */
  record Step(CommitInfo commit, boolean touched) {}

  static CommitWalk of(DoltDatabase database, String doing, CommitHash from, String table) {
    Stream<CommitInfo> all = log(database, doing, Commits.log(from));
    try {
      return new CommitWalk(all, log(database, doing, Commits.logOf(from, table)));
    } catch (RuntimeException e) {
      all.close();
      throw e;
    }
  }

  static Stream<CommitInfo> log(DoltDatabase database, String doing, String sql) {
    return ReadSession.streaming(
        database,
        BranchName.MAIN,
        doing,
        session -> session.stream(List.of(sql), (result, row) -> Commits.read(row)));
  }

  /** Returns null when there are no more. */
  @Nullable Step next() {
    if (!each.hasNext()) {
      return null;
    }
    CommitInfo commit = each.next();
    boolean isTouched = nextTouched != null && nextTouched.hash().equals(commit.hash());
    if (isTouched) {
      nextTouched = touched.hasNext() ? touched.next() : null;
    }
    return new Step(commit, isTouched);
  }

  @Override
  public void close() {
    try (all;
        touching) {
      // both are closed
    }
  }
}
