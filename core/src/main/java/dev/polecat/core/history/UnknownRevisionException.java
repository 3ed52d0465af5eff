package dev.polecat.core.history;

import dev.polecat.core.Classified;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltException;
import java.sql.SQLException;

/** There is no such branch, tag or commit. */
public final class UnknownRevisionException extends DoltException implements Classified {
  private static final long serialVersionUID = 1L;

  UnknownRevisionException(String revision, SQLException cause) {
    super(
        "There is no revision "
            + revision
            + ". Name a branch, a tag or a commit's hash that is there; a branch that was merged"
            + " and deleted is part of main, where its commits still have their hashes.",
        cause);
  }

  @Override
  public DoltError error() {
    return DoltError.NOT_FOUND;
  }
}
