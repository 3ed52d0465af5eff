package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.mergequeue.ParkReason;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps rows away from Dolt's own merge: a commit on top of the sealed one, in which they are as on
 * main. When that commit is merged, both sides agree on them, and the resolver decides them from
 * the diffs afterwards.
 *
 * <p>This is for rows that both sides changed, in tables that Dolt 1.86.4 misjudges. With stored
 * generated columns it panics, and ends the server. With virtual ones it compares the wrong
 * columns, and may drop a change without a word. With strings whose collation does not tell cases
 * apart it takes a change of letter case for none, and drops it. The commit is made on a branch of
 * its own, which is deleted again when this is closed.
 */
public final class Alignment implements AutoCloseable {
  /** How the messages of such commits begin. */
  static final String MESSAGE = "Rows left to the merge queue: ";

  private final DoltDatabase database;
  private final BranchName branch;
  private final Connection connection;

  private Alignment(DoltDatabase database, BranchName branch, Connection connection) {
    this.database = database;
    this.branch = branch;
    this.connection = connection;
  }

  /**
   * Starts at the sealed commit.
   *
   * @param on the session of the merge, with nothing open yet
   */
  public static Alignment start(DoltDatabase database, Connection on, CommitHash sealed)
      throws SQLException {
    BranchName branch = BranchName.of("merge-align-" + sealed);
    Sql.list(
        on, "CALL DOLT_BRANCH('-f', ?, ?)", row -> row.getInt(1), branch.value(), sealed.value());
    Connection connection = database.connect(branch);
    connection.setAutoCommit(false);
    Sql.execute(connection, "SET foreign_key_checks = 0");
    return new Alignment(database, branch, connection);
  }

  /** Whether both sides changed a row of the table. */
  public static boolean isNeeded(OpenMerge merge, String table) throws SQLException, ParkException {
    String atTheirs = "SHOW TABLES AS OF '" + merge.theirs() + "'";
    if (!Sql.strings(merge.connection(), "SHOW TABLES").contains(table)
        || !Sql.strings(merge.connection(), atTheirs).contains(table)) {
      return false; // added or dropped on one side: no row is merged
    }
    TableShape ours = TableShape.read(merge.connection(), table);
    if (ours.keys().isEmpty()) {
      throw new ParkException(
          new ParkReason.NotResolvable(
              table,
              "it has generated columns and no primary key, and Dolt cannot merge such a table."));
    }
    return Sql.one(
        merge.connection(),
        "SELECT COUNT(*) FROM " + rows(merge, ours).relation(),
        row -> row.getLong(1) > 0);
  }

  private static SharedRows rows(OpenMerge merge, TableShape shape) throws SQLException {
    Set<String> base = SchemaChanges.columnsAt(merge, shape.name(), merge.base());
    return new SharedRows(merge, shape, shape.values(), base);
  }

  /**
   * Makes the rows of a table that both sides changed as they are on main.
   *
   * @throws ParkException if the sides do not have the same columns
   */
  public void align(OpenMerge merge, String table) throws SQLException, ParkException {
    TableShape shape = TableShape.read(merge.connection(), table);
    TableShape theirs = TableShape.read(connection, table);
    if (!new HashSet<>(shape.columns()).equals(new HashSet<>(theirs.columns()))
        || !shape.generated().equals(theirs.generated())) {
      throw new ParkException(
          new ParkReason.NotResolvable(
              table,
              "it has generated columns, both sides changed a row, and its columns differ between"
                  + " main and the branch."));
    }
    Triggers.requireNone(merge.connection(), table, "INSERT");
    Triggers.requireNone(merge.connection(), table, "DELETE");
    String shared = rows(merge, shape).relation();
    Sql.execute(
        connection,
        "DELETE aligned FROM %s aligned JOIN (SELECT * FROM %s) d ON %s"
            .formatted(
                Sql.identifier(table),
                shared,
                shape.keys().stream()
                    .map(
                        key ->
                            "aligned.%s = d.%s"
                                .formatted(key.quoted(), Sql.identifier("their_" + key.name())))
                    .collect(Collectors.joining(" AND "))));
    Sql.execute(
        connection,
        "INSERT INTO %s (%s) SELECT %s FROM %s WHERE our_diff_type <> 'removed'"
            .formatted(
                Sql.identifier(table),
                shape.columns().stream().map(Column::quoted).collect(Collectors.joining(", ")),
                shape.columns().stream()
                    .map(column -> Sql.identifier("our_" + column.name()))
                    .collect(Collectors.joining(", ")),
                shared));
  }

  /** Makes the commit; this is what is to be merged. */
  public CommitHash commit(Author author, Set<String> tables) throws SQLException {
    Sql.run(
        connection,
        "CALL DOLT_COMMIT('-A', '--skip-empty', '-m', ?, '--author', ?)",
        MESSAGE + tables,
        author.toString());
    return Sql.one(
        connection, "SELECT HASHOF(?)", row -> CommitHash.of(row.getString(1)), branch.value());
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    database.deleteBranchWithItsCommits(branch);
  }
}
