package dev.polecat.mergequeue.internal;

import dev.polecat.mergequeue.ParkReason;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The columns of a table as a merge has to treat them.
 *
 * @param name the table
 * @param keys its primary key
 * @param values its other columns, without generated ones
 * @param generated the names of its generated columns
 */
record TableShape(String name, List<Column> keys, List<Column> values, Set<String> generated) {
  private static final Pattern GENERATED =
      Pattern.compile( // outside of quotes: a comment or a default may hold the words too
          "^\\s+`((?:[^`]|``)+)` (?:[^'\\n]|'(?:[^'\\\\]|''|\\\\.)*+')*?\\bGENERATED ALWAYS AS\\b",
          Pattern.MULTILINE);

  /** How values of a column are compared. */
  enum Kind {
    /** Numbers, times, enums: the server's own order. */
    ORDERED,
    /** Strings: collations may call different strings equal, so equality is by bytes. */
    TEXT,
    /** JSON: equality by structure. */
    JSON,
    /** Everything else: equality and order by bytes. */
    BYTES
  }

  /** One column. */
  record Column(String name, Kind kind, boolean isTime) {}

  boolean hasValue(String column) {
    return values.stream().anyMatch(c -> c.name().equals(column));
  }

  /** Reads a table's columns; an unknown table is an SQL error. */
  static TableShape read(Connection connection, String table) throws SQLException {
    Set<String> generated = generatedColumns(connection, table);
    List<Column> keys = new ArrayList<>();
    List<Column> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SHOW FULL COLUMNS FROM " + Sql.identifier(table))) {
      while (rows.next()) {
        String type = rows.getString("Type").toLowerCase(java.util.Locale.ROOT);
        Column column = new Column(rows.getString("Field"), kindOf(type), isTime(type));
        if ("PRI".equals(rows.getString("Key"))) {
          keys.add(column);
        } else if (!generated.contains(column.name())) {
          values.add(column);
        }
      }
    }
    return new TableShape(table, List.copyOf(keys), List.copyOf(values), Set.copyOf(generated));
  }

  /**
   * Refuses what the resolver cannot decide cell by cell: no key to find a row by, generated
   * columns (Dolt does not compute them again when a conflict is settled, and misplaces columns
   * next to virtual ones), or columns that not all of base, ours and theirs have.
   */
  void checkResolvable(Connection connection) throws SQLException, ParkException {
    if (keys.isEmpty()) {
      throw new ParkException(new ParkReason.NoPolicy(name, "it has no primary key."));
    }
    if (!generated.isEmpty()) {
      throw new ParkException(
          new ParkReason.NoPolicy(name, "it has generated columns: " + generated + "."));
    }
    if (hasValue("diff_type")) {
      throw new ParkException(
          new ParkReason.NoPolicy(name, "Dolt has a column of its own named like diff_type."));
    }
    Set<String> columns = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet none =
            statement.executeQuery("SELECT * FROM " + Sql.conflicts(name) + " LIMIT 0")) {
      ResultSetMetaData meta = none.getMetaData();
      for (int i = 1; i <= meta.getColumnCount(); i++) {
        columns.add(meta.getColumnName(i));
      }
    }
    List<String> partial = new ArrayList<>();
    for (String column : columns) {
      for (String prefix : List.of("base_", "our_", "their_")) {
        if (column.startsWith(prefix) && !column.endsWith("_diff_type")) {
          String bare = column.substring(prefix.length());
          if (!columns.containsAll(List.of("base_" + bare, "our_" + bare, "their_" + bare))) {
            partial.add(bare);
          }
        }
      }
    }
    if (!partial.isEmpty()) {
      throw new ParkException(
          new ParkReason.NoPolicy(
              name,
              "main and the branch do not have the same columns ("
                  + String.join(", ", partial.stream().distinct().sorted().toList())
                  + ")."));
    }
  }

  private static Set<String> generatedColumns(Connection connection, String table)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW CREATE TABLE " + Sql.identifier(table))) {
      rows.next();
      Matcher matcher = GENERATED.matcher(rows.getString(2));
      Set<String> found = new HashSet<>();
      while (matcher.find()) {
        found.add(matcher.group(1).replace("``", "`"));
      }
      return found;
    }
  }

  private static Kind kindOf(String type) {
    if (type.startsWith("json")) {
      return Kind.JSON;
    }
    if (type.matches("(?s)(var)?char.*|(tiny|medium|long)?text.*")) {
      return Kind.TEXT;
    }
    if (type.matches("(?s)(tiny|small|medium|big)?int.*|decimal.*|float.*|double.*|bit.*|year.*")
        || isTime(type)
        || type.startsWith("time")
        || type.startsWith("enum")
        || type.startsWith("set")) {
      return Kind.ORDERED;
    }
    return Kind.BYTES;
  }

  private static boolean isTime(String type) {
    return type.startsWith("timestamp") || type.startsWith("date");
  }
}
