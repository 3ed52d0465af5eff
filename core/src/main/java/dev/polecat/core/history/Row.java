package dev.polecat.core.history;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of a table. Values have the types that {@link ColumnType.Kind} names. Immutable and safe to
 * share, but for the arrays of binary values.
 *
 * @param values the values by column, in the order of the columns
 */
public record Row(Map<String, @Nullable Object> values) {
  /**
   * Copies the values.
   *
   * @param values the values by column
   */
  public Row {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * One value.
   *
   * @param column the column; upper and lower case are the same, as in Dolt
   * @return its value; null if that is NULL
   * @throws RowMappingException if there is no such column
   */
  public @Nullable Object get(String column) {
    for (Map.Entry<String, @Nullable Object> entry : values.entrySet()) {
      if (entry.getKey().equalsIgnoreCase(column)) {
        return entry.getValue();
      }
    }
    throw new RowMappingException(
        "There is no column " + column + " in a row of " + values.keySet() + ".", null);
  }

  /**
   * The row as a record. Each component takes the column of its name, where case and underscores do
   * not count ({@code createdAt} takes {@code created_at}); other columns are left out. What a
   * component can be:
   *
   * <ul>
   *   <li>of a number: any primitive or boxed number, {@code BigInteger}, {@code BigDecimal}, if
   *       the value fits without loss; {@code boolean} of 0 and 1
   *   <li>of DATE {@code LocalDate}, of DATETIME and TIMESTAMP {@code LocalDateTime}, or {@code
   *       Instant} for what is in UTC, of TIME {@code LocalTime} or {@code String}
   *   <li>of text: {@code String}, an enum by its constants' names, {@code UUID}
   *   <li>of binary strings: {@code byte[]}
   *   <li>of JSON: {@code String}, or whatever Jackson makes of it, such as a {@code Map}, a {@code
   *       List<String>}, a {@code JsonNode} or another record
   *   <li>of anything: {@code Object}, and an {@code Optional} of all these
   * </ul>
   *
   * @param type the record's class
   * @param <T> the record
   * @return a new record
   * @throws RowMappingException if a component has no column or more than one, or a value does not
   *     fit: it is NULL and the component a primitive, or of another type, or too large; or if the
   *     record's constructor refuses the values
   */
  public <T extends Record> T as(Class<T> type) {
    return RecordMapper.of(type).map(values);
  }
}
