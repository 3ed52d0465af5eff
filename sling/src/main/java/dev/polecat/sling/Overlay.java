package dev.polecat.sling;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.history.History;
import dev.polecat.core.history.Revision;
import dev.polecat.core.history.RevisionRange;
import dev.polecat.core.history.Row;
import dev.polecat.core.history.RowChange;
import dev.polecat.mergequeue.Rehearsal;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A table of main as it would look if all live branches were merged now, by the rig's policies.
 * Main and the branches are not touched: the merges are made on a branch of their own, which is
 * deleted when this is closed, at the latest with the rig; if the process dies, a sweep deletes it.
 * Good for an hour. Thread-safe.
 */
public final class Overlay implements AutoCloseable {
  private final DoltDatabase database;
  private final String table;
  private final Rehearsal rehearsal;
  private final List<BranchName> merged;
  private final List<LeftOut> leftOut;
  private final Consumer<Overlay> closed;

  Overlay(
      DoltDatabase database,
      String table,
      Rehearsal rehearsal,
      List<BranchName> merged,
      List<LeftOut> leftOut,
      Consumer<Overlay> closed) {
    this.database = database;
    this.table = table;
    this.rehearsal = rehearsal;
    this.merged = List.copyOf(merged);
    this.leftOut = List.copyOf(leftOut);
    this.closed = closed;
  }

  /**
   * The table.
   *
   * @return its name, as it was asked for
   */
  public String table() {
    return table;
  }

  /**
   * Main's head that the branches were merged onto.
   *
   * @return the commit
   */
  public CommitHash main() {
    return rehearsal.main();
  }

  /**
   * The branches that are in it, in the order of merging: those of the live ones whose work can
   * make a difference to the table.
   *
   * @return an immutable list
   */
  public List<BranchName> merged() {
    return merged;
  }

  /**
   * The branches that could not be merged and are not in it, and why.
   *
   * @return an immutable list
   */
  public List<LeftOut> leftOut() {
    return leftOut;
  }

  /**
   * The table's rows. Reading them costs what reading the table costs.
   *
   * @return the rows, in no particular order; to be read to the end or closed, and not longer than
   *     this is open
   * @throws dev.polecat.core.history.UnknownTableException if there would be no such table
   * @throws DoltSqlException if the server fails, also while the stream is read
   */
  public Stream<Row> rows() {
    return History.of(database).rows(Revision.of(rehearsal.merged()), table);
  }

  /**
   * The rows of the table in which it differs from main's. Costs what these rows cost.
   *
   * @return the changes, in no particular order; to be read to the end or closed, and not longer
   *     than this is open
   * @throws dev.polecat.core.history.UnknownTableException if neither has such a table
   * @throws dev.polecat.core.history.KeyChangedException if the table's primary key is not the same
   * @throws DoltSqlException if the server fails, also while the stream is read
   */
  public Stream<RowChange> changes() {
    return History.of(database)
        .diff(RevisionRange.between(Revision.of(main()), Revision.of(rehearsal.merged())), table);
  }

  /** Deletes the branch it is on. May be called again. */
  @Override
  public void close() {
    rehearsal.close();
    closed.accept(this);
  }

  @Override
  public String toString() {
    return "overlay of table " + table + " with " + merged;
  }
}
