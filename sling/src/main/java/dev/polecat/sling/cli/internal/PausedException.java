package dev.polecat.sling.cli.internal;

import dev.polecat.core.DoltException;
import dev.polecat.mergequeue.QueuePause;

/**
 * Merging is paused, and nothing was done that would wait for it.
 *
 * @serial exclude
 */
public final class PausedException extends DoltException {
  private static final long serialVersionUID = 1L;

  /** Says who paused it, and what to do. */
  public PausedException(QueuePause pause) {
    super(
        "Merging is paused by "
            + pause.by()
            + ": "
            + pause.why()
            + ". Nothing was done. To go on: polecat queue resume; then try again.",
        null);
  }
}
