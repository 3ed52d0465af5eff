package dev.polecat.mergequeue.spi;

/** What a {@link MergeGate} says. */
public sealed interface GateVerdict {
  /** The merge may go on. */
  record Pass() implements GateVerdict {}

  /**
   * The merge is parked.
   *
   * @param why what is wrong with it
   */
  record Refuse(String why) implements GateVerdict {}

  /**
   * The merge is parked until somebody has it tried again: the gate cannot say yet.
   *
   * @param forWhat what it waits for
   */
  record Wait(String forWhat) implements GateVerdict {}

  /**
   * The merge may go on.
   *
   * @return the verdict
   */
  static GateVerdict pass() {
    return new Pass();
  }

  /**
   * The merge is parked.
   *
   * @param why what is wrong with it
   * @return the verdict
   */
  static GateVerdict refuse(String why) {
    return new Refuse(why);
  }

  /**
   * The merge is parked until somebody has it tried again.
   *
   * @param forWhat what it waits for
   * @return the verdict
   */
  static GateVerdict waitFor(String forWhat) {
    return new Wait(forWhat);
  }
}
