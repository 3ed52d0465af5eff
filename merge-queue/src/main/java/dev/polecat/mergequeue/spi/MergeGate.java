package dev.polecat.mergequeue.spi;

/**
 * A check that a merge must pass. It runs on the merged state before anyone else can see it:
 * conflicts are settled, constraints hold, nothing is committed.
 *
 * <p>Gates run one after the other on a thread of their own, while the queue waits and the merge
 * lock is held; a gate that throws, or takes longer than the queue's gate time limit, parks the
 * request. A merge may be tried more than once, and then its gates are asked again.
 */
public interface MergeGate {
  /**
   * The gate's name, for reasons and messages.
   *
   * @return a short name
   */
  String name();

  /**
   * Looks at a merge.
   *
   * @param merge what is about to be committed; valid until this method returns
   * @return the verdict
   * @throws Exception if the gate cannot tell; parks the request
   */
  GateVerdict check(MergedState merge) throws Exception;
}
