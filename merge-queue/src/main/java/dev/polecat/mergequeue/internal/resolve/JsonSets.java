package dev.polecat.mergequeue.internal.resolve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** JSON arrays as sets; elements are equal by structure. */
final class JsonSets {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private JsonSets() {}

  /**
   * Ours in order, then theirs that are new.
   *
   * @param ours a JSON array, or null for the empty one
   * @param theirs a JSON array, or null for the empty one
   * @return the union as JSON text
   */
  static String union(@Nullable String ours, @Nullable String theirs) {
    return merge(Set.of(), parse(ours), parse(theirs));
  }

  /**
   * As {@link #union}, but what either side removed since the base stays removed.
   *
   * @param base a JSON array, or null for the empty one
   * @param ours a JSON array, or null for the empty one
   * @param theirs a JSON array, or null for the empty one
   * @return the merged set as JSON text
   */
  static String threeWay(@Nullable String base, @Nullable String ours, @Nullable String theirs) {
    JsonNode ourArray = parse(ours);
    JsonNode theirArray = parse(theirs);
    Set<Object> removed = elements(parse(base));
    Set<Object> kept = elements(ourArray);
    kept.retainAll(elements(theirArray));
    removed.removeAll(kept);
    return merge(removed, ourArray, theirArray);
  }

  /** Whether a value can be taken for an array: it is one, or NULL. */
  static boolean isArray(@Nullable String json) {
    return json == null || json.stripLeading().startsWith("[") || json.strip().equals("null");
  }

  /** Whether two values are the same JSON. */
  static boolean same(String x, String y) {
    return structure(read(x)).equals(structure(read(y)));
  }

  private static String merge(Set<Object> without, JsonNode ours, JsonNode theirs) {
    ArrayNode merged = new JsonNodeFactory(true).arrayNode();
    Set<Object> seen = new HashSet<>(without);
    for (JsonNode array : List.of(ours, theirs)) {
      for (JsonNode element : array) {
        if (seen.add(structure(element))) {
          merged.add(element);
        }
      }
    }
    return merged.toString();
  }

  private static Set<Object> elements(JsonNode array) {
    Set<Object> elements = new HashSet<>();
    array.forEach(element -> elements.add(structure(element)));
    return elements;
  }

  /** Null, and the JSON value null, are the empty array. */
  private static JsonNode parse(@Nullable String json) {
    JsonNode node = json == null ? MAPPER.nullNode() : read(json);
    return node.isNull() ? MAPPER.createArrayNode() : node;
  }

  private static JsonNode read(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The server returned a JSON value that is none: " + json, e);
    }
  }

  /**
   * A value that equals another's exactly if the two are the same JSON: 1 is 1.0, keys unordered.
   */
  private static Object structure(JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> fields = new HashMap<>();
      node.properties().forEach(field -> fields.put(field.getKey(), structure(field.getValue())));
      return fields;
    }
    if (node.isArray()) {
      List<Object> elements = new ArrayList<>();
      node.forEach(element -> elements.add(structure(element)));
      return elements;
    }
    if (node.isNumber()) {
      return node.decimalValue().stripTrailingZeros();
    }
    return node; // text, true, false, null
  }
}
