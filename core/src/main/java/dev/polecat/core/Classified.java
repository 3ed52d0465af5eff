package dev.polecat.core;

/** A failure that knows its kind, so that {@link DoltError#of} need not look at its text. */
public interface Classified {
  /**
   * What the failure means.
   *
   * @return its kind
   */
  DoltError error();
}
