package dev.polecat.core;

/** When what a connection writes becomes a Dolt commit. */
public enum CommitMode {
  /**
   * Every SQL transaction, and every writing statement outside one, is a Dolt commit by the
   * connection's author. This is the default, as the seeds' auto-commit.
   */
  PER_TRANSACTION,
  /** SQL commits only change the branch's working set; the Dolt commit is asked for by the user. */
  EXPLICIT
}
