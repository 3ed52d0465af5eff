package dev.polecat.core.history;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltException;
import java.time.Instant;

/** A branch had no commit yet at the time that was asked for. */
public final class TooEarlyException extends DoltException {
  private static final long serialVersionUID = 1L;

  TooEarlyException(BranchName branch, Instant time, Instant first) {
    super(
        "At "
            + time
            + " there was no commit on "
            + branch
            + " yet: the first is of "
            + first
            + ". Ask for that time or a later one.",
        null);
  }
}
