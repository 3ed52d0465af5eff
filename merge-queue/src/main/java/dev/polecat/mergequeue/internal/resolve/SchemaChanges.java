package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.CommitHash;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.SchemaDifference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the columns of a conflicted table were on main before the merge. */
public final class SchemaChanges {
  private final Set<String> ours;

  private SchemaChanges(Set<String> ours) {
    this.ours = ours;
  }

  /**
   * Looks at the columns that not all sides have.
   *
   * @throws ParkException if one side dropped or renamed a column whose values the other changed:
   *     merging would lose them
   */
  static SchemaChanges of(OpenMerge merge, TableShape shape, ConflictColumns present)
      throws SQLException, ParkException {
    if (present.ambiguous()) {
      throw new ParkException(
          new ParkReason.NotResolvable(
              shape.name(), "a column's name clashes with one of Dolt's, such as diff_type."));
    }
    if (present.base().equals(present.our()) && present.our().equals(present.their())) {
      return new SchemaChanges(present.our());
    }
    Set<String> ours = columnsAt(merge, shape.name(), merge.ours());
    Set<String> theirs = columnsAt(merge, shape.name(), merge.theirs());
    requireNotLost(merge, shape.name(), present.dropped(), ours, theirs);
    return new SchemaChanges(ours);
  }

  /**
   * Refuses a merge in which one side changed values in a column that the other no longer has by
   * that name.
   */
  static void requireNotLost(
      OpenMerge merge,
      String table,
      Collection<String> dropped,
      Set<String> ours,
      Set<String> theirs)
      throws SQLException, ParkException {
    for (String column : dropped) {
      boolean lost =
          ours.contains(column) && isChanged(merge, merge.ourDiff(table), column)
              || theirs.contains(column) && isChanged(merge, merge.theirDiff(table), column);
      if (lost) {
        throw new ParkException(
            new ParkReason.SchemaConflict(
                List.of(
                    difference(
                        merge,
                        table,
                        "one side dropped or renamed column "
                            + column
                            + ", the other changed values in it"))));
      }
    }
  }

  boolean inOurs(String column) {
    return ours.contains(column);
  }

  /** Rows of a table without a key are told apart by all their columns. */
  void requireSameColumns(TableShape shape, ConflictColumns present) throws ParkException {
    if (!present.base().equals(present.our()) || !present.our().equals(present.their())) {
      throw new ParkException(
          new ParkReason.NotResolvable(
              shape.name(),
              "it has no primary key, and its columns differ between main and the branch."));
    }
  }

  /** A table's schema at the base, on main and on the branch. */
  public static SchemaDifference difference(OpenMerge merge, String table, String description)
      throws SQLException {
    return new SchemaDifference(
        table,
        createTable(merge.connection(), table, merge.base()),
        createTable(merge.connection(), table, merge.ours()),
        createTable(merge.connection(), table, merge.theirs()),
        description);
  }

  private static Optional<String> createTable(
      Connection connection, String table, CommitHash commit) throws SQLException {
    if (!Sql.exists(connection, table, commit)) {
      return Optional.empty();
    }
    return Optional.of(
        Sql.one(
            connection,
            "SHOW CREATE TABLE %s AS OF '%s'".formatted(Sql.identifier(table), commit),
            row -> row.getString(2)));
  }

  private static boolean isChanged(OpenMerge merge, String diff, String column)
      throws SQLException {
    return Sql.one(
        merge.connection(),
        "SELECT COUNT(*) FROM %s WHERE diff_type = 'modified' AND NOT (%s <=> %s)"
            .formatted(diff, Sql.identifier("from_" + column), Sql.identifier("to_" + column)),
        row -> row.getLong(1) > 0);
  }

  /** The columns of a table in a commit; none if there is no such table. */
  static Set<String> columnsAt(OpenMerge merge, String table, CommitHash commit)
      throws SQLException {
    return Sql.exists(merge.connection(), table, commit)
        ? Set.copyOf(
            Sql.columns(merge.connection(), Sql.identifier(table) + " AS OF '" + commit + "'"))
        : Set.of();
  }
}
