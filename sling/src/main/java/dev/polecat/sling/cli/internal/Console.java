package dev.polecat.sling.cli.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  /**
   * Prints a stream, one element after the other, for as long as somebody reads what is printed,
   * and closes it.
   *
   * @return how many were printed
   */
  public <T> long each(Stream<T> all, Consumer<? super T> print) {
    long printed = 0;
    try (all) {
      Iterator<T> next = all.iterator();
      while (!out.checkError() && next.hasNext()) {
        print.accept(next.next());
        printed++;
      }
    }
    return printed;
  }

  /**
   * Standard output for what is printed as it is, whether JSON is wanted or not; to be flushed at
   * the end. Throws {@link OutputClosedException} when nobody reads it any more.
   */
  public Writer writer() {
    return new BufferedWriter(
        new FilterWriter(out) {
          @Override
          public void write(char[] text, int from, int length) throws IOException {
            out.write(text, from, length);
            if (Console.this.out.checkError()) {
              throw new OutputClosedException();
            }
          }
        });
  }

  /** A line about the work itself. */
  public void note(String text) {
    err.println("polecat: " + text);
    err.flush();
  }

  /**
   * Rows in columns as wide as need be, for people; the names of the columns in capitals.
   *
   * @return how wide the columns are
   */
  public int[] table(List<String> columns, List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>();
    all.add(columns);
    all.addAll(rows);
    int[] widths = new int[columns.size()];
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    if (!json) {
      all.forEach(row -> out.println(inColumns(row, widths)));
      out.flush();
    }
    return widths;
  }

  static String inColumns(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = row.get(i);
      line.append(cell).append(" ".repeat(Math.max(0, widths[i] - cell.length()) + 2));
    }
    return line.toString().stripTrailing();
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
