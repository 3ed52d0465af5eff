package dev.polecat.mergequeue.internal;

import java.sql.SQLException;
import java.util.List;

/** Uncommitted rows of main stand in the merge's way; waiting may help. */
public final class MainDirtyException extends SQLException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> tables;

  MainDirtyException(List<String> tables) {
    super("Main has uncommitted rows in " + tables);
    this.tables = tables;
  }

  public List<String> tables() {
    return tables;
  }
}
