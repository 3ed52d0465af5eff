package dev.polecat.mergequeue.internal;

import dev.polecat.core.CommitHash;
import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/** Finds in main's history what merged a branch. */
final class MergeCommits {
  private MergeCommits() {}

  /**
   * The commit that brought a sealed commit to main, which must have it.
   *
   * @return the merge commit, or main's head if it came in another way
   */
  static CommitHash of(Connection connection, CommitHash sealed) throws SQLException {
    return CommitHash.of(
        Sql.strings(
                connection,
                "SELECT commit_hash FROM dolt_log('main', '--not', '%s', '--parents', '--merges')"
                        .formatted(sealed)
                    + " WHERE parents LIKE ? OR message LIKE ?",
                "%, " + sealed,
                "%" + MergeMessage.SEALED + ": " + sealed + "%")
            .stream()
            .findFirst()
            .orElse(Sql.strings(connection, "SELECT HASHOF('main')").get(0)));
  }
}
