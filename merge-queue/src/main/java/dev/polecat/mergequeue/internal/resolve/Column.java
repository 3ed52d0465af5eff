package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.history.ColumnType;
import dev.polecat.core.history.ColumnType.Kind;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One column: how its values are compared on the server, and how they travel to Java and back
 * without harm.
 *
 * @param name the column
 * @param type its type
 * @param comment its comment in the schema, or empty
 */
record Column(String name, ColumnType type, String comment) {
  Kind kind() {
    return type.kind();
  }

  boolean isNumeric() {
    return switch (kind()) {
      case INTEGER -> !type.isBit() && !type.sql().startsWith("year");
      case DECIMAL, FLOATING -> true;
      default -> false;
    };
  }

  /** Whether the column may say when its row was written. */
  boolean isTime() {
    return type.isTime();
  }

  /**
   * Whether the server may call different strings of this column equal. Dolt names a collation in
   * the type if it is not its default, utf8mb4_0900_bin, which never does; what it reports as the
   * column's collation is always the default.
   */
  boolean hidesDifferences() {
    return kind() == Kind.TEXT && type.sql().contains(" collate ");
  }

  /** Whether the server's {@code <} and {@code >} order values of this column. */
  boolean hasOrder() {
    return switch (kind()) {
      case TEXT, JSON, BYTES -> false;
      default -> true;
    };
  }

  String quoted() {
    return Sql.identifier(name);
  }

  /** SQL that is true if two values are the same, null-safe. */
  String sameSql(String x, String y) {
    return hidesDifferences()
        ? "CAST(%s AS BINARY) <=> CAST(%s AS BINARY)".formatted(x, y)
        : x + " <=> " + y;
  }

  /** Whether two values that were read are the same. */
  boolean same(@Nullable Object x, @Nullable Object y) {
    return Objects.deepEquals(x, y)
        || (kind() == Kind.JSON
            && x instanceof String one
            && y instanceof String other
            && JsonSets.same(one, other));
  }

  /** SQL for a value in the form in which {@link #read} takes it from a result. */
  String select(String value) {
    return type.select(value);
  }

  /** A placeholder for {@link #bind}. */
  String placeholder() {
    if (kind() == Kind.BYTES) {
      return "UNHEX(?)";
    }
    if (type.isBit()) {
      return "CAST(? AS UNSIGNED)"; // a string would be taken for the bits themselves
    }
    return type.sql().startsWith("float") ? "CAST(? AS FLOAT)" : "?";
  }

  @Nullable Object read(ResultSet row, int at) throws SQLException {
    return type.read(row, at);
  }

  /** The column in the encoding that strings from here have. */
  String inUtf8() {
    return type.inUtf8(quoted());
  }

  /** The value as the server writes it. */
  @Nullable String text(ResultSet row, int at) throws SQLException {
    return type.text(row, at);
  }

  /** A value as SQL; strings are written by their bytes, so nothing needs escaping. */
  String literal(Object value) {
    if (value instanceof Number) {
      return value.toString();
    }
    String text = value instanceof LocalDateTime ? value.toString().replace('T', ' ') : "" + value;
    byte[] bytes = value instanceof byte[] given ? given : text.getBytes(StandardCharsets.UTF_8);
    String unhex = "UNHEX('" + HexFormat.of().formatHex(bytes) + "')";
    return kind() == Kind.BYTES ? unhex : "CONVERT(" + unhex + " USING utf8mb4)";
  }

  void bind(PreparedStatement statement, int at, @Nullable Object value) throws SQLException {
    if (kind() != Kind.BYTES) {
      statement.setObject(at, value);
    } else if (value == null) {
      statement.setString(at, null);
    } else {
      byte[] bytes =
          value instanceof byte[] given ? given : value.toString().getBytes(StandardCharsets.UTF_8);
      statement.setString(at, HexFormat.of().formatHex(bytes));
    }
  }
}
