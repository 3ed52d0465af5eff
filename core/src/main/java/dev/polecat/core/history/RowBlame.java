package dev.polecat.core.history;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A row and who brought it. Immutable and safe to share, but for the arrays of binary values.
 *
 * @param row the row
 * @param last who made the row what it is as a whole: the last change
 * @param columns who brought the value of each column; for a column that the table got later, and
 *     whose value is null since, that is who brought the row
 */
public record RowBlame(Row row, Blame last, Map<String, Blame> columns) {
  /**
   * Copies the columns.
   *
   * @param row the row
   * @param last who made the row what it is
   * @param columns who brought the value of each column
   */
  public RowBlame {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }
}
