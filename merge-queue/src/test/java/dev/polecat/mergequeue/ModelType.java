package dev.polecat.mergequeue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A column type with values that are likely to be told apart wrongly, and what the policies say of
 * their order. A value is text, as {@link #canonical} gives it; NULL is null.
 */
enum ModelType {
  INT("INT", Order.NUMBER, "-7", "0", "3", "9", "10", "100"),
  BOOL("TINYINT(1)", Order.NUMBER, "0", "1", "2", "-3"),
  UNSIGNED("BIGINT UNSIGNED", Order.NUMBER, "0", "9", "10", "18446744073709551615"),
  DECIMAL("DECIMAL(10,2)", Order.NUMBER, "-1.50", "0.00", "2.25", "9.99", "10.00"),
  DOUBLE("DOUBLE", Order.FLOATING, "-2.5", "0.25", "9.0", "10.0", "1024.5"),
  FLOAT("FLOAT", Order.FLOATING, "0.1", "-3.3", "9.5", "10.5"),
  VARCHAR("VARCHAR(20)", Order.TEXT, "", "a", "A", "b", "a ", "ß", "'", "\\", "日本", "😀"),
  /** Without values that differ in letter case only: Dolt takes such for the same. */
  VARCHAR_CI(
      "VARCHAR(20) COLLATE utf8mb4_0900_ai_ci",
      Order.TEXT_IN_ANY_CASE,
      "",
      "a",
      "aA",
      "B",
      "c",
      "1"),
  TEXT("TEXT", Order.TEXT, "", "a", "A", "b", "ä", "it's \"x\"\n\\n", "y".repeat(5_000)),
  TEXT_CI("TEXT COLLATE utf8mb4_0900_ai_ci", Order.TEXT_IN_ANY_CASE, "a", "B", "c", "", "Dd"),
  VARBINARY("VARBINARY(16)", Order.BYTES, "", "00", "41", "61", "6100", "FF", "00FF"),
  BLOB("BLOB", Order.BYTES, "", "00", "41", "7F", "80", "FFFE", "4141"),
  DATE("DATE", Order.TEXT, "1999-12-31", "2026-01-01", "2026-02-10", "9999-12-31"),
  DATETIME(
      "DATETIME(6)",
      Order.TIME,
      "1999-12-31 23:59:59",
      "2026-01-01 00:00:00.000001",
      "2026-01-01 00:00:00.000002",
      "2026-01-01 00:00:00.1",
      "2026-01-02 00:00:00"),
  TIMESTAMP(
      "TIMESTAMP(6)",
      Order.TIME,
      "2025-12-31 23:59:59.999999",
      "2026-01-01 00:00:00",
      "2026-01-01 00:00:00.000001",
      "2026-03-29 02:30:00"),
  TIME("TIME", Order.CLOCK, "-01:30:00", "00:00:00", "09:00:00", "23:59:59", "100:00:00"),
  YEAR("YEAR", Order.NUMBER, "1901", "2026", "2155"),
  ENUM("ENUM('z','m','a')", Order.MEMBERS, "z", "m", "a"),
  SET("SET('q','b','z')", Order.MEMBERS, "", "q", "b", "q,b", "z", "q,z"),
  BIT("BIT(8)", Order.NUMBER, "0", "1", "127", "128", "255"),
  JSON(
      "JSON",
      Order.JSON,
      "[]",
      "[\"x\"]",
      "[\"x\",\"y\"]",
      "[\"y\",\"x\",\"z\"]",
      "[\"x\",\"x\"]",
      "[1,\"1\",null]",
      "[{\"k\":1,\"m\":[2]},\"x\"]",
      "[[1,2],2]",
      "null",
      "3",
      "\"x\"",
      "{\"v\":1}",
      "{\"v\":[2]}"),
  /** JSON with arrays only. */
  ARRAY(
      "JSON",
      Order.JSON,
      "[]",
      "[\"x\"]",
      "[\"x\",\"y\"]",
      "[\"y\",\"x\",\"z\"]",
      "[\"z\",1,\"y\"]",
      "[{\"k\":1,\"m\":[2]},\"x\"]",
      "null"),
  /** JSON with arrays that a writer only adds to. */
  GROWING("JSON", Order.JSON, "[]", "[\"x\"]", "[\"y\",\"x\"]", "[\"z\",1]", "[null,\"u\"]");

  private enum Order {
    NUMBER,
    FLOATING,
    TEXT,
    TEXT_IN_ANY_CASE,
    BYTES,
    TIME,
    CLOCK,
    MEMBERS,
    JSON
  }

  private final String sql;
  private final Order order;
  private final List<String> values;

  ModelType(String sql, Order order, String... values) {
    this.sql = sql;
    this.order = order;
    this.values = List.of(values);
  }

  String sql() {
    return sql;
  }

  boolean isJson() {
    return order == Order.JSON;
  }

  /** Whether sums of its values are exact, and none of them too large for it. */
  boolean addsUp() {
    return this == INT || this == DECIMAL || this == DOUBLE;
  }

  /** One of the values or NULL. */
  String pick(long seed) {
    int at = new SplittableRandom(seed).nextInt(values.size() * 6 / 5 + 1);
    return at < values.size() ? values.get(at) : null;
  }

  String literal(String value) {
    if (value == null) {
      return "NULL";
    }
    return switch (order) {
      case NUMBER, FLOATING -> value;
      case BYTES -> "UNHEX('" + value + "')";
      default -> "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    };
  }

  String select(String column) {
    return switch (this) {
      case VARBINARY, BLOB -> "HEX(" + column + ")";
      case YEAR -> "CAST(" + column + " AS CHAR)";
      case BOOL, BIT -> column + " + 0";
      case DATETIME, TIMESTAMP -> "DATE_FORMAT(" + column + ", '%Y-%m-%d %H:%i:%s.%f')";
      default -> column;
    };
  }

  /** A value as {@link #select} returns it, in the one form that the model knows. */
  String canonical(String selected) {
    if (selected == null) {
      return null;
    }
    return switch (order) {
      case FLOATING -> Double.toString(Double.parseDouble(selected));
      case TIME, CLOCK -> selected.replaceFirst("\\.0+$|(\\.\\d*?)0+$", "$1");
      case JSON -> selected.replace(" ", "");
      default -> selected;
    };
  }

  /** Less, equal or greater for max and min: text goes by its collation. NULL is not asked for. */
  int compare(String x, String y) {
    return switch (order) {
      case NUMBER -> new BigDecimal(x).compareTo(new BigDecimal(y));
      case FLOATING -> Double.compare(Double.parseDouble(x), Double.parseDouble(y));
      case CLOCK -> Long.compare(seconds(x), seconds(y));
      case MEMBERS -> Integer.compare(members(x), members(y));
      case TEXT_IN_ANY_CASE ->
          bytes(x.toLowerCase(Locale.ROOT), y.toLowerCase(Locale.ROOT)); // pools are ASCII
      case TEXT, BYTES, TIME, JSON -> bytes(x, y);
    };
  }

  /** The order of ties: numbers and times by size, everything else by its bytes. */
  int compareInFixedOrder(String x, String y) {
    return order == Order.TEXT_IN_ANY_CASE ? bytes(x, y) : compare(x, y);
  }

  private static int bytes(String x, String y) {
    return Arrays.compareUnsigned(
        x.getBytes(StandardCharsets.UTF_8), y.getBytes(StandardCharsets.UTF_8));
  }

  private static long seconds(String time) {
    String[] parts = time.replace("-", "").split(":");
    long seconds =
        Long.parseLong(parts[0]) * 3600 + Long.parseLong(parts[1]) * 60 + Long.parseLong(parts[2]);
    return time.startsWith("-") ? -seconds : seconds;
  }

  /** The members of an ENUM or SET as a number: the first is the least. */
  private int members(String value) {
    List<String> all = List.of(sql.replaceAll("^\\w+\\('|'\\)$", "").split("','"));
    return value.isEmpty()
        ? 0
        : Arrays.stream(value.split(",")).mapToInt(member -> 1 << all.indexOf(member)).sum();
  }

  /** The {@code at}th of as many different keys as are asked for. */
  String key(int at) {
    return switch (this) {
      case INT -> Integer.toString(at - 3);
      case UNSIGNED ->
          new BigDecimal("18446744073709551615").subtract(new BigDecimal(at)).toString();
      case DECIMAL -> BigDecimal.valueOf(at * 25L - 100, 2).toString();
      case VARCHAR -> List.of("", "k'", "K'", "ü\\", "😀 ").get(at % 5) + at / 5;
      case VARBINARY ->
          HexFormat.of().withUpperCase().formatHex(new byte[] {(byte) at, 0, (byte) (at * 37)});
      case DATETIME -> canonical("2026-01-01 00:00:00.%06d".formatted(at));
      case TIMESTAMP -> canonical("2026-06-01 00:00:00.%06d".formatted(at));
      case DATE -> "2026-%02d-%02d".formatted(1 + at / 28 % 12, 1 + at % 28);
      case TIME -> "%02d:00:%02d".formatted(at / 60, at % 60);
      case YEAR -> Integer.toString(1901 + at);
      case BIT -> Integer.toString(at);
      case DOUBLE -> Double.toString(at / 4.0 - 5);
      case VARCHAR_CI -> "k" + at;
      default -> throw new IllegalStateException(this + " is no key type here.");
    };
  }
}
