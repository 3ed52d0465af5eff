package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.CommitHash;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Small JDBC helpers, and the one place of this module where identifiers are quoted. */
public final class Sql {
  private Sql() {}

  public static String identifier(String name) {
    return '`' + name.replace("`", "``") + '`';
  }

  public static String conflicts(String table) {
    return identifier("dolt_conflicts_" + table);
  }

  /** A table function's value of one side of a change: {@code dolt_diff('a', 'b', 't')}. */
  public static String diff(String from, String to, String table) {
    return "dolt_diff('%s', '%s', '%s')"
        .formatted(from, to, table.replace("\\", "\\\\").replace("'", "''"));
  }

  public static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Runs a statement with bound strings whose result, if any, does not matter. */
  static void run(Connection connection, String sql, String... values) throws SQLException {
    try (PreparedStatement statement = prepared(connection, sql, values)) {
      statement.execute();
    }
  }

  /** Runs a statement with bound strings and says how many rows it changed. */
  public static int update(Connection connection, String sql, String... values)
      throws SQLException {
    try (PreparedStatement statement = prepared(connection, sql, values)) {
      return statement.executeUpdate();
    }
  }

  public static List<String> strings(Connection connection, String sql, String... values)
      throws SQLException {
    return list(connection, sql, row -> row.getString(1), values);
  }

  /** Runs a statement with bound strings and reads all its rows. */
  public static <T> List<T> list(
      Connection connection, String sql, RowReader<T> reader, String... values)
      throws SQLException {
    try (PreparedStatement statement = prepared(connection, sql, values)) {
      try (ResultSet rows = statement.executeQuery()) {
        List<T> found = new ArrayList<>();
        while (rows.next()) {
          found.add(reader.read(rows));
        }
        return found;
      }
    }
  }

  /**
   * Runs a statement with bound strings and reads its first row. Questions without a table are
   * asked by {@code VALUES ROW(...)}: for each expression of a SELECT's list Dolt 1.86.4 builds
   * sessions that it throws away, several times.
   */
  public static <T> T one(Connection connection, String sql, RowReader<T> reader, String... values)
      throws SQLException {
    List<T> rows = list(connection, sql, reader, values);
    if (rows.isEmpty()) {
      throw new SQLException("No row in answer to: " + sql);
    }
    return rows.get(0);
  }

  /** The names of the columns of a table, or of what else may stand in a FROM clause. */
  static List<String> columns(Connection connection, String from) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet none = statement.executeQuery("SELECT * FROM " + from + " LIMIT 0")) {
      ResultSetMetaData meta = none.getMetaData();
      List<String> names = new ArrayList<>();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        names.add(meta.getColumnName(i));
      }
      return names;
    }
  }

  /** Whether a commit has a table. */
  public static boolean exists(Connection connection, String table, CommitHash commit)
      throws SQLException {
    return strings(connection, "SHOW TABLES AS OF '" + commit + "'").contains(table);
  }

  private static PreparedStatement prepared(Connection connection, String sql, String... values)
      throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setString(i + 1, values[i]);
    }
    return statement;
  }

  /** Reads the current row. */
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }
}
