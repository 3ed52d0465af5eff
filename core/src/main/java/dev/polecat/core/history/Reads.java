package dev.polecat.core.history;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltSqlException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Sessions to read a revision on: on its branch if its uncommitted rows are asked for, else on
 * main.
 *
 * @param database what is read
 */
record Reads(DoltDatabase database) {
  /**
   * Does something in a session of its own.
   *
   * @throws UnknownRevisionException if there is no such branch
   */
  <T> T in(Revision at, String doing, ReadSession.Work<T> work) {
    return known(at, () -> ReadSession.in(database, branch(at), doing, work));
  }

  /** The same for work whose stream goes on after it. */
  <T> Stream<T> streaming(Revision at, String doing, ReadSession.Work<Stream<T>> work) {
    return known(at, () -> ReadSession.streaming(database, branch(at), doing, work));
  }

  private static BranchName branch(Revision revision) {
    return revision.workingOf().orElse(BranchName.MAIN);
  }

  /** A branch that a session cannot be opened on is not there; main always is. */
  private static <T> T known(Revision at, Supplier<T> read) {
    try {
      return read.get();
    } catch (DoltSqlException e) {
      if (e.error() == DoltError.NOT_FOUND && at.workingOf().isPresent()) {
        throw new UnknownRevisionException(at.ref(), e.sqlException());
      }
      throw e;
    }
  }

  @Override
  public String toString() {
    return database.toString();
  }
}
