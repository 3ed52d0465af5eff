package dev.polecat.mergequeue;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.mergequeue.ParkedRequest.Event;
import dev.polecat.mergequeue.ParkedRequest.Kind;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Entries of a ledger with odd contents, and what is in an entry as text, types included. */
final class LedgerSamples {
  static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678901Z");
  static final String ODD = "it's \"odd\" \\ `x` %s ?\n\t\r\u0000 \u00e9\u4e2d\ud83d\ude3a";

  private LedgerSamples() {}

  static CommitHash commit(int number) {
    return CommitHash.of("%032d".formatted(number));
  }

  static MergeRequest request(String branch) {
    return MergeRequest.of(
        BranchName.of(branch), commit(1), commit(2), new Author("toast", "toast@example.org"));
  }

  static MergeRequest oddRequest(String branch) {
    return new MergeRequest(
        BranchName.of(branch),
        commit(3),
        commit(4),
        new Author("O'Tter \u00e9\ud83d\ude3a", "o@example.org"),
        "Merge \"it's\" \\ \ud83d\ude3a",
        new LinkedHashMap<>(Map.of("Zebra", "1 \"2\"", "Apple", "it's", "Bead", "gt-1")),
        -7,
        true,
        false);
  }

  static LedgerEntry sealed(String branch) {
    return LedgerEntry.submitted(request(branch), TIME);
  }

  /** A value of every type that a row given by hand may have. */
  static Map<String, @Nullable Object> values() {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("null", null);
    values.put("text", ODD);
    values.put("number as text", "1");
    values.put("long text", "0123456789abcde\n".repeat(65_536));
    values.put("true", true);
    values.put("byte", (byte) -8);
    values.put("short", (short) -16);
    values.put("int", 32);
    values.put("long", 64L);
    values.put("longest", Long.MIN_VALUE);
    values.put("float", 0.1f);
    values.put("double", 0.1);
    values.put("whole double", 3.0);
    values.put("decimal", new BigDecimal("1.10"));
    values.put("long decimal", new BigDecimal("12345678901234567890123456789.0123456789"));
    values.put("power", new BigDecimal("1E+3"));
    values.put("integer", new BigInteger("123456789012345678901234567890"));
    values.put("timestamp", Timestamp.valueOf("2026-01-02 03:04:05.678901"));
    values.put("sql date", Date.valueOf("2026-01-02"));
    values.put("sql time", Time.valueOf("03:04:05"));
    values.put("sql time with millis", new Time(Time.valueOf("03:04:05").getTime() + 678));
    values.put("instant", TIME);
    values.put("date", LocalDate.of(2026, 1, 2));
    values.put("moment", LocalDateTime.of(2026, 1, 2, 3, 4, 5, 678_901_000));
    values.put("time", LocalTime.of(3, 4, 5, 678_901_000));
    values.put("offset", OffsetDateTime.parse("2026-01-02T03:04:05.678901+05:30"));
    values.put("bytes", new byte[] {0, -1, 127, '"'});
    values.put("no bytes", new byte[0]);
    return values;
  }

  /** A reason of each type there is. */
  static Stream<ParkReason> reasons() {
    return Arrays.stream(ParkReason.class.getPermittedSubclasses())
        .map(type -> (ParkReason) record(type));
  }

  /** An entry with everything in it that an entry can have. */
  static LedgerEntry full(String branch, ParkReason reason) {
    List<Event> events =
        Arrays.stream(Kind.values()).map(kind -> new Event(TIME, kind, "crew", ODD)).toList();
    return new LedgerEntry(
        oddRequest(branch),
        LedgerEntry.State.PARKED,
        TIME,
        Optional.of(new Lease("host/1/x", TIME.plusSeconds(9))),
        3,
        Optional.of(TIME.minusSeconds(1)),
        TIME.plusSeconds(1),
        Optional.of(ODD),
        Optional.of(commit(5)),
        Optional.of(reason),
        true,
        List.of(
            ResolvedRow.of("t'1`", values()),
            ResolvedRow.deleted("t", Map.of("id", new byte[] {1}))),
        events,
        "%036d".formatted(1));
  }

  private static Object record(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values =
        Arrays.stream(components).map(c -> component(c.getGenericType())).toArray(Object[]::new);
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot make a sample of " + type, e);
    }
  }

  private static Object component(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] parts = generic.getActualTypeArguments();
      if (generic.getRawType() == List.class) {
        return List.of(component(parts[0]), component(parts[0]));
      }
      if (generic.getRawType() == Optional.class) {
        return Optional.of(component(parts[0]));
      }
      if (generic.getRawType() == Map.class) {
        return parts[1] == String.class ? Map.of("column", ODD) : values();
      }
    } else if (type == String.class) {
      return ODD;
    } else if (type == Object.class) {
      return new BigDecimal("1.50");
    } else if (type == int.class) {
      return 7;
    } else if (type == BranchName.class) {
      return BranchName.of("a/b.c");
    } else if (type == CommitHash.class) {
      return commit(6);
    } else if (type == Throwable.class) {
      return new IllegalStateException(ODD, new RuntimeException("cause"));
    } else if (type instanceof Class<?> aClass && aClass.isRecord()) {
      return record(aClass);
    }
    throw new IllegalStateException("A sample of " + type + " is missing here.");
  }

  /** Everything in it, with the types of values; of a failure its message and its text. */
  static String describe(@Nullable Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(LedgerSamples::describe).orElse("none");
    } else if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(e -> e.getKey() + "=" + describe(e.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    } else if (value instanceof List<?> list) {
      return list.stream().map(LedgerSamples::describe).toList().toString();
    } else if (value instanceof byte[] bytes) {
      return "bytes " + HexFormat.of().formatHex(bytes);
    } else if (value instanceof Throwable failure) {
      return "failure " + failure.getMessage() + " | " + failure;
    } else if (value instanceof Time time) {
      return "Time " + time + " " + time.getTime();
    } else if (value instanceof Record aRecord) {
      return Arrays.stream(aRecord.getClass().getRecordComponents())
          .map(c -> c.getName() + "=" + describe(get(c, aRecord)))
          .collect(Collectors.joining(", ", aRecord.getClass().getSimpleName() + "(", ")"));
    }
    return value == null ? "null" : value.getClass().getSimpleName() + " " + value;
  }

  private static @Nullable Object get(RecordComponent component, Object owner) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
