package dev.polecat.mergequeue.internal.ledger;

import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A statement that writes one entry, if the ledger still has what its writer saw.
 *
 * @param sql the statement
 * @param values what is bound in it
 */
record LedgerWrite(String sql, List<@Nullable String> values) {

  /** Makes the write, and says how many rows it changed. */
  int on(Connection connection) throws SQLException {
    return Sql.update(connection, sql, values.toArray(new String[0]));
  }

  /**
   * Makes several writes one after the other in one transaction: of two for the same entry, the
   * second finds what the first made of it.
   *
   * @return for each how many rows it changed; negative if the driver does not know
   */
  static List<Integer> together(Connection connection, List<LedgerWrite> writes)
      throws SQLException {
    Map<String, List<Integer>> bySql = new LinkedHashMap<>();
    for (int i = 0; i < writes.size(); i++) {
      bySql.computeIfAbsent(writes.get(i).sql, sql -> new ArrayList<>()).add(i);
    }
    List<Integer> changed = new ArrayList<>(Collections.nCopies(writes.size(), 0));
    connection.setAutoCommit(false);
    for (Map.Entry<String, List<Integer>> batch : bySql.entrySet()) {
      try (PreparedStatement statement = connection.prepareStatement(batch.getKey())) {
        for (int i : batch.getValue()) {
          List<@Nullable String> values = writes.get(i).values;
          for (int at = 0; at < values.size(); at++) {
            statement.setString(at + 1, values.get(at));
          }
          statement.addBatch();
        }
        int[] counts = statement.executeBatch();
        for (int at = 0; at < counts.length; at++) {
          changed.set(batch.getValue().get(at), counts[at]);
        }
      }
    }
    connection.commit();
    return changed;
  }
}
