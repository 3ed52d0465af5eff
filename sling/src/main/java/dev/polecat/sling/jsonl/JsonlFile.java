package dev.polecat.sling.jsonl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A file of objects, one a line. Empty lines are passed over. */
record JsonlFile(Path path) {
  private static final int TOGETHER = 200;

  /**
   * A line with an object.
   *
   * @param number its number, from 1
   */
  record Line(int number, ObjectNode object) {}

  /** Takes several lines. */
  interface Lines<X extends Exception> {
    void take(List<Line> lines) throws X;
  }

  JsonlException broken(int line, String what, @Nullable Throwable cause) {
    return new JsonlException(path.toString(), line, what, cause);
  }

  /**
   * Reads the file, some lines at a time.
   *
   * @return how many objects it has
   * @throws JsonlException if it cannot be read, or a line is no JSON object
   */
  <X extends Exception> long read(Lines<X> lines) throws X {
    long objects = 0;
    int number = 0;
    // each line is decoded strictly: nothing is replaced by question marks
    try (BufferedReader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
      List<Line> together = new ArrayList<>();
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        number++;
        String json = number == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text;
        if (!json.isBlank()) {
          together.add(new Line(number, object(number, json)));
          objects++;
        }
        if (together.size() == TOGETHER) {
          lines.take(together);
          together.clear();
        }
      }
      if (!together.isEmpty()) {
        lines.take(together);
      }
      return objects;
    } catch (CharacterCodingException e) {
      throw broken(
          number + 1, "at or soon after this line there is something that is no UTF-8.", e);
    } catch (NoSuchFileException e) {
      throw broken(0, "there is no such file.", e);
    } catch (IOException e) {
      throw broken(0, "it cannot be read: " + e.getMessage(), e);
    }
  }

  private ObjectNode object(int number, String json) {
    try {
      JsonNode parsed = Json.parse(json);
      if (parsed instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw broken(
          number,
          "this is no JSON: %s (column %d).".formatted(what(e), e.getLocation().getColumnNr()),
          e);
    }
    throw broken(number, "this is no JSON object.", null);
  }

  /** Without where an object began, which Jackson counts in lines of its own. */
  private static String what(JsonProcessingException broken) {
    return broken.getOriginalMessage().replaceFirst(" \\(start marker at .*", "");
  }

  /**
   * Looks whether every line fits a table, and none is there twice.
   *
   * @throws JsonlException naming the first line that does not
   */
  void check(Table table) {
    Map<List<Object>, Integer> lines = new HashMap<>();
    read(
        some -> {
          for (Line line : some) {
            Integer earlier = lines.putIfAbsent(key(table, line), line.number());
            if (earlier != null) {
              throw broken(
                  line.number(), "its key is that of line " + earlier + "; remove one.", null);
            }
          }
        });
  }

  /** Whether one of these keys is in the file. */
  boolean hasAny(Table table, Set<List<Object>> keys) {
    AtomicBoolean found = new AtomicBoolean();
    read(
        some -> {
          for (Line line : some) {
            found.compareAndSet(false, keys.contains(key(table, line)));
          }
        });
    return found.get();
  }

  Table.Values values(Table table, Line line) {
    try {
      return table.toValues(line.object());
    } catch (IllegalArgumentException e) {
      throw broken(line.number(), e.getMessage(), e);
    }
  }

  private List<Object> key(Table table, Line line) {
    Map<Column, @Nullable Object> values = values(table, line).values();
    List<Object> key = new ArrayList<>();
    for (Column column : table.key()) {
      Object value = values.get(column);
      if (value == null) {
        throw broken(line.number(), "it has no " + column.name() + ", the table's key.", null);
      }
      key.add(value);
    }
    return Table.identity(key);
  }
}
