package dev.polecat.mergequeue.internal;

import dev.polecat.core.DatabaseName;
import java.sql.SQLException;

/** Another process merges into the same main; waiting may help. */
public final class LockBusyException extends SQLException {
  private static final long serialVersionUID = 1L;

  LockBusyException(DatabaseName database) {
    super(
        "Another process holds the merge lock of "
            + database
            + ". If it hangs, end it: the lock goes with its connection.");
  }
}
