package dev.polecat.sling.jsonl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.polecat.core.history.ColumnType;
import dev.polecat.core.history.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A column, and what its values are in JSON: numbers are numbers, JSON is JSON, points in time are
 * ISO 8601 in UTC, binary strings are base64, and all else is text.
 *
 * @param schema what the schema says of it
 */
record Column(TableSchema.Column schema) {
  private static final DateTimeFormatter SQL_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS");
  private static final Pattern DIGITS = Pattern.compile("\\w+\\((\\d+)\\).*");

  String name() {
    return schema.name();
  }

  ColumnType type() {
    return schema.type();
  }

  /** Whether it has to be given. */
  boolean isNeeded() {
    return !schema.nullable() && !schema.hasDefault();
  }

  /**
   * The value of JSON in this column.
   *
   * @return null for NULL
   * @throws IllegalArgumentException if the column cannot hold it; says why
   */
  @Nullable Object fromJson(JsonNode json) {
    if (json.isNull()) {
      if (!schema.nullable()) {
        throw new IllegalArgumentException("it may not be null");
      }
      return null;
    }
    return switch (type().kind()) {
      case JSON -> json.toString();
      case INTEGER -> integer(json);
      case DECIMAL -> decimal(json);
      case FLOATING -> decimal(json).doubleValue();
      case DATE -> date(json);
      case DATETIME -> kept(time(json));
      case BYTES -> bytes(json);
      case TEXT, ORDERED -> json.isTextual() ? json.textValue() : json.toString();
    };
  }

  /** The JSON of what a value of JSON means, whether or not the column can hold all of it. */
  JsonNode meant(JsonNode json) {
    boolean isTime = type().kind() == ColumnType.Kind.DATETIME && !json.isNull();
    return toJson(isTime ? time(json) : fromJson(json));
  }

  /** The JSON of a value of this column. */
  JsonNode toJson(@Nullable Object value) {
    if (value == null) {
      return NullNode.getInstance();
    }
    return switch (type().kind()) {
      case JSON, INTEGER -> parsed(value.toString());
      case DECIMAL -> parsed(((BigDecimal) value).toPlainString());
      case FLOATING -> parsed(shortest((Double) value));
      case DATETIME ->
          TextNode.valueOf(((LocalDateTime) value).toInstant(ZoneOffset.UTC).toString());
      case BYTES -> TextNode.valueOf(Base64.getEncoder().encodeToString((byte[]) value));
      case DATE, TEXT, ORDERED -> TextNode.valueOf(value.toString());
    };
  }

  /** A value as it is bound to a statement. */
  static @Nullable Object bound(@Nullable Object value) {
    return value instanceof LocalDateTime time ? SQL_TIME.format(time) : value;
  }

  private static JsonNode parsed(String json) {
    try {
      return Json.parse(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Not JSON: " + json, e);
    }
  }

  private static String shortest(double value) {
    BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    return exact.scale() < 0 ? exact.setScale(0).toString() : exact.toString();
  }

  private static Object integer(JsonNode json) {
    if (json.isBoolean()) {
      return json.booleanValue() ? 1L : 0L;
    }
    try {
      BigInteger number = decimal(json).toBigIntegerExact();
      return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("it is no whole number", e);
    }
  }

  private static BigDecimal decimal(JsonNode json) {
    if (json.isNumber()) {
      return json.decimalValue();
    }
    try {
      return new BigDecimal(text(json, "number"));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("it is no number", e);
    }
  }

  private static LocalDate date(JsonNode json) {
    try {
      return LocalDate.parse(text(json, "date"));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("it is no date such as 2026-02-28", e);
    }
  }

  private static LocalDateTime time(JsonNode json) {
    String text = text(json, "point in time").replace(' ', 'T');
    try {
      return text.matches(".*(Z|[+-]\\d{2}(:?\\d{2})?)")
          ? OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()
          : LocalDateTime.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("it is no point in time such as 2026-02-28T05:33:08Z", e);
    }
  }

  /** What the column keeps of a point in time; the server would round. */
  private LocalDateTime kept(LocalDateTime time) {
    Matcher digits = DIGITS.matcher(type().sql());
    int kept = digits.matches() ? Integer.parseInt(digits.group(1)) : 0;
    int unit = BigInteger.TEN.pow(9 - kept).intValue();
    return time.withNano(time.getNano() / unit * unit);
  }

  private static byte[] bytes(JsonNode json) {
    try {
      return Base64.getDecoder().decode(text(json, "base64"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("it is no base64", e);
    }
  }

  private static String text(JsonNode json, String wanted) {
    if (!json.isTextual()) {
      throw new IllegalArgumentException("it is no " + wanted);
    }
    return json.textValue();
  }
}
