package dev.polecat.mergequeue.internal.resolve;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One column: how its values are compared on the server, and how they travel to Java and back
 * without harm.
 *
 * @param name the column
 * @param type its type as the server writes it, in lower case
 * @param comment its comment in the schema, or empty
 */
record Column(String name, String type, String comment) {
  /** How values are compared, and what they are in Java. */
  enum Kind {
    /** Integers, BIT and YEAR: {@code Long} or {@code BigInteger}. */
    INTEGER,
    /** DECIMAL: {@code BigDecimal}. */
    DECIMAL,
    /** FLOAT and DOUBLE: {@code Double}. */
    FLOATING,
    /** DATE: {@code LocalDate}. */
    DATE,
    /** DATETIME and TIMESTAMP: {@code LocalDateTime}. */
    DATETIME,
    /** TIME, ENUM and SET, in the server's own order: {@code String}. */
    ORDERED,
    /** Strings: {@code String}. */
    TEXT,
    /** JSON: {@code String}; equality by structure. */
    JSON,
    /** Binary strings and geometry: {@code byte[]}; equality and order by bytes. */
    BYTES
  }

  static Column of(String name, String type, @Nullable String comment) {
    return new Column(name, type.toLowerCase(Locale.ROOT), comment == null ? "" : comment);
  }

  Kind kind() {
    String word = type.replaceFirst("[^a-z].*", "");
    return switch (word) {
      case "tinyint", "smallint", "mediumint", "int", "bigint", "bit", "year" -> Kind.INTEGER;
      case "decimal" -> Kind.DECIMAL;
      case "float", "double" -> Kind.FLOATING;
      case "date" -> Kind.DATE;
      case "datetime", "timestamp" -> Kind.DATETIME;
      case "time", "enum", "set" -> Kind.ORDERED;
      case "char", "varchar", "tinytext", "text", "mediumtext", "longtext" -> Kind.TEXT;
      case "json" -> Kind.JSON;
      default -> Kind.BYTES;
    };
  }

  boolean isNumeric() {
    return switch (kind()) {
      case INTEGER -> !isBit() && !type.startsWith("year");
      case DECIMAL, FLOATING -> true;
      default -> false;
    };
  }

  /** Whether the column may say when its row was written. */
  boolean isTime() {
    return kind() == Kind.DATE || kind() == Kind.DATETIME;
  }

  /**
   * Whether the server may call different strings of this column equal. Dolt names a collation in
   * the type if it is not its default, utf8mb4_0900_bin, which never does; what it reports as the
   * column's collation is always the default.
   */
  boolean hidesDifferences() {
    return kind() == Kind.TEXT && type.contains(" collate ");
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
    if (kind() == Kind.BYTES) {
      return "HEX(" + value + ")";
    }
    if (type.startsWith("tinyint(1)")) {
      return "CAST(" + value + " AS SIGNED)"; // the driver would make it a boolean
    }
    return isBit() ? "CAST(" + value + " AS UNSIGNED)" : value;
  }

  /** A placeholder for {@link #bind}. */
  String placeholder() {
    if (kind() == Kind.BYTES) {
      return "UNHEX(?)";
    }
    if (isBit()) {
      return "CAST(? AS UNSIGNED)"; // a string would be taken for the bits themselves
    }
    return type.startsWith("float") ? "CAST(? AS FLOAT)" : "?";
  }

  private boolean isBit() {
    return type.startsWith("bit");
  }

  @Nullable Object read(ResultSet row, int at) throws SQLException {
    return switch (kind()) {
      case INTEGER -> {
        BigDecimal number = row.getBigDecimal(at);
        yield number == null ? null : integer(number.toBigInteger());
      }
      case DECIMAL -> row.getBigDecimal(at);
      case FLOATING -> {
        double number = row.getDouble(at);
        yield row.wasNull() ? null : (Object) number;
      }
      case DATE -> row.getObject(at, LocalDate.class);
      case DATETIME -> row.getObject(at, LocalDateTime.class);
      case ORDERED, TEXT, JSON -> text(row, at);
      case BYTES -> {
        String hex = row.getString(at);
        yield hex == null ? null : HexFormat.of().parseHex(hex);
      }
    };
  }

  /** The column in the encoding that strings from here have. */
  String inUtf8() {
    return type.contains(" character set ") && !type.contains(" character set utf8mb4")
        ? "CONVERT(" + quoted() + " USING utf8mb4)"
        : quoted();
  }

  /** The value as the server writes it. */
  @Nullable String text(ResultSet row, int at) throws SQLException {
    if (!type.startsWith("time") && !isTime()) {
      return row.getString(at);
    }
    byte[] text = row.getBytes(at); // the driver would drop microseconds of some types
    return text == null ? null : new String(text, StandardCharsets.US_ASCII);
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

  private static Object integer(BigInteger number) {
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }
}
