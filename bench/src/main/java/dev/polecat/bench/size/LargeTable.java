package dev.polecat.bench.size;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.sling.Rig;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A rig with one table {@code items} of many rows, loaded as one Dolt commit. Thread-safe.
 *
 * @param rig the rig
 * @param shape what the table has besides its key
 * @param rows how many rows it has, with the ids from 0
 */
public record LargeTable(Rig rig, Shape shape, int rows) {
  /** What decides how Dolt merges a table. */
  public enum Shape {
    /** Columns that may be NULL, no index: Dolt merges trees. */
    PLAIN("NULL", ""),
    /** Columns that may not be NULL. */
    NOT_NULL("NOT NULL", ""),
    /** A secondary index. */
    INDEXED("NULL", ", KEY by_name (name)"),
    /** Both, and a unique index. */
    INDEXED_NOT_NULL("NOT NULL", ", KEY by_name (name), UNIQUE KEY by_number (number)");

    private final String nullability;
    private final String keys;

    Shape(String nullability, String keys) {
      this.nullability = nullability;
      this.keys = keys;
    }

    private String ddl() {
      return "CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(60) %s, number INT %s%s)"
          .formatted(nullability, nullability, keys);
    }
  }

  /**
   * Makes and loads the table.
   *
   * @param rig an empty rig
   * @param shape what the table has besides its key
   * @param rows how many rows, a power of ten
   * @return the table
   * @throws SQLException if the server refuses
   */
  public static LargeTable load(Rig rig, Shape shape, int rows) throws SQLException {
    DoltDatabase database = rig.database();
    int digits = Integer.toString(rows).length() - 1;
    StringBuilder id = new StringBuilder("0");
    StringBuilder from = new StringBuilder();
    for (int digit = digits - 1; digit >= 0; digit--) { // the last varies fastest: rows in order
      id.append(" + d%d.n * %d".formatted(digit, (int) Math.pow(10, digit)));
      from.append(from.isEmpty() ? "" : " CROSS JOIN ").append("digits d" + digit);
    }
    try (Connection main = database.connect(BranchName.MAIN);
        Statement statement = main.createStatement()) {
      statement.execute(shape.ddl());
      statement.execute("CREATE TABLE digits (n INT PRIMARY KEY)");
      statement.execute("INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)");
      statement.execute(
          "INSERT INTO items SELECT id, CONCAT('item number ', id), id FROM (SELECT %s AS id FROM %s) ids"
              .formatted(id, from));
      statement.execute("DROP TABLE digits");
      statement.execute("CALL DOLT_COMMIT('-Am', 'load')");
    }
    return new LargeTable(rig, shape, rows);
  }

  /**
   * Ids spread over the whole table.
   *
   * @param run another one gives other ids
   * @param count how many
   * @return different ids
   */
  public List<Integer> ids(long run, int count) {
    int step = rows / count;
    int start = (int) (run * 7919 % step);
    return IntStream.range(0, count).mapToObj(i -> start + i * step).toList();
  }
}
