package dev.polecat.mergequeue.spi;

import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cell both sides changed. Values have these types: integers and BIT {@code Long} or {@code
 * BigInteger}, DECIMAL {@code BigDecimal}, FLOAT and DOUBLE {@code Double}, DATE {@code LocalDate},
 * DATETIME and TIMESTAMP {@code LocalDateTime}, binary and geometry types {@code byte[]},
 * everything else (strings, TIME, ENUM, SET, JSON) {@code String}.
 *
 * @param table the table
 * @param key the row's primary key, by column
 * @param column the column
 * @param base the value at the merge base; null also if there was no such row
 * @param ours main's value
 * @param theirs the branch's value
 * @param ourTime the row's timestamp on main, if the table has the timestamp column of the policies
 *     and it is not NULL
 * @param theirTime the row's timestamp on the branch
 */
public record ConflictedCell(
    String table,
    Map<String, Object> key,
    String column,
    @Nullable Object base,
    @Nullable Object ours,
    @Nullable Object theirs,
    Optional<LocalDateTime> ourTime,
    Optional<LocalDateTime> theirTime) {
  /**
   * Copies the key.
   *
   * @param table the table
   * @param key the row's primary key, by column
   * @param column the column
   * @param base the value at the merge base
   * @param ours main's value
   * @param theirs the branch's value
   * @param ourTime the row's timestamp on main
   * @param theirTime the row's timestamp on the branch
   */
  public ConflictedCell {
    key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
  }
}
