package dev.polecat.core.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns values of columns into what a record's components are, without loss or not at all. */
final class Conversions {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<Class<?>, Function<BigDecimal, Object>> NUMBERS =
      Map.ofEntries(
          Map.entry(byte.class, BigDecimal::byteValueExact),
          Map.entry(Byte.class, BigDecimal::byteValueExact),
          Map.entry(short.class, BigDecimal::shortValueExact),
          Map.entry(Short.class, BigDecimal::shortValueExact),
          Map.entry(int.class, BigDecimal::intValueExact),
          Map.entry(Integer.class, BigDecimal::intValueExact),
          Map.entry(long.class, BigDecimal::longValueExact),
          Map.entry(Long.class, BigDecimal::longValueExact),
          Map.entry(float.class, Conversions::exactFloat),
          Map.entry(Float.class, Conversions::exactFloat),
          Map.entry(double.class, Conversions::exactDouble),
          Map.entry(Double.class, Conversions::exactDouble),
          Map.entry(boolean.class, Conversions::truth),
          Map.entry(Boolean.class, Conversions::truth),
          Map.entry(BigInteger.class, BigDecimal::toBigIntegerExact),
          Map.entry(BigDecimal.class, number -> number));

  private Conversions() {}

  /**
   * Converts a value.
   *
   * @throws IllegalArgumentException if it does not fit; the message says why
   */
  static @Nullable Object to(Type type, @Nullable Object value) {
    if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
      return value == null
          ? Optional.empty()
          : Optional.ofNullable(to(generic.getActualTypeArguments()[0], value));
    }
    Class<?> raw = type instanceof Class<?> plain ? plain : Object[].class;
    if (value == null) {
      if (raw.isPrimitive()) {
        throw new IllegalArgumentException("it is NULL.");
      }
      return null;
    }
    if (type == Object.class || raw.isInstance(value)) {
      return value;
    }
    try {
      if (value instanceof Number number && NUMBERS.containsKey(raw)) {
        return NUMBERS.get(raw).apply(new BigDecimal(number.toString()));
      }
      if (value instanceof LocalDateTime time && raw == Instant.class) {
        return time.toInstant(ZoneOffset.UTC);
      }
      if (value instanceof String text) {
        return ofText(type, raw, text);
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("the value " + value + " would change.", e);
    } catch (DateTimeException | JsonProcessingException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "the value is a " + value.getClass().getSimpleName() + ", " + value + ".");
  }

  private static Object ofText(Type type, Class<?> raw, String text)
      throws JsonProcessingException {
    if (raw.isEnum()) {
      return constant(raw, text);
    }
    if (raw == UUID.class) {
      return UUID.fromString(text);
    }
    if (raw == LocalTime.class) {
      return LocalTime.parse(text);
    }
    if (NUMBERS.containsKey(raw) || raw == byte[].class) {
      throw new IllegalArgumentException("the value is text, \"" + text + "\".");
    }
    JavaType java = JSON.constructType(type);
    return JSON.readValue(text, java);
  }

  private static Object constant(Class<?> type, String text) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("there is no constant " + text + ".");
  }

  private static Object exactDouble(BigDecimal number) {
    double real = number.doubleValue();
    return same(number, Double.toString(real)) ? real : lost();
  }

  private static Object exactFloat(BigDecimal number) {
    float real = number.floatValue();
    return same(number, Float.toString(real)) ? real : lost();
  }

  private static boolean same(BigDecimal number, String real) {
    return new BigDecimal(real).compareTo(number) == 0;
  }

  private static Object lost() {
    throw new ArithmeticException("more digits than fit");
  }

  private static Object truth(BigDecimal number) {
    if (number.compareTo(BigDecimal.ZERO) == 0) {
      return false;
    }
    if (number.compareTo(BigDecimal.ONE) == 0) {
      return true;
    }
    throw new ArithmeticException("neither 0 nor 1");
  }
}
