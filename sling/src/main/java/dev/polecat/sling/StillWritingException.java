package dev.polecat.sling;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltException;
import java.time.Duration;

/**
 * A branch could not be sealed: its connections are still in use, or waiting was interrupted.
 *
 * @serial exclude
 */
public final class StillWritingException extends DoltException {
  private static final long serialVersionUID = 1L;

  private final transient BranchName branch;

  /**
   * Creates the exception.
   *
   * @param branch the branch
   * @param waited how long was waited at most
   */
  public StillWritingException(BranchName branch, Duration waited) {
    super(
        "Connections to branch "
            + branch
            + " are still in use after waiting up to "
            + waited.toMillis()
            + " ms. Close them (also on this thread), then call again; nothing was sealed.",
        null);
    this.branch = branch;
  }

  /**
   * The branch that is still written.
   *
   * @return its name
   */
  public BranchName branch() {
    return branch;
  }
}
