package dev.polecat.mergequeue.internal.ledger;

import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes one entry, if the ledger still has what its writer saw.
 *
 * @param rig the entry's rig
 * @param branch the entry's branch
 * @param before the version that was seen; null if there was no entry
 * @param version the version that is written
 * @param row the values of all columns
 */
record LedgerWrite(
    String rig,
    String branch,
    @Nullable String before,
    String version,
    List<@Nullable String> row) {
  private static final int DUPLICATE_KEY = 1062;

  /** Makes the write; false if the ledger has something else. */
  boolean on(Connection connection) throws SQLException {
    String seen = before;
    if (seen == null) {
      try {
        Sql.update(connection, insert("INSERT", 1), row.toArray(new String[0]));
        return true;
      } catch (SQLException e) {
        if (e.getErrorCode() != DUPLICATE_KEY) {
          throw e;
        }
        return false;
      }
    }
    String sql =
        "UPDATE branches SET "
            + String.join(" = ?, ", LedgerRow.COLUMNS)
            + " = ? WHERE rig = ? AND branch = ? AND version = ?";
    Stream<@Nullable String> values = Stream.concat(row.stream(), Stream.of(rig, branch, seen));
    return Sql.update(connection, sql, values.toArray(String[]::new)) > 0;
  }

  /**
   * Makes several writes of one rig as if one came after the other, in one transaction: of two for
   * the same entry, the second finds what the first made of it. What another process changes
   * meanwhile fails them all, as each changes the version.
   *
   * @return for each whether it was made
   */
  static List<Boolean> together(Connection connection, List<LedgerWrite> writes)
      throws SQLException {
    if (writes.size() == 1) {
      return List.of(writes.get(0).on(connection));
    }
    connection.setAutoCommit(false);
    Map<String, String> versions = versions(connection, writes);
    Map<String, LedgerWrite> last = new LinkedHashMap<>();
    List<Boolean> made = new ArrayList<>();
    for (LedgerWrite write : writes) {
      String seen = write.before;
      String found = versions.get(write.branch);
      boolean wins = seen == null ? found == null : seen.equals(found);
      if (wins) {
        versions.put(write.branch, write.version);
        last.put(write.branch, write);
      }
      made.add(wins);
    }
    if (!last.isEmpty()) {
      Sql.update(
          connection,
          insert("REPLACE", last.size()),
          last.values().stream().flatMap(write -> write.row.stream()).toArray(String[]::new));
    }
    connection.commit();
    return made;
  }

  private static Map<String, String> versions(Connection connection, List<LedgerWrite> writes)
      throws SQLException {
    List<String> branches = writes.stream().map(LedgerWrite::branch).distinct().toList();
    Map<String, String> versions = new HashMap<>();
    Sql.list(
        connection,
        "SELECT branch, version FROM branches WHERE rig = ? AND branch IN ("
            + marks(branches.size())
            + ")",
        found -> versions.put(found.getString(1), found.getString(2)),
        Stream.concat(Stream.of(writes.get(0).rig), branches.stream()).toArray(String[]::new));
    return versions;
  }

  private static String insert(String verb, int rows) {
    String row = "(" + marks(LedgerRow.COLUMNS.size()) + ")";
    return verb
        + " INTO branches ("
        + String.join(", ", LedgerRow.COLUMNS)
        + ") VALUES "
        + String.join(", ", Collections.nCopies(rows, row));
  }

  static String marks(int count) {
    return String.join(", ", Collections.nCopies(count, "?"));
  }
}
