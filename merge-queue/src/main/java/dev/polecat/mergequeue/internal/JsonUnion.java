package dev.polecat.mergequeue.internal;

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

/** JSON arrays as sets: ours in order, then theirs that are new; equal by structure. */
final class JsonUnion {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private JsonUnion() {}

  /**
   * Unites two arrays.
   *
   * @param ours a JSON array, or null for the empty one
   * @param theirs a JSON array, or null for the empty one
   * @return the union as JSON text
   */
  static String of(@Nullable String ours, @Nullable String theirs) {
    ArrayNode union = new JsonNodeFactory(true).arrayNode();
    Set<Object> seen = new HashSet<>();
    for (JsonNode array : List.of(parse(ours), parse(theirs))) {
      for (JsonNode element : array) {
        if (seen.add(structure(element))) {
          union.add(element);
        }
      }
    }
    return union.toString();
  }

  private static JsonNode parse(@Nullable String json) {
    if (json == null) {
      return MAPPER.createArrayNode();
    }
    try {
      JsonNode node = MAPPER.readTree(json);
      return node.isNull() ? MAPPER.createArrayNode() : node;
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
