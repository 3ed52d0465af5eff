package dev.polecat.core.history;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.InvalidNameException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
  private final Reads reads;

  private History(Reads reads) {
    this.reads = reads;
  }

  /**
   * Reads a database.
   *
   * @param database the database
   * @return what reads it; nothing is opened yet
   */
  public static History of(DoltDatabase database) {
    return new History(new Reads(database));
  }

  /**
   * The tables in which two revisions differ, also those whose rows cannot be compared. Costs the
   * same however large they are.
   *
   * @param range the two revisions
   * @return the tables, those whose primary key changed last
   * @throws UnknownRevisionException if one of the revisions is not there
   */
  public List<TableChange> changedTables(RevisionRange range) {
    return reads.in(
        range.working(),
        "compare " + range + " in " + reads,
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
   * @throws UnknownRevisionException if one of the revisions is not there
   */
  public Stream<RowChange> diff(RevisionRange range, String table) {
    return reads.streaming(
        range.working(),
        "compare " + range + " in table " + table + " of " + reads,
        session -> diff(session, range, table));
  }

  /**
   * The rows of a table as they are at a revision, generated columns among them.
   *
   * @param at the revision; with {@link Revision#working} uncommitted rows, too; for a point in
   *     time {@code Revision.of(history.commitAt(branch, time).hash())}
   * @param table the table
   * @return the rows; to be read to the end or closed
   * @throws UnknownTableException if there is no such table
   * @throws UnknownRevisionException if there is no such revision
   */
  public Stream<Row> rows(Revision at, String table) {
    String doing = "read table " + table + " of " + reads + " at " + at;
    return reads.streaming(
        at,
        doing,
        session -> {
          TableAt there = TableAt.find(session, at, table);
          return session.stream(List.of(there.query()), (result, row) -> there.read(row));
        });
  }

  /**
   * One row as it is at a revision.
   *
   * @param at the revision
   * @param table the table
   * @param key a value for each column of the primary key, as the column's type or as text
   * @return the row; empty if there is none
   * @throws RowKeyException if that cannot be the primary key of a row, or the table has none
   * @throws UnknownTableException if there is no such table
   * @throws UnknownRevisionException if there is no such revision
   */
  public Optional<Row> row(Revision at, String table, Map<String, ?> key) {
    return reads.in(
        at,
        "read a row of table " + table + " of " + reads + " at " + at,
        session -> {
          TableAt there = TableAt.find(session, at, table);
          return there.row(session, RowKey.of(there.schema(), key));
        });
  }

  /**
   * The versions of a row, newest first: the commits at which it is like at none of their parents,
   * one that deleted it among them. A merge is one of them only if it made something new, by a
   * decision of its own or from columns of both sides; what was overruled by a merge is listed,
   * too.
   *
   * <p>The row is known by the values of its primary key. Its history begins anew where the table
   * got its name or its primary key. A column that is not there is as good as NULL, so that adding,
   * renaming or dropping one is a change of the rows that have a value in it. Generated columns do
   * not count. Costs a few look-ups by key for each commit that touched the table, as far as the
   * stream is read, however large the table is.
   *
   * @param until the last commit that counts; not a branch with its uncommitted rows
   * @param table the table
   * @param key a value for each column of the primary key, as the column's type or as text
   * @return the versions; to be read to the end or closed
   * @throws RowKeyException if that cannot be the primary key of a row, or the table has none
   * @throws UnknownTableException if there is no such table at {@code until}
   * @throws UnknownRevisionException if there is no such revision
   * @throws InvalidNameException if the revision has uncommitted rows, or there is a comma in the
   *     table's name, with which Dolt's log cannot find it
   */
  public Stream<RowVersion> versions(Revision until, String table, Map<String, ?> key) {
    String doing = "read the history of a row of table " + table + " of " + reads;
    until.requireCommitted();
    return reads.streaming(
        until,
        doing,
        session -> {
          TableAt there = TableAt.find(session, until, table).stored();
          RowKey row = RowKey.of(there.schema(), key);
          return Lazily.stream(
              doing,
              new RowVersions(
                  there.schema(), RowWalk.of(reads.database(), doing, session, there, row)));
        });
  }

  /**
   * Who brought a row and each of its values. Costs as {@link #versions} does, back to the oldest
   * value. What is said there about keys and columns holds here, too.
   *
   * @param at the commit whose row it is; not a branch with its uncommitted rows
   * @param table the table
   * @param key a value for each column of the primary key, as the column's type or as text
   * @return the row and who brought it; empty if there is no such row
   * @throws RowKeyException if that cannot be the primary key of a row, or the table has none
   * @throws UnknownTableException if there is no such table
   * @throws UnknownRevisionException if there is no such revision
   * @throws InvalidNameException if the revision has uncommitted rows, or there is a comma in the
   *     table's name, with which Dolt's log cannot find it
   */
  public Optional<RowBlame> blame(Revision at, String table, Map<String, ?> key) {
    String doing = "find who brought a row of table " + table + " of " + reads;
    at.requireCommitted();
    return reads.in(
        at,
        doing,
        session -> {
          TableAt there = TableAt.find(session, at, table).stored();
          RowKey wanted = RowKey.of(there.schema(), key);
          Optional<Row> row = there.row(session, wanted);
          if (row.isEmpty()) {
            return Optional.empty();
          }
          try (RowWalk walk = RowWalk.of(reads.database(), doing, session, there, wanted)) {
            return Optional.of(RowOrigins.find(CommitHash.of(there.ref()), row.get(), walk));
          }
        });
  }

  /**
   * Who made each row of a table what it is. Costs a few round trips for each commit that touched
   * the table, back to the oldest row that is still as it was made, and the changes of these
   * commits; keys are kept in memory, about a hundred bytes for each, and rows are not. What is
   * said at {@link #versions} about keys and columns holds here, too.
   *
   * @param at the commit whose rows they are; not a branch with its uncommitted rows
   * @param table the table
   * @return for each row its key and its last change, in the order of the commits in the log; to be
   *     read to the end or closed
   * @throws RowKeyException if the table has no primary key, or a column called {@code commit} or
   *     {@code commit_date}, which Dolt's diff hides
   * @throws UnknownTableException if there is no such table
   * @throws UnknownRevisionException if there is no such revision
   * @throws InvalidNameException if the revision has uncommitted rows, or there is a comma in the
   *     table's name, with which Dolt's log cannot find it
   */
  public Stream<KeyBlame> blame(Revision at, String table) {
    String doing = "find who brought the rows of table " + table + " of " + reads;
    at.requireCommitted();
    return reads.streaming(
        at,
        doing,
        session ->
            Lazily.stream(
                doing,
                TableOrigins.of(
                    reads.database(), doing, session, TableAt.find(session, at, table))));
  }

  /**
   * Commits, newest first: each comes before its parents.
   *
   * @param until the last one; of a branch with its uncommitted rows its head
   * @return it and all before it; to be read to the end or closed
   * @throws UnknownRevisionException if there is no such revision
   */
  public Stream<CommitInfo> log(Revision until) {
    return log(until, "the log", session -> Commits.log(Commits.resolve(session, until)));
  }

  /**
   * As {@link #log(Revision)}, of the commits at which a table is not as it is at each of their
   * parents: those that changed it, and merges of branches that did.
   *
   * @param until the last commit
   * @param table the table
   * @return the commits; to be read to the end or closed
   * @throws UnknownTableException if there is no such table at {@code until}
   * @throws UnknownRevisionException if there is no such revision
   * @throws InvalidNameException if there is a comma in the table's name, with which Dolt's log
   *     cannot find it
   */
  public Stream<CommitInfo> log(Revision until, String table) {
    return log(
        until,
        "the log of table " + table,
        session -> {
          TableAt there = TableAt.find(session, until, table);
          return Commits.logOf(Commits.resolve(session, until), there.schema().table());
        });
  }

  /**
   * The commits of a range, newest first: those of {@code to} that are not part of {@code from}, be
   * it written with two dots or with three.
   *
   * @param range the two revisions
   * @return the commits; to be read to the end or closed
   * @throws UnknownRevisionException if one of them is not there
   */
  public Stream<CommitInfo> log(RevisionRange range) {
    return log(
        range.to(),
        "the log",
        session ->
            Commits.log(
                Commits.resolve(session, range.from()), Commits.resolve(session, range.to())));
  }

  /**
   * As {@link #log(RevisionRange)}, of the commits at which a table is not as it is at each of
   * their parents.
   *
   * @param range the two revisions
   * @param table the table
   * @return the commits; to be read to the end or closed
   * @throws UnknownTableException if there is no such table at {@code to}
   * @throws UnknownRevisionException if one of the revisions is not there
   * @throws InvalidNameException if there is a comma in the table's name, with which Dolt's log
   *     cannot find it
   */
  public Stream<CommitInfo> log(RevisionRange range, String table) {
    return log(
        range.to(),
        "the log of table " + table,
        session -> {
          CommitHash excluded = Commits.resolve(session, range.from());
          TableAt there = TableAt.find(session, range.to(), table);
          return Commits.logOf(
              excluded, Commits.resolve(session, range.to()), there.schema().table());
        });
  }

  /**
   * What a branch was at some time: the last commit made on it until then. Commits of branches that
   * were merged later do not count, however early they were made.
   *
   * @param branch the branch
   * @param time the time
   * @return the commit
   * @throws TooEarlyException if the branch's first commit is later
   * @throws UnknownRevisionException if there is no such branch
   */
  public CommitInfo commitAt(BranchName branch, Instant time) {
    try (Stream<CommitInfo> commits = log(Revision.of(branch))) {
      @Nullable CommitHash next = null;
      @Nullable CommitInfo first = null;
      for (CommitInfo commit : (Iterable<CommitInfo>) commits::iterator) {
        if (first == null || commit.hash().equals(next)) {
          if (!commit.time().isAfter(time)) {
            return commit;
          }
          first = commit;
          next = commit.parents().isEmpty() ? null : commit.parents().get(0);
        }
      }
      throw new TooEarlyException(branch, time, first == null ? time : first.time());
    }
  }

  /**
   * All tags.
   *
   * @return the tags, by name
   * @throws DoltSqlException if the server fails
   */
  public List<Tag> tags() {
    return reads.in(
        Revision.MAIN,
        "list the tags of " + reads,
        session ->
            session.list(
                "SELECT tag_name, tag_hash, tagger, email, date, message FROM dolt_tags"
                    + " ORDER BY tag_name",
                (result, row) ->
                    new Tag(
                        row.getString(1),
                        CommitHash.of(row.getString(2)),
                        row.getString(3),
                        row.getString(4),
                        Commits.time(row, 5),
                        row.getString(6))));
  }

  /**
   * The tables of a branch with changes that are not committed. Dolt does not show the change of a
   * column's comment, nor new tables that dolt_ignore names.
   *
   * @param branch the branch
   * @return the tables, by name, those with staged and other changes twice; empty if it is clean
   * @throws UnknownRevisionException if there is no such branch
   */
  public List<TableStatus> status(BranchName branch) {
    return reads.in(
        Revision.working(branch),
        "look at the status of " + branch + " of " + reads,
        session ->
            session.list(
                "SELECT table_name, status, staged FROM dolt_status"
                    + " ORDER BY table_name, staged DESC",
                (result, row) -> TableStatus.read(row)));
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

  private Stream<CommitInfo> log(Revision until, String what, ReadSession.Work<String> query) {
    return reads.streaming(
        until,
        "read " + what + " of " + reads,
        session -> session.stream(List.of(query.on(session)), (result, row) -> Commits.read(row)));
  }
}
