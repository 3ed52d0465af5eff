package dev.polecat.core.history;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import java.util.List;

/**
 * The tables of a database, as they are at any revision. Thread-safe; each read has a connection of
 * its own, which is closed with it.
 */
public final class Tables {
  private final Reads reads;

  private Tables(Reads reads) {
    this.reads = reads;
  }

  /**
   * Looks at a database.
   *
   * @param database the database
   * @return what looks at it; nothing is opened yet
   */
  public static Tables of(DoltDatabase database) {
    return new Tables(new Reads(database));
  }

  /**
   * The tables there are.
   *
   * @param at the revision
   * @return their names, sorted; no views
   * @throws UnknownRevisionException if there is no such revision
   * @throws DoltSqlException if the server fails
   */
  public List<String> names(Revision at) {
    return reads.in(
        at,
        "list the tables of " + reads + " at " + at,
        session ->
            session
                .list(TableAt.names(TableAt.hold(session, at)), (result, row) -> row.getString(1))
                .stream()
                .sorted()
                .toList());
  }

  /**
   * The columns of a table.
   *
   * @param at the revision
   * @param table the table; in any letter case
   * @return its name as it is written there, and its columns
   * @throws UnknownTableException if there is no such table
   * @throws UnknownRevisionException if there is no such revision
   * @throws DoltSqlException if the server fails
   */
  public TableSchema schema(Revision at, String table) {
    return reads.in(
        at,
        "read the columns of table " + table + " of " + reads + " at " + at,
        session -> TableAt.find(session, at, table).schema());
  }
}
