package dev.polecat.mergequeue.internal.ledger;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectMapper.DefaultTyping;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.polecat.mergequeue.InvalidResolutionException;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.ParkedRequest.Event;
import dev.polecat.mergequeue.RecordedFailureException;
import dev.polecat.mergequeue.ResolvedRow;
import java.io.IOException;
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
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an entry has besides its columns, as JSON. Values of rows come back as they were. */
final class LedgerJson {
  /** The types of values that have one of their own in JSON. */
  private static final Set<Class<?>> PLAIN =
      Set.of(String.class, Boolean.class, Integer.class, Double.class);

  private static final Set<Class<?>> TYPED =
      Set.of(
          Byte.class,
          Short.class,
          Long.class,
          Float.class,
          BigDecimal.class,
          BigInteger.class,
          Timestamp.class,
          Date.class,
          Time.class,
          Instant.class,
          LocalDate.class,
          LocalDateTime.class,
          LocalTime.class,
          OffsetDateTime.class,
          byte[].class);

  private static final ObjectMapper MAPPER = mapper();

  /** The document of an entry. */
  record Document(
      MergeRequest request,
      Optional<ParkReason> reason,
      boolean rejected,
      List<ResolvedRow> rows,
      List<Event> events) {}

  private LedgerJson() {}

  static String write(Document document) {
    document.rows().forEach(LedgerJson::requireKnownTypes);
    try {
      return MAPPER.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An entry of the ledger cannot be written as JSON.", e);
    }
  }

  static Document read(String json) throws JsonProcessingException {
    return MAPPER.readValue(json, Document.class);
  }

  private static void requireKnownTypes(ResolvedRow row) {
    row.values()
        .forEach(
            (column, value) -> {
              if (value != null
                  && !PLAIN.contains(value.getClass())
                  && !TYPED.contains(value.getClass())) {
                throw new InvalidResolutionException(
                    "The value of column "
                        + column
                        + " of table "
                        + row.table()
                        + " has type "
                        + value.getClass().getName()
                        + ", which the ledger cannot keep. Give it as a string.");
              }
            });
  }

  private static ObjectMapper mapper() {
    BasicPolymorphicTypeValidator.Builder known = BasicPolymorphicTypeValidator.builder();
    TYPED.forEach(known::allowIfSubType);
    ObjectMapper mapper =
        JsonMapper.builder()
            .addModules(new Jdk8Module(), new JavaTimeModule(), values())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addMixIn(ParkReason.class, Named.class)
            .activateDefaultTyping(
                known.build(), DefaultTyping.JAVA_LANG_OBJECT, JsonTypeInfo.As.WRAPPER_ARRAY)
            .build();
    for (Class<?> reason : ParkReason.class.getPermittedSubclasses()) {
      mapper.registerSubtypes(new NamedType(reason, reason.getSimpleName()));
    }
    return mapper;
  }

  private static SimpleModule values() {
    SimpleModule module = new SimpleModule("values");
    // as the clock of whoever reads them shows them, wherever that is
    text(
        module,
        Timestamp.class,
        t -> t.toLocalDateTime().toString(),
        s -> Timestamp.valueOf(LocalDateTime.parse(s)));
    text(module, Date.class, Date::toString, Date::valueOf);
    text(module, Time.class, LedgerJson::write, s -> time(LocalTime.parse(s)));
    module.addSerializer(Throwable.class, new FailureWriter());
    module.addDeserializer(Throwable.class, new FailureReader());
    return module;
  }

  private static String write(Time time) {
    int millis = Math.floorMod(time.getTime(), 1_000);
    return time.toLocalTime().with(ChronoField.MILLI_OF_SECOND, millis).toString();
  }

  private static Time time(LocalTime time) {
    return new Time(Time.valueOf(time).getTime() + time.get(ChronoField.MILLI_OF_SECOND));
  }

  private static <T> void text(
      SimpleModule module, Class<T> type, Function<T, String> write, Function<String, T> read) {
    module.addSerializer(type, new TextWriter<>(type, write));
    module.addDeserializer(type, new TextReader<>(type, read));
  }

  /** A reason is told by the name of its record. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  private interface Named {}

  private static final class TextWriter<T> extends StdScalarSerializer<T> {
    private static final long serialVersionUID = 1L;
    private final transient Function<T, String> write;

    TextWriter(Class<T> type, Function<T, String> write) {
      super(type);
      this.write = write;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(write.apply(value));
    }
  }

  private static final class TextReader<T> extends StdScalarDeserializer<T> {
    private static final long serialVersionUID = 1L;
    private final transient Function<String, T> read;

    TextReader(Class<T> type, Function<String, T> read) {
      super(type);
      this.read = read;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return read.apply(in.getText());
    }
  }

  /** Of a failure, what it says is kept. */
  private static final class FailureWriter extends StdSerializer<Throwable> {
    private static final long serialVersionUID = 1L;

    FailureWriter() {
      super(Throwable.class);
    }

    @Override
    public void serialize(Throwable failure, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeStartObject();
      out.writeStringField("message", Objects.toString(failure.getMessage(), ""));
      out.writeStringField("text", failure.toString());
      out.writeEndObject();
    }
  }

  private static final class FailureReader extends StdDeserializer<Throwable> {
    private static final long serialVersionUID = 1L;

    FailureReader() {
      super(Throwable.class);
    }

    @Override
    public @Nullable Throwable deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      JsonNode failure = context.readTree(in);
      return new RecordedFailureException(
          failure.path("message").asText(), failure.path("text").asText());
    }
  }
}
