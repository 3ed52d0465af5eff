package dev.polecat.core.history;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads a database's past and its branches. Thread-safe; each read has a connection of its own,
 * which is closed with it.
 *
 * <p>Streams hold their connection until they are read to their end or closed; rows come as they
 * are asked for, so that a diff of millions of rows needs no more memory than one of ten. Use them
 * in try-with-resources unless they are surely read to the end. They throw {@link DoltSqlException}
 * if the server fails while they are read.
 */
public final class History {
  private final DoltDatabase database;

  private History(DoltDatabase database) {
    this.database = database;
  }

  /**
   * Reads a database.
   *
   * @param database the database
   * @return what reads it; nothing is opened yet
   */
  public static History of(DoltDatabase database) {
    return new History(database);
  }

  /**
   * The tables in which two revisions differ, also those whose rows cannot be compared. Costs the
   * same however large they are.
   *
   * @param range the two revisions
   * @return the tables, those whose primary key changed last
   * @throws DoltSqlException with {@link dev.polecat.core.DoltError#NOT_FOUND} if there is no such
   *     revision
   */
  public List<TableChange> changedTables(RevisionRange range) {
    return ReadSession.in(
        database,
        branch(range),
        "compare " + range + " in " + database,
        session -> DiffEnds.resolve(session, range).changedTables());
  }

  /**
   * The rows of a table in which two revisions differ. Costs what the changed rows cost, however
   * large the table is. If the table was renamed, either name will do.
   *
   * @param range the two revisions
   * @param table the table
   * @return the changes, in no particular order; to be read to the end or closed
   * @throws KeyChangedException if the table's primary key is not the same at both
   * @throws UnknownTableException if there is no such table at either
   * @throws DoltSqlException with {@link dev.polecat.core.DoltError#NOT_FOUND} if there is no such
   *     revision
   */
  public Stream<RowChange> diff(RevisionRange range, String table) {
    return ReadSession.streaming(
        database,
        branch(range),
        "compare " + range + " in table " + table + " of " + database,
        session -> diff(session, range, table));
  }

  private static Stream<RowChange> diff(ReadSession session, RevisionRange range, String table)
      throws SQLException {
    DiffEnds ends = DiffEnds.resolve(session, range);
    Optional<TableChange> changed = find(ends.changedTables(), table);
    if (changed.isEmpty()) {
      ends.requireKnown(table, range.toString());
      session.close();
      return Stream.empty();
    }
    if (changed.get().keyChanged()) {
      throw new KeyChangedException(table, range);
    }
    TableDiff diff = TableDiff.on(session.connection(), ends.from(), ends.to(), changed.get());
    return session.stream(List.of(diff.query()), (result, row) -> diff.read(row));
  }

  /** As Dolt looks for a table: by its new name first. */
  static Optional<TableChange> find(List<TableChange> tables, String table) {
    return Stream.concat(
            tables.stream().filter(change -> change.to().equalsIgnoreCase(table)),
            tables.stream().filter(change -> change.from().equalsIgnoreCase(table)))
        .findFirst();
  }

  private static BranchName branch(RevisionRange range) {
    return range.to().workingOf().or(range.from()::workingOf).orElse(BranchName.MAIN);
  }
}
