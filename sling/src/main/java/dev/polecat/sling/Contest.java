package dev.polecat.sling;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.history.RowChange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What several sides did to one row. Used by one thread. */
final class Contest {
  private final List<Side> branches = new ArrayList<>();
  private final Map<CommitHash, RowChange> main = new HashMap<>();
  private final TreeSet<BranchName> contestants = new TreeSet<>();
  private final TreeSet<String> columns = new TreeSet<>();
  private boolean withMain;
  private boolean deleted;

  private record Side(BranchName branch, CommitHash base, RowChange change) {}

  void add(BranchName branch, CommitHash base, RowChange change) {
    branches.add(new Side(branch, base, change));
  }

  /** What main did to the row since a branch had that commit of it. */
  void addMain(CommitHash base, RowChange change) {
    main.put(base, change);
  }

  /** The collision, if the sides did not all do the same. */
  Optional<Collision> collision(
      String table, Function<List<Object>, Map<String, String>> decidedBy) {
    for (int i = 0; i < branches.size(); i++) {
      Side one = branches.get(i);
      RowChange onMain = main.get(one.base());
      if (onMain != null && isContested(one.change(), onMain)) {
        withMain = true;
        contestants.add(one.branch());
      }
      for (Side other : branches.subList(i + 1, branches.size())) {
        if (isContested(one.change(), other.change())) {
          contestants.add(one.branch());
          contestants.add(other.branch());
        }
      }
    }
    if (contestants.isEmpty()) {
      return Optional.empty();
    }
    Map<String, @Nullable Object> key = branches.get(0).change().key();
    return Optional.of(
        new Collision(
            table,
            key,
            List.copyOf(contestants),
            withMain,
            List.copyOf(columns),
            deleted,
            decidedBy.apply(identity(key))));
  }

  private boolean isContested(RowChange one, RowChange other) {
    if (one.after().isEmpty() || other.after().isEmpty()) {
      boolean differ = one.after().isPresent() || other.after().isPresent();
      deleted |= differ;
      return differ;
    }
    Map<String, @Nullable Object> values = one.after().get();
    Map<String, @Nullable Object> others = other.after().get();
    List<String> changed = new ArrayList<>(one.changedColumns());
    changed.retainAll(other.changedColumns());
    changed.removeIf(
        column ->
            !values.containsKey(column)
                || !others.containsKey(column)
                || Objects.deepEquals(values.get(column), others.get(column)));
    columns.addAll(changed);
    return !changed.isEmpty();
  }

  /** The key in a form that equals another's exactly if the keys are the same: arrays do not. */
  static List<Object> identity(Map<String, @Nullable Object> key) {
    return key.values().stream()
        .flatMap(
            value ->
                Stream.<Object>of(
                    value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : "" + value))
        .toList();
  }

  /** A number that is the same for changes of the same row, and hardly for others. */
  static long number(RowChange change) {
    long number = 1125899906842597L;
    for (Object part : identity(change.key())) {
      String text = part instanceof ByteBuffer bytes ? "" + bytes.hashCode() : part.toString();
      for (int i = 0; i < text.length(); i++) {
        number = 31 * number + text.charAt(i);
      }
      number = 31 * number + 0xFFFF;
    }
    return number;
  }
}
