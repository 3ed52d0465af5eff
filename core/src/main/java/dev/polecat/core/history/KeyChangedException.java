package dev.polecat.core.history;

import dev.polecat.core.DoltException;

/** A table has different primary keys at two revisions, so its rows cannot be compared. */
public final class KeyChangedException extends DoltException {
  private static final long serialVersionUID = 1L;

  KeyChangedException(String table, RevisionRange range) {
    super(
        "The primary key of table "
            + table
            + " is not the same at both ends of "
            + range
            + ", so Dolt cannot tell which rows belong together. Read the table at each revision.",
        null);
  }
}
