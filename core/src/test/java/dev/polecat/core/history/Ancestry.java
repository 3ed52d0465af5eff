package dev.polecat.core.history;

import dev.polecat.core.CommitHash;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All commits of main with all rows of a table, to be blamed by the definition, word by word. */
final class Ancestry {
  private final Map<CommitHash, CommitInfo> commits = new HashMap<>();
  private final Map<CommitHash, Map<Object, Row>> rows = new HashMap<>();
  private final CommitHash head;

  Ancestry(History history, String table) {
    List<CommitInfo> log = history.log(Revision.MAIN).toList();
    head = log.get(0).hash();
    for (CommitInfo commit : log) {
      commits.put(commit.hash(), commit);
      try (Stream<Row> all = history.rows(Revision.of(commit.hash()), table)) {
        rows.put(commit.hash(), all.collect(Collectors.toMap(row -> row.get("id"), row -> row)));
      } catch (UnknownTableException e) {
        rows.put(commit.hash(), Map.of());
      }
    }
  }

  /** Follows the values to the first parent that has them, until none has. */
  String blame(Object id, List<String> columns) {
    CommitHash at = head;
    @Nullable CommitHash arrival = null;
    while (true) {
      CommitHash here = at;
      CommitHash parent =
          commits.get(at).parents().stream()
              .filter(p -> values(p, id, columns).equals(values(here, id, columns)))
              .findFirst()
              .orElse(null);
      if (arrival == null && !commits.get(at).parents().subList(0, 1).equals(single(parent))) {
        arrival = at;
      }
      if (parent == null) {
        return at + " by " + arrival;
      }
      at = parent;
    }
  }

  private static List<CommitHash> single(@Nullable CommitHash commit) {
    return commit == null ? List.of() : List.of(commit);
  }

  private List<Object> values(CommitHash commit, Object id, List<String> columns) {
    Row row = rows.get(commit).get(id);
    return row == null ? List.of() : columns.stream().map(row::get).toList();
  }
}
