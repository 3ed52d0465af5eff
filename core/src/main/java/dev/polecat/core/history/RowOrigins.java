package dev.polecat.core.history;

import dev.polecat.core.CommitHash;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds who brought the values of one row: each is followed from commit to the first parent that
 * has it, until none has. Used by one thread.
 */
final class RowOrigins {
  /** A value on its way back: a column's, or, without one, the whole row. */
  private record Value(Optional<String> column, @Nullable CommitInfo arrival) {}

  private final Row row;
  private final Map<CommitHash, List<Value>> open = new HashMap<>();
  private final Map<Optional<String>, Blame> found = new HashMap<>();

  private RowOrigins(Row row) {
    this.row = row;
  }

  static RowBlame find(CommitHash from, Row row, RowWalk walk) throws SQLException {
    RowOrigins origins = new RowOrigins(row);
    origins.open(from, new Value(Optional.empty(), null));
    row.values().keySet().forEach(c -> origins.open(from, new Value(Optional.of(c), null)));
    while (!origins.open.isEmpty()) {
      RowWalk.At at = walk.next(origins::pass);
      origins.look(Objects.requireNonNull(at, "a database's first commit has no parent"));
    }
    return origins.blame();
  }

  private void open(CommitHash at, Value value) {
    open.computeIfAbsent(at, commit -> new ArrayList<>()).add(value);
  }

  private void pass(CommitInfo commit) {
    for (Value value : taken(commit)) {
      open(commit.parents().get(0), value);
    }
  }

  private List<Value> taken(CommitInfo commit) {
    List<Value> here = open.remove(commit.hash());
    return here == null ? List.of() : here;
  }

  private void look(RowWalk.At at) {
    CommitInfo commit = at.commit();
    for (Value value : taken(commit)) {
      int parent = 0;
      while (parent < at.before().size() && !has(at.before().get(parent), value.column)) {
        parent++;
      }
      if (parent == 0 && !at.before().isEmpty()) {
        open(commit.parents().get(0), value);
        continue;
      }
      CommitInfo arrival = value.arrival == null ? commit : value.arrival;
      if (parent < at.before().size()) {
        open(commit.parents().get(parent), new Value(value.column, arrival));
      } else {
        found.put(value.column, new Blame(commit, arrival));
      }
    }
  }

  private boolean has(Optional<Row> earlier, Optional<String> column) {
    if (earlier.isEmpty()) {
      return false;
    }
    Map<String, @Nullable Object> then = earlier.get().values();
    return column
        .map(name -> Values.same(row.values().get(name), then.get(name)))
        .orElseGet(() -> Values.same(row.values(), then));
  }

  private RowBlame blame() {
    Map<String, Blame> columns = new LinkedHashMap<>();
    row.values().keySet().forEach(name -> columns.put(name, found.get(Optional.of(name))));
    return new RowBlame(row, found.get(Optional.<String>empty()), columns);
  }
}
