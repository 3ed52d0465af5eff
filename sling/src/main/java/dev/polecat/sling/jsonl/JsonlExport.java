package dev.polecat.sling.jsonl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.history.ColumnType.Kind;
import dev.polecat.core.history.Revision;
import dev.polecat.core.internal.sql.Quoting;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes tables as JSON Lines. The same rows are always written the same way: sorted by primary
 * key, with the keys of each object sorted, so that a file under git changes only where rows do.
 * Numbers among keys that are text come after all others, in the order of numbers. Thread-safe.
 */
public final class JsonlExport {
  private final DoltDatabase database;

  private JsonlExport(DoltDatabase database) {
    this.database = database;
  }

  /**
   * Exports from a database.
   *
   * @param database the database
   * @return what exports; nothing is opened yet
   */
  public static JsonlExport of(DoltDatabase database) {
    return new JsonlExport(database);
  }

  /**
   * Writes a table to a file. The file is as before until everything is written.
   *
   * @param at the revision to read
   * @param table the table
   * @param file the file, which may exist
   * @return how many rows were written
   * @throws dev.polecat.core.history.UnknownTableException if the revision has no such table
   * @throws DoltSqlException if there is no such revision, or the server fails
   * @throws IOException if the file cannot be written
   */
  public long write(Revision at, String table, Path file) throws IOException {
    // no temporary file of Java's: only its owner could read that, and so the result
    Path unfinished =
        file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".unfinished");
    try {
      long rows;
      try (BufferedWriter out =
          Files.newBufferedWriter(
              unfinished,
              StandardCharsets.UTF_8,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE)) {
        rows = write(at, table, out);
      }
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return rows;
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /**
   * Writes a table.
   *
   * @param at the revision to read
   * @param table the table
   * @param out where to; is not closed
   * @return how many rows were written
   * @throws dev.polecat.core.history.UnknownTableException if the revision has no such table
   * @throws DoltSqlException if there is no such revision, or the server fails
   * @throws IOException if it cannot be written
   */
  public long write(Revision at, String table, Writer out) throws IOException {
    try (Connection connection = database.connect(at.workingOf().orElse(BranchName.MAIN))) {
      Sessions.inUtc(connection);
      @Nullable String ref = at.workingOf().isPresent() ? null : at.ref();
      return write(connection, Table.read(connection, table, ref), ref, out);
    } catch (SQLException e) {
      throw new DoltSqlException("export table " + table + " at " + at + " of " + database, e);
    }
  }

  private static long write(Connection connection, Table table, @Nullable String ref, Writer out)
      throws SQLException, IOException {
    String from =
        Quoting.identifier(table.name()) + (ref == null ? "" : " AS OF " + Quoting.literal(ref));
    String sql =
        "SELECT "
            + table.selected()
            + " FROM "
            + from
            + " ORDER BY "
            + order(connection, table, from);
    long written = 0;
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(Integer.MIN_VALUE); // row by row, however many there are
      try (ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          Map<String, JsonNode> object = table.toObject(rows);
          out.write(Json.text(object));
          out.write('\n');
          written++;
        }
      }
    }
    out.flush();
    return written;
  }

  /** Sorting costs the server its memory: only where numbers are among keys that are text. */
  private static String order(Connection connection, Table table, String from) throws SQLException {
    List<Column> key = table.key().isEmpty() ? table.columns() : table.key();
    StringBuilder order = new StringBuilder();
    for (Column column : key) {
      String name = Quoting.identifier(column.name());
      String number = name + " REGEXP '^(0|[1-9][0-9]{0,17})$'";
      if (column.type().kind() == Kind.TEXT && any(connection, from, number)) {
        order.append("CASE WHEN " + number + " THEN CAST(" + name + " AS SIGNED) END, ");
      }
      order.append(name).append(", ");
    }
    return order.substring(0, order.length() - 2);
  }

  private static boolean any(Connection connection, String from, String condition)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT 1 FROM " + from + " WHERE " + condition + " LIMIT 1")) {
      return rows.next();
    }
  }
}
