package dev.polecat.sling;

/** What a sweep does with an abandoned branch that has work of its own. */
public enum Abandoned {
  /** It is kept as it is and reported: the work may be half done. */
  KEEP,
  /** What is uncommitted on it is committed, and the branch is handed in for its merge. */
  SUBMIT
}
