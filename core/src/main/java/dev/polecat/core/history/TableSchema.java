package dev.polecat.core.history;

import dev.polecat.core.internal.sql.Quoting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The columns of a table at one revision. Immutable and safe to share.
 *
 * @param table the table's name
 * @param columns its columns, in their order
 */
public record TableSchema(String table, List<Column> columns) {
  private static final Pattern GENERATED =
      Pattern.compile( // outside of quotes: a comment or a default may hold the words too
          "^\\s+`((?:[^`]|``)+)` (?:[^'\\n]|'(?:[^'\\\\]|''|\\\\.)*+')*?\\bGENERATED ALWAYS AS\\b",
          Pattern.MULTILINE);

  /** Without one, a unique column that is NOT NULL is called PRI, too. */
  private static final Pattern PRIMARY_KEY =
      Pattern.compile("^\\s+PRIMARY KEY \\(", Pattern.MULTILINE);

  /**
   * Copies the columns.
   *
   * @param table the table's name
   * @param columns its columns
   */
  public TableSchema {
    columns = List.copyOf(columns);
  }

  /**
   * One column.
   *
   * @param name its name
   * @param type its type
   * @param comment its comment, or empty
   * @param key whether it is part of the primary key
   * @param generated whether the server computes it from others
   * @param nullable whether it may be NULL
   * @param hasDefault whether the server finds a value, if none is given: not NULL, but a default
   *     or the next number
   */
  public record Column(
      String name,
      ColumnType type,
      String comment,
      boolean key,
      boolean generated,
      boolean nullable,
      boolean hasDefault) {}

  /**
   * Reads a table's columns.
   *
   * @param connection a connection to the database
   * @param table the table
   * @param ref the revision, such as a hash, {@code WORKING} or {@code STAGED}; the connection's
   *     working set if it is empty
   * @return the schema
   * @throws SQLException if there is no such table or revision, or the connection breaks
   */
  public static TableSchema read(Connection connection, String table, String ref)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      String create;
      try (ResultSet rows = statement.executeQuery(createSql(table, ref))) {
        create = createTable(rows);
      }
      try (ResultSet rows = statement.executeQuery(columnsSql(table, ref))) {
        return of(table, create, rows);
      }
    }
  }

  static String createSql(String table, String ref) {
    return "SHOW CREATE TABLE " + Quoting.identifier(table) + asOf(ref);
  }

  static String columnsSql(String table, String ref) {
    return "SHOW FULL COLUMNS FROM " + Quoting.identifier(table) + asOf(ref);
  }

  private static String asOf(String ref) {
    return ref.isEmpty() ? "" : " AS OF '" + ref + "'";
  }

  static String createTable(ResultSet rows) throws SQLException {
    rows.next();
    return rows.getString(2);
  }

  static TableSchema of(String table, String create, ResultSet rows) throws SQLException {
    Set<String> generated = generatedIn(create);
    boolean hasKey = PRIMARY_KEY.matcher(create).find();
    List<Column> columns = new ArrayList<>();
    while (rows.next()) {
      String comment = rows.getString("Comment");
      columns.add(
          new Column(
              rows.getString("Field"),
              new ColumnType(rows.getString("Type")),
              comment == null ? "" : comment,
              hasKey && "PRI".equals(rows.getString("Key")),
              generated.contains(rows.getString("Field")),
              "YES".equals(rows.getString("Null")),
              rows.getString("Default") != null
                  || rows.getString("Extra").contains("auto_increment")));
    }
    return new TableSchema(table, columns);
  }

  /**
   * The names of the primary key's columns.
   *
   * @return names in the order of the columns; empty if the table has no primary key
   */
  public List<String> key() {
    return columns.stream().filter(Column::key).map(Column::name).toList();
  }

  /** The same without the columns that the server computes. */
  TableSchema stored() {
    return new TableSchema(table, columns.stream().filter(c -> !c.generated() || c.key()).toList());
  }

  private static Set<String> generatedIn(String createTable) {
    Matcher matcher = GENERATED.matcher(createTable);
    Set<String> found = new HashSet<>();
    while (matcher.find()) {
      found.add(matcher.group(1).replace("``", "`"));
    }
    return found;
  }
}
