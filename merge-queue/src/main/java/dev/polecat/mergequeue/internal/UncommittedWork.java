package dev.polecat.mergequeue.internal;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.history.TableChange;
import dev.polecat.core.history.TableSchema;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.internal.resolve.ParkException;
import dev.polecat.mergequeue.internal.resolve.RowCopies;
import dev.polecat.mergequeue.internal.resolve.ScratchBranch;
import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A branch as it would be if its uncommitted rows were committed: a commit on a branch of its own.
 * Nothing is changed on the branch itself. Costs what the uncommitted rows cost, which never leave
 * the server.
 */
final class UncommittedWork implements AutoCloseable {
  private final DoltDatabase database;
  private final BranchName branch;
  private final ScratchBranch copy;

  private UncommittedWork(DoltDatabase database, BranchName branch, ScratchBranch copy) {
    this.database = database;
    this.branch = branch;
    this.copy = copy;
  }

  /**
   * Prepares a copy.
   *
   * @param head the branch's head
   */
  static UncommittedWork of(DoltDatabase database, BranchName branch, CommitHash head)
      throws SQLException {
    return new UncommittedWork(database, branch, ScratchBranch.make(database, "overlay", head));
  }

  /**
   * Commits the branch's rows on the copy.
   *
   * @throws ParkException if more than rows is uncommitted, or the copy is not the same
   */
  CommitHash commit(Author author) throws SQLException, ParkException {
    Connection connection = copy.connection();
    Sql.execute(connection, "SET foreign_key_checks = 0");
    Sql.execute(connection, "USE " + path(branch)); // WORKING is always the session's
    List<TableChange> changed =
        Sql.list(
            connection,
            "SELECT from_table_name, to_table_name, diff_type, data_change, schema_change"
                + " FROM dolt_diff_summary('HEAD', 'WORKING')",
            TableChange::read);
    for (TableChange table : changed) {
      // a new AUTO_INCREMENT value counts as a changed schema, too
      if (table.kind() != TableChange.Kind.MODIFIED || !hasSameColumns(connection, table.to())) {
        throw notTheSame(changed);
      }
      RowCopies.copy(connection, table.to(), path(copy.name()));
    }
    String wanted = content(connection);
    Sql.execute(connection, "USE " + path(copy.name()));
    if (!content(connection).equals(wanted)) {
      throw notTheSame(changed);
    }
    return Sql.one(
        connection,
        "CALL DOLT_COMMIT('-A', '--allow-empty', '-m', ?, '--author', ?)",
        row -> CommitHash.of(row.getString(1)),
        "Uncommitted rows of " + branch,
        author.toString());
  }

  private static boolean hasSameColumns(Connection connection, String table) throws SQLException {
    return TableSchema.read(connection, table, "WORKING")
        .equals(TableSchema.read(connection, table, "HEAD"));
  }

  private ParkException notTheSame(List<TableChange> changed) {
    return new ParkException(
        new ParkReason.Uncommitted(branch, changed.stream().map(TableChange::name).toList()));
  }

  private static String content(Connection connection) throws SQLException {
    return Sql.one(connection, "VALUES ROW(DOLT_HASHOF_DB('WORKING'))", row -> row.getString(1));
  }

  private String path(BranchName name) {
    return Sql.identifier(database.name() + "/" + name);
  }

  @Override
  public void close() {
    copy.close();
  }
}
