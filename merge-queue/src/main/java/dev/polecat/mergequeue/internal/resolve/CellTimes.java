package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.CommitHash;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * When the contested cells of one column got their present values, on main and on the branch.
 *
 * <p>A value is followed back through the commits since the merge base, along those parents that
 * hold it too, to the commit that brought it; the row's timestamp there is the cell's. If both
 * parents of a merge hold it, the later of the two counts, so the order of earlier merges does not
 * matter.
 */
final class CellTimes {
  private static final int KEYS_AT_ONCE = 200;
  private static final int COMMITS_AT_ONCE = 50;

  private final Map<List<Object>, @Nullable LocalDateTime> ours;
  private final Map<List<Object>, @Nullable LocalDateTime> theirs;

  private CellTimes(
      Map<List<Object>, @Nullable LocalDateTime> ours,
      Map<List<Object>, @Nullable LocalDateTime> theirs) {
    this.ours = ours;
    this.theirs = theirs;
  }

  /** The times of every column that policy newest by cell may decide. */
  static Map<Column, CellTimes> of(OpenMerge merge, ConflictedRows rows, List<ComputedRule> rules)
      throws SQLException {
    Map<Column, CellTimes> times = new HashMap<>();
    for (ComputedRule rule : rules) {
      if (rule.timestamp().isPresent()) {
        Column timestamp = rows.shape().value(rule.timestamp().get()).orElseThrow();
        List<Map<String, Object>> keys = contested(merge, rows, rule);
        times.put(
            rule.column(),
            new CellTimes(
                new History(merge, rows.shape(), rule.column(), timestamp, merge.ours())
                    .times(keys),
                new History(merge, rows.shape(), rule.column(), timestamp, merge.theirs())
                    .times(keys)));
      }
    }
    return times;
  }

  private static List<Map<String, Object>> contested(
      OpenMerge merge, ConflictedRows rows, ComputedRule rule) throws SQLException {
    String our = Sql.identifier("our_" + rule.column().name());
    String their = Sql.identifier("their_" + rule.column().name());
    return Sql.list(
        merge.connection(),
        "SELECT %s FROM %s WHERE %s AND NOT (%s)"
            .formatted(
                TableResolver.keys(rows.shape(), "our_"),
                rows.relation(),
                rows.bothSides(),
                rule.column().sameSql(our, their)),
        row -> TableResolver.readKey(rows.shape(), row));
  }

  /** More than 0 if theirs was written later, less if ours was, 0 if at the same time. */
  int compare(Map<String, Object> key) {
    LocalDateTime our = ours.get(identity(key));
    LocalDateTime their = theirs.get(identity(key));
    if (our == null || their == null) {
      return Boolean.compare(their != null, our != null);
    }
    return their.compareTo(our);
  }

  /** The key in a form that equals another's exactly if the keys are the same: arrays do not. */
  private static List<Object> identity(Map<String, Object> key) {
    return key.values().stream()
        .map(value -> value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value)
        .toList();
  }

  private record Version(@Nullable Object value, @Nullable LocalDateTime time) {}

  /** One side's commits since the merge base. */
  private static final class History {
    private final OpenMerge merge;
    private final TableShape shape;
    private final Column column;
    private final Column timestamp;
    private final CommitHash head;
    private final Map<String, List<String>> parents = new LinkedHashMap<>();

    History(OpenMerge merge, TableShape shape, Column column, Column timestamp, CommitHash head)
        throws SQLException {
      this.merge = merge;
      this.shape = shape;
      this.column = column;
      this.timestamp = timestamp;
      this.head = head;
      Set<String> alignments = new HashSet<>();
      Sql.list(
          merge.connection(),
          "SELECT commit_hash, parents, message FROM dolt_log('%s..%s', '--parents')"
              .formatted(merge.base().value(), head.value()),
          row -> {
            parents.put(row.getString(1), List.of(row.getString(2).split(",\\s*")));
            return row.getString(3).startsWith(Alignment.MESSAGE)
                && alignments.add(row.getString(1));
          });
      // a commit that kept rows from Dolt has main's: the branch's own are behind it
      parents.replaceAll(
          (commit, direct) ->
              direct.stream()
                  .flatMap(
                      parent ->
                          alignments.contains(parent)
                              ? parents.get(parent).stream()
                              : Stream.of(parent))
                  .toList());
    }

    Map<List<Object>, @Nullable LocalDateTime> times(List<Map<String, Object>> keys)
        throws SQLException {
      Map<List<Object>, @Nullable LocalDateTime> times = new HashMap<>();
      for (int from = 0; from < keys.size(); from += KEYS_AT_ONCE) {
        List<Map<String, Object>> some =
            keys.subList(from, Math.min(keys.size(), from + KEYS_AT_ONCE));
        Map<String, Map<List<Object>, Version>> versions = versions(some);
        for (Map<String, Object> key : some) {
          times.put(identity(key), time(identity(key), versions));
        }
      }
      return times;
    }

    private @Nullable LocalDateTime time(
        List<Object> key, Map<String, Map<List<Object>, Version>> versions) {
      Version present = version(versions, head.value(), key);
      if (present == null) { // the key is written in other letter cases there
        return null;
      }
      @Nullable LocalDateTime latest = null;
      Deque<String> open = new ArrayDeque<>(List.of(head.value()));
      Set<String> seen = new HashSet<>(open);
      while (!open.isEmpty()) {
        String commit = open.pop();
        List<String> holders =
            parents.getOrDefault(commit, List.of()).stream()
                .filter(parents::containsKey)
                .filter(
                    parent -> {
                      Version version = version(versions, parent, key);
                      return version != null
                          && Objects.deepEquals(version.value(), present.value());
                    })
                .toList();
        if (holders.isEmpty()) {
          Version origin = Objects.requireNonNull(version(versions, commit, key));
          if (origin.time() != null && (latest == null || origin.time().isAfter(latest))) {
            latest = origin.time();
          }
        }
        holders.stream().filter(seen::add).forEach(open::push);
      }
      return latest;
    }

    private static @Nullable Version version(
        Map<String, Map<List<Object>, Version>> versions, String commit, List<Object> key) {
      return versions.getOrDefault(commit, Map.of()).get(key);
    }

    /** The versions of some rows in every commit, by commit and key. */
    private Map<String, Map<List<Object>, Version>> versions(List<Map<String, Object>> keys)
        throws SQLException {
      Map<String, Map<List<Object>, Version>> versions = new HashMap<>();
      List<String> commits = List.copyOf(parents.keySet());
      for (int from = 0; from < commits.size(); from += COMMITS_AT_ONCE) {
        List<String> some = commits.subList(from, Math.min(commits.size(), from + COMMITS_AT_ONCE));
        try {
          read(some, keys, versions);
        } catch (SQLException e) { // perhaps one of them has no such table or column yet
          for (String commit : some) {
            if (SchemaChanges.columnsAt(merge, shape.name(), CommitHash.of(commit))
                .containsAll(List.of(column.name(), timestamp.name()))) {
              read(List.of(commit), keys, versions);
            }
          }
        }
      }
      return versions;
    }

    private void read(
        List<String> commits,
        List<Map<String, Object>> keys,
        Map<String, Map<List<Object>, Version>> versions)
        throws SQLException {
      String anyKey =
          String.join(" OR ", Collections.nCopies(keys.size(), "(" + shape.whereKey() + ")"));
      String sql =
          commits.stream()
              .map(
                  commit ->
                      "SELECT %s, %s, %s, '%s' FROM %s AS OF '%s' WHERE %s"
                          .formatted(
                              shape.keys().stream()
                                  .map(key -> key.select(key.quoted()))
                                  .collect(Collectors.joining(", ")),
                              column.select(column.quoted()),
                              timestamp.quoted(),
                              commit,
                              Sql.identifier(shape.name()),
                              commit,
                              anyKey))
              .collect(Collectors.joining(" UNION ALL "));
      try (PreparedStatement statement = merge.connection().prepareStatement(sql)) {
        int at = 1;
        for (int i = 0; i < commits.size(); i++) {
          for (Map<String, Object> key : keys) {
            for (Column part : shape.keys()) {
              part.bind(statement, at++, key.get(part.name()));
            }
          }
        }
        try (ResultSet row = statement.executeQuery()) {
          while (row.next()) {
            int value = shape.keys().size() + 1;
            versions
                .computeIfAbsent(row.getString(value + 2), commit -> new HashMap<>())
                .put(
                    identity(TableResolver.readKey(shape, row)),
                    new Version(
                        column.read(row, value), row.getObject(value + 1, LocalDateTime.class)));
          }
        }
      }
    }
  }
}
