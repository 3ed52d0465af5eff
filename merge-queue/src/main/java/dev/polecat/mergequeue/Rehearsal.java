package dev.polecat.mergequeue;

import dev.polecat.core.CommitHash;
import dev.polecat.mergequeue.internal.Stage;
import java.util.List;

/**
 * Main as it would be if branches were merged now, by {@link MergeQueue#rehearse}: on a branch of
 * its own, {@code merge-overlay-<time>-<uuid>}, that is deleted when this is closed. If the process
 * dies first, a sweep deletes it once it is an hour old. Thread-safe.
 */
public final class Rehearsal implements AutoCloseable {
  private final CommitHash main;
  private final CommitHash merged;
  private final List<Rehearsed> branches;
  private final Stage stage;
  private boolean closed;

  Rehearsal(Stage stage, List<Rehearsed> branches) {
    this.main = stage.main();
    this.merged = stage.head();
    this.branches = List.copyOf(branches);
    this.stage = stage;
  }

  /**
   * Main's head that it began with.
   *
   * @return the commit
   */
  public CommitHash main() {
    return main;
  }

  /**
   * What main would be. Can be read until this is closed.
   *
   * @return a commit; {@link #main} if nothing was merged
   */
  public CommitHash merged() {
    return merged;
  }

  /**
   * What became of each branch.
   *
   * @return an immutable list, in the order of merging
   */
  public List<Rehearsed> branches() {
    return branches;
  }

  /** Deletes the branch it is on. May be called again. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      stage.close();
    }
  }
}
