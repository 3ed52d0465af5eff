package dev.polecat.core.history;

import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds who brought the rows of a table: all are followed from commit to first parent at once, and
 * the changes of each commit tell which rows go no further, or come from its second parent. Rows
 * are read as they are found and not kept; keys are. Used by one thread.
 */
final class TableOrigins implements Lazily.Finder<KeyBlame> {
  private final TableSteps steps;
  private final CommitWalk walk;
  private final Map<CommitHash, Suspects> open = new HashMap<>();

  /** Keys that are not among the rest any more: found, gone, or on a way of their own. */
  private final Set<List<Object>> settled = new HashSet<>();

  private @Nullable Search search;
  private long unfound;

  private TableOrigins(TableSteps steps, CommitWalk walk, CommitHash from, long rows) {
    this.steps = steps;
    this.walk = walk;
    this.unfound = rows;
    suspects(from).rest = true;
  }

  /** Finds the origins of all rows of a table at a commit; closes the session in the end. */
  static TableOrigins of(DoltDatabase database, String doing, ReadSession session, TableAt table)
      throws SQLException {
    RowKey.columnsOf(table.schema());
    TableSteps.requireShown(table.schema().stored());
    long rows = session.list(table.count(), (result, row) -> row.getLong(1)).get(0);
    CommitHash from = CommitHash.of(table.ref());
    String name = table.schema().table();
    return new TableOrigins(
        new TableSteps(session, name), CommitWalk.of(database, doing, from, name), from, rows);
  }

  /** Rows that may come from a commit. */
  private final class Suspects {
    /** Those that came over a second parent, with the commit by which they arrived. */
    final Map<List<Object>, CommitInfo> some = new HashMap<>();

    /** Whether all that are not settled are suspect, too. */
    boolean rest;

    boolean has(List<Object> key) {
      return some.containsKey(key) || (rest && !settled.contains(key));
    }
  }

  /** Picks the rows that a commit brought from changes, and does something after the last. */
  private record Search(Stream<RowChange> changes, Iterator<RowChange> each, Picker picker) {
    Search(Stream<RowChange> changes, Picker picker) {
      this(changes, changes.iterator(), picker);
    }
  }

  private interface Picker {
    /** Returns null if it is not a row that the commit brought. */
    @Nullable KeyBlame pick(RowChange change);

    void end() throws SQLException;
  }

  @Override
  public @Nullable KeyBlame next() throws SQLException {
    while (unfound > 0) {
      if (search == null) {
        CommitWalk.Step step =
            Objects.requireNonNull(walk.next(), "a database's first commit has no parent");
        Suspects here = open.remove(step.commit().hash());
        if (here != null) {
          visit(step, here);
        }
      } else if (search.each.hasNext()) {
        KeyBlame found = search.picker.pick(search.each.next());
        if (found != null) {
          unfound--;
          return found;
        }
      } else {
        Picker done = search.picker;
        search = null;
        done.end();
      }
    }
    return null;
  }

  private void visit(CommitWalk.Step step, Suspects here) throws SQLException {
    CommitInfo commit = step.commit();
    List<CommitHash> parents = commit.parents();
    if (!step.touched() && parents.size() == 1) {
      handOn(here, parents.get(0));
      return;
    }
    TableSteps.Step first = steps.from(parents.isEmpty() ? null : parents.get(0), commit.hash());
    if (parents.size() > 1) {
      visitMerge(commit, here, first);
      return;
    }
    search =
        new Search(
            steps.changes(first),
            new Picker() {
              @Override
              public @Nullable KeyBlame pick(RowChange change) {
                return isSuspect(here, change) ? found(commit, here, change) : null;
              }

              @Override
              public void end() {
                if (first.comparable()) {
                  handOn(here, parents.get(0));
                }
              }
            });
  }

  private void visitMerge(CommitInfo commit, Suspects here, TableSteps.Step first)
      throws SQLException {
    Set<List<Object>> candidates = new HashSet<>();
    try (Stream<RowChange> changes = steps.changes(first)) {
      changes.filter(change -> isSuspect(here, change)).forEach(c -> candidates.add(key(c)));
    }
    if (candidates.isEmpty()) {
      if (first.comparable()) {
        handOn(here, commit.parents().get(0));
      }
      return;
    }
    TableSteps.Step second = steps.from(commit.parents().get(1), commit.hash());
    search =
        new Search(
            steps.changes(second),
            new Picker() {
              @Override
              public @Nullable KeyBlame pick(RowChange change) {
                return isNew(change) && candidates.remove(key(change))
                    ? found(commit, here, change)
                    : null;
              }

              @Override
              public void end() {
                Suspects there = suspects(commit.parents().get(1));
                for (List<Object> key : candidates) {
                  there.some.put(key, here.some.getOrDefault(key, commit));
                }
                here.some.keySet().removeAll(candidates);
                settled.addAll(candidates);
                if (first.comparable()) {
                  handOn(here, commit.parents().get(0));
                }
              }
            });
  }

  /** Whether a change made a row what a suspect is; rows that went are settled by the way. */
  private boolean isSuspect(Suspects here, RowChange change) {
    if (isNew(change)) {
      return here.has(key(change));
    }
    if (here.rest && change.after().isEmpty()) {
      settled.add(key(change));
    }
    return false;
  }

  private static boolean isNew(RowChange change) {
    return change.after().isPresent()
        && (change.before().isEmpty() || !Values.same(change.before().get(), change.after().get()));
  }

  private KeyBlame found(CommitInfo commit, Suspects here, RowChange change) {
    List<Object> key = key(change);
    CommitInfo arrival = here.some.remove(key);
    settled.add(key);
    return new KeyBlame(change.key(), new Blame(commit, arrival == null ? commit : arrival));
  }

  private void handOn(Suspects suspects, CommitHash parent) {
    if (suspects.rest || !suspects.some.isEmpty()) {
      Suspects there = suspects(parent);
      there.rest |= suspects.rest;
      there.some.putAll(suspects.some);
    }
  }

  private Suspects suspects(CommitHash commit) {
    return open.computeIfAbsent(commit, hash -> new Suspects());
  }

  /** A key that can be compared, which arrays cannot. */
  private static List<Object> key(RowChange change) {
    List<Object> key = new ArrayList<>();
    for (Object value : change.key().values()) {
      key.add(value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value);
    }
    return key;
  }

  @Override
  public void close() {
    try (walk) {
      steps.close();
    }
  }
}
