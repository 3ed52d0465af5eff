package dev.polecat.mergequeue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The rules of DESIGN.md for a table with {@code updated_at} and the default policies, in plain
 * Java and on purpose without a line of the resolver's. A missing row, and NULL in a cell, is null.
 */
final class MergeModel {
  private static final Comparator<String> BY_BYTES =
      (x, y) ->
          Arrays.compareUnsigned(
              x.getBytes(StandardCharsets.UTF_8), y.getBytes(StandardCharsets.UTF_8));

  private MergeModel() {}

  /** A row without its key. */
  record Row(Integer n, String s, List<String> tags, String updatedAt) {}

  static Row merge(Row base, Row ours, Row theirs) {
    if (Objects.equals(ours, theirs) || Objects.equals(base, theirs)) {
      return ours;
    }
    if (Objects.equals(base, ours)) {
      return theirs;
    }
    if (ours == null || theirs == null) {
      return ours == null ? theirs : ours; // a change outlives a deletion
    }
    int later =
        nullsLeast(Comparator.<String>naturalOrder()).compare(ours.updatedAt(), theirs.updatedAt());
    return new Row(
        cell(
            base,
            base == null ? null : base.n(),
            ours.n(),
            theirs.n(),
            newest(later, Comparator.<Integer>naturalOrder())),
        cell(base, base == null ? null : base.s(), ours.s(), theirs.s(), newest(later, BY_BYTES)),
        cell(
            base, base == null ? null : base.tags(), ours.tags(), theirs.tags(), MergeModel::union),
        cell(
            base,
            base == null ? null : base.updatedAt(),
            ours.updatedAt(),
            theirs.updatedAt(),
            (o, t) -> later < 0 ? t : o));
  }

  private interface Policy<T> {
    T decide(T ours, T theirs);
  }

  private static <T> T cell(Row baseRow, T base, T ours, T theirs, Policy<T> policy) {
    if (Objects.equals(ours, theirs)) {
      return ours;
    }
    if (baseRow != null && Objects.equals(base, theirs)) {
      return ours;
    }
    if (baseRow != null && Objects.equals(base, ours)) {
      return theirs;
    }
    return policy.decide(ours, theirs);
  }

  /** The side with the later time; at equal times the greater value. */
  private static <T> Policy<T> newest(int later, Comparator<T> order) {
    return (ours, theirs) -> {
      int oursWins = later != 0 ? later : nullsLeast(order).compare(ours, theirs);
      return oursWins < 0 ? theirs : ours;
    };
  }

  private static List<String> union(List<String> ours, List<String> theirs) {
    Set<String> union = new LinkedHashSet<>(ours == null ? List.of() : ours);
    union.addAll(theirs == null ? List.of() : theirs);
    return List.copyOf(union);
  }

  private static <T> Comparator<T> nullsLeast(Comparator<T> order) {
    return Comparator.nullsFirst(order);
  }
}
