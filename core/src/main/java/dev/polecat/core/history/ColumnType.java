package dev.polecat.core.history;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The type of a column: what its values are in Java, and how they get there without harm. Immutable
 * and safe to share.
 *
 * @param sql the type as the server writes it, in lower case
 */
public record ColumnType(String sql) {
  /** What values of a column are in Java. */
  public enum Kind {
    /** Integers, BIT and YEAR: {@code Long}, or {@code BigInteger} if that is too small. */
    INTEGER,
    /** DECIMAL: {@code BigDecimal}. */
    DECIMAL,
    /** FLOAT and DOUBLE: {@code Double}. */
    FLOATING,
    /** DATE: {@code LocalDate}. */
    DATE,
    /** DATETIME and TIMESTAMP: {@code LocalDateTime}. */
    DATETIME,
    /** TIME, ENUM and SET: {@code String}. */
    ORDERED,
    /** Strings: {@code String}. */
    TEXT,
    /** JSON: {@code String}. */
    JSON,
    /** Binary strings and geometry: {@code byte[]}. */
    BYTES
  }

  /**
   * Takes the type in lower case.
   *
   * @param sql the type as the server writes it
   */
  public ColumnType {
    sql = sql.toLowerCase(Locale.ROOT);
  }

  /**
   * What its values are in Java.
   *
   * @return the kind of values
   */
  public Kind kind() {
    String word = sql.replaceFirst("[^a-z].*", "");
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

  /**
   * SQL that gives a value of this type in the form {@link #read} takes it in.
   *
   * @param value SQL of the value, such as a quoted column
   * @return what to select
   */
  public String select(String value) {
    if (kind() == Kind.BYTES) {
      return "HEX(" + value + ")"; // Dolt does not tell the driver what is binary
    }
    if (sql.startsWith("tinyint(1)")) {
      return "CAST(" + value + " AS SIGNED)"; // the driver would make it a boolean
    }
    return isBit() ? "CAST(" + value + " AS UNSIGNED)" : inUtf8(value);
  }

  /**
   * Reads a value that was selected by {@link #select}.
   *
   * @param row the current row
   * @param at the number of the column, from 1
   * @return the value; of its kind's type, null if it is NULL
   * @throws SQLException if the connection breaks, or the value has no counterpart in Java
   */
  public @Nullable Object read(ResultSet row, int at) throws SQLException {
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

  /**
   * Reads a value as the server writes it.
   *
   * @param row the current row
   * @param at the number of the column, from 1
   * @return the text, null if the value is NULL
   * @throws SQLException if the connection breaks
   */
  public @Nullable String text(ResultSet row, int at) throws SQLException {
    if (!sql.startsWith("time") && !isTime()) {
      return row.getString(at);
    }
    byte[] text = row.getBytes(at); // the driver would drop microseconds of some types
    return text == null ? null : new String(text, StandardCharsets.US_ASCII);
  }

  /**
   * SQL of a value in the encoding that strings from Java have.
   *
   * @param value SQL of the value
   * @return SQL of the same text in UTF-8
   */
  public String inUtf8(String value) {
    return sql.contains(" character set ") && !sql.contains(" character set utf8mb4")
        ? "CONVERT(" + value + " USING utf8mb4)"
        : value;
  }

  /**
   * Whether it is BIT, whose values are numbers here and bits elsewhere.
   *
   * @return true for BIT
   */
  public boolean isBit() {
    return sql.startsWith("bit");
  }

  /**
   * Whether its values are points in time.
   *
   * @return true for DATE, DATETIME and TIMESTAMP
   */
  public boolean isTime() {
    return kind() == Kind.DATE || kind() == Kind.DATETIME;
  }

  private static Object integer(BigInteger number) {
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }
}
