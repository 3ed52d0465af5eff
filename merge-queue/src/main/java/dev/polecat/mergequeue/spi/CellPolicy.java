package dev.polecat.mergequeue.spi;

/**
 * Decides cells that both sides changed since the merge base.
 *
 * <p>Called on the queue's thread while the merge is open and the merge lock held, once per
 * contested cell; it must be quick, and must give the same answer for the same cell, since a merge
 * may be tried more than once. An exception parks the merge.
 */
@FunctionalInterface
public interface CellPolicy {
  /**
   * Decides one cell.
   *
   * @param cell what each side holds
   * @return the decision
   */
  CellChoice decide(ConflictedCell cell);
}
