package dev.polecat.mergequeue;

/** What happens to a row that one side deleted and the other changed. */
public enum DeletionRule {
  /** The changed row stays: a deletion can be repeated, a lost change cannot (own decision). */
  KEEP_CHANGE,
  /** The row goes. */
  ACCEPT_DELETION,
  /** The merge is parked, and a person decides. */
  PARK
}
