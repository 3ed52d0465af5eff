package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.Author;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.mergequeue.ParkReason;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
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

  private final ScratchBranch branch;

  private Alignment(ScratchBranch branch) {
    this.branch = branch;
  }

  /**
   * Starts at the sealed commit. Nothing is done in the session of the merge: making a branch would
   * commit its transaction.
   */
  public static Alignment start(DoltDatabase database, CommitHash sealed) throws SQLException {
    // a preview may be at the same commit at the same time
    Alignment alignment = new Alignment(ScratchBranch.make(database, "align", sealed));
    boolean done = false;
    try {
      Sql.execute(alignment.connection(), "SET foreign_key_checks = 0");
      done = true;
      return alignment;
    } finally {
      if (!done) {
        alignment.close();
      }
    }
  }

  /** Whether both sides changed a row of the table. */
  public static boolean isNeeded(OpenMerge merge, String table) throws SQLException, ParkException {
    Set<String> theirs = SchemaChanges.columnsAt(merge, table, merge.theirs());
    if (theirs.isEmpty() || SchemaChanges.columnsAt(merge, table, merge.ours()).isEmpty()) {
      return false; // added or dropped on one side: no row is merged
    }
    TableShape ours = TableShape.read(merge.connection(), table);
    if (ours.keys().isEmpty()) {
      throw new ParkException(
          new ParkReason.NotResolvable(
              table,
              "it has generated columns and no primary key, and Dolt cannot merge such a table."));
    }
    List<Column> common = ours.values().stream().filter(c -> theirs.contains(c.name())).toList();
    boolean same = common.size() == ours.values().size() && theirs.size() == size(ours);
    if (!same && ours.generated().isEmpty()) {
      return false; // Dolt's merge of letter cases is better than none
    }
    return Sql.one(
        merge.connection(),
        "SELECT COUNT(*) FROM " + rows(merge, ours, common).relation(),
        row -> row.getLong(1) > 0);
  }

  private static int size(TableShape shape) {
    return shape.columns().size() + shape.generated().size();
  }

  private static SharedRows rows(OpenMerge merge, TableShape shape, List<Column> values)
      throws SQLException {
    Set<String> base = SchemaChanges.columnsAt(merge, shape.name(), merge.base());
    return new SharedRows(merge, shape, values, base, "TRUE");
  }

  /**
   * Makes the rows of a table that both sides changed as they are on main.
   *
   * @throws ParkException if the sides do not have the same columns
   */
  public void align(OpenMerge merge, String table) throws SQLException, ParkException {
    TableShape shape = TableShape.read(merge.connection(), table);
    TableShape theirs = TableShape.read(connection(), table);
    if (!new HashSet<>(shape.columns()).equals(new HashSet<>(theirs.columns()))
        || !shape.generated().equals(theirs.generated())) {
      throw new ParkException(
          new ParkReason.NotResolvable(
              table,
              "it has generated columns, both sides changed a row, and its columns differ between"
                  + " main and the branch."));
    }
    for (Connection side : List.of(merge.connection(), connection())) {
      Triggers.requireNone(side, table, "INSERT");
      Triggers.requireNone(side, table, "DELETE");
    }
    String shared = rows(merge, shape, shape.values()).relation();
    Sql.execute(
        connection(),
        "DELETE aligned FROM %s aligned JOIN (SELECT * FROM %s) d ON %s"
            .formatted(Sql.identifier(table), shared, shape.sameKey("aligned", "d", "their_")));
    Sql.execute(
        connection(),
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
        connection(),
        "CALL DOLT_COMMIT('-A', '--skip-empty', '-m', ?, '--author', ?)",
        MESSAGE + tables,
        author.toString());
    return Sql.one(
        connection(),
        "VALUES ROW(HASHOF(?))",
        row -> CommitHash.of(row.getString(1)),
        branch.name().value());
  }

  /** Deletes the branch; if that fails, the merge is none the worse for it. */
  @Override
  public void close() {
    branch.close();
  }

  private Connection connection() {
    return branch.connection();
  }
}
