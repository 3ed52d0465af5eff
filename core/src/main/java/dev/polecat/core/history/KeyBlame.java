package dev.polecat.core.history;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who made a row of a table what it is. Immutable and safe to share.
 *
 * @param key the row's primary key, by column
 * @param last the last change of the row
 */
public record KeyBlame(Map<String, @Nullable Object> key, Blame last) {
  /**
   * Copies the key.
   *
   * @param key the row's primary key
   * @param last the last change of the row
   */
  public KeyBlame {
    key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
  }
}
