package dev.polecat.mergequeue.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Small JDBC helpers, and the one place of this module where identifiers are quoted. */
final class Sql {
  private Sql() {}

  static String identifier(String name) {
    return '`' + name.replace("`", "``") + '`';
  }

  static String conflicts(String table) {
    return identifier("dolt_conflicts_" + table);
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static List<String> strings(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }

  /** Runs a statement with bound strings and reads its first row. */
  static <T> T one(Connection connection, String sql, RowReader<T> reader, String... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          throw new SQLException("No row in answer to: " + sql);
        }
        return reader.read(rows);
      }
    }
  }

  /** Reads the current row. */
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }
}
