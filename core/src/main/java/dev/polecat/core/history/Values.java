package dev.polecat.core.history;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** When values of different times are the same: a column that is not there is as good as NULL. */
final class Values {
  private Values() {}

  static boolean same(@Nullable Object one, @Nullable Object other) {
    return one instanceof BigDecimal number && other instanceof BigDecimal second
        ? number.compareTo(second) == 0
        : Objects.deepEquals(one, other);
  }

  static boolean same(Map<String, @Nullable Object> one, Map<String, @Nullable Object> other) {
    return one.entrySet().stream().allMatch(e -> same(e.getValue(), other.get(e.getKey())))
        && other.entrySet().stream()
            .allMatch(e -> one.containsKey(e.getKey()) || e.getValue() == null);
  }
}
