package dev.polecat.sling.cli.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a command says: on standard output what was asked for, on standard error all else. */
public final class Console {
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean json;

  /** Made once, when it is needed. */
  private static final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper();
  }

  Console(PrintWriter out, PrintWriter err, boolean json) {
    this.out = out;
    this.err = err;
    this.json = json;
  }

  /** Whether JSON is wanted. */
  public boolean json() {
    return json;
  }

  /** A line for people, or for programs that read lines; nothing if JSON is wanted. */
  public void line(String text) {
    if (!json) {
      out.println(text);
      out.flush();
    }
  }

  /** A document, if JSON is wanted. */
  public void document(Object value) {
    if (json) {
      try {
        out.println(Json.MAPPER.writeValueAsString(plain(value)));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("Not to be written as JSON: " + value, e);
      }
      out.flush();
    }
  }

  /** A line about the work itself. */
  public void note(String text) {
    err.println("polecat: " + text);
    err.flush();
  }

  /** Rows in columns as wide as need be, for people; the names of the columns in capitals. */
  public void table(List<String> columns, List<List<String>> rows) {
    if (json) {
      return;
    }
    List<List<String>> all = new ArrayList<>();
    all.add(columns);
    all.addAll(rows);
    int[] widths = new int[columns.size()];
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
    out.flush();
  }

  /** Names and values, in the order in which they are given; a value may be null. */
  public static Map<String, @Nullable Object> map(@Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return map;
  }

  /** What JSON has: what it has no type for, such as a time, is text. */
  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> plain = new LinkedHashMap<>();
      map.forEach((name, one) -> plain.put(String.valueOf(name), plain(one)));
      return plain;
    }
    if (value instanceof Collection<?> many) {
      return many.stream().map(Console::plain).collect(Collectors.toList());
    }
    if (value instanceof Optional<?> maybe) {
      return plain(maybe.orElse(null));
    }
    boolean known =
        value == null
            || value instanceof Boolean
            || value instanceof Number
            || value instanceof JsonNode
            || value instanceof byte[];
    return known ? value : value.toString();
  }
}
