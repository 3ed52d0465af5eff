package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltError;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.internal.resolve.ParkException;
import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How things stand before a merge, asked in one round trip.
 *
 * @param main main's head
 * @param contained whether main has the sealed commit already
 * @param head the branch's head; empty if the branch is gone
 * @param dirty tables with uncommitted rows on main
 * @param changesSchema whether the branch changed any table's schema
 */
record Survey(
    CommitHash main,
    boolean contained,
    Optional<CommitHash> head,
    List<String> dirty,
    boolean changesSchema) {
  /**
   * Looks at main and the branch.
   *
   * @param target what is merged into, main or a branch that stands for it; the session is on it
   * @throws ParkException if neither the branch nor its sealed commit can be found
   */
  static Survey of(Connection connection, BranchName target, MergeRequest request)
      throws SQLException, ParkException {
    try {
      return ask(connection, target, request, "HASHOF(?)", request.branch().value());
    } catch (SQLException e) {
      if (DoltError.of(e) != DoltError.NOT_FOUND) {
        throw e;
      }
    }
    try {
      return ask(connection, target, request, "NULL");
    } catch (SQLException e) {
      if (DoltError.of(e) == DoltError.NOT_FOUND) {
        throw new ParkException(new ParkReason.BranchGone(request.branch()));
      }
      throw e;
    }
  }

  private static Survey ask(
      Connection connection, BranchName target, MergeRequest request, String head, String... values)
      throws SQLException {
    String sealed = request.sealed().value();
    Survey clean =
        Sql.one(
            connection,
            // HAS_ANCESTOR panics while main is at its first commit (Dolt 1.86.4)
            "VALUES ROW(HASHOF('%1$s'), DOLT_MERGE_BASE('%1$s', '%2$s') = '%2$s', %3$s, "
                    .formatted(target, sealed, head)
                + "EXISTS(SELECT table_name FROM dolt_status), "
                + "EXISTS(SELECT schema_change FROM dolt_diff_summary('%s...%s') WHERE schema_change))"
                    .formatted(target, sealed),
            row ->
                new Survey(
                    CommitHash.of(row.getString(1)),
                    row.getBoolean(2),
                    Optional.ofNullable(row.getString(3)).map(CommitHash::of),
                    row.getBoolean(4) ? List.of("?") : List.of(),
                    row.getBoolean(5)),
            values);
    return clean.dirty().isEmpty() ? clean : clean.withDirty(dirtyTables(connection));
  }

  private Survey withDirty(List<String> tables) {
    return new Survey(main, contained, head, tables, changesSchema);
  }

  /** A table that is renamed and not committed has both names here. */
  private static List<String> dirtyTables(Connection connection) throws SQLException {
    List<String> tables = new ArrayList<>();
    for (String table : Sql.strings(connection, "SELECT table_name FROM dolt_status")) {
      tables.add(table);
      tables.addAll(List.of(table.split(" -> ")));
    }
    return tables;
  }
}
