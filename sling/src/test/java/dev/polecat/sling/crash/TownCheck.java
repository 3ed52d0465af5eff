package dev.polecat.sling.crash;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Compares what is in the database with what was tried and acknowledged in a round, by plain SQL.
 */
final class TownCheck {
  private static final int LOCK_LOOKS = 40;
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");

  private final Statement sql;
  private final String round;
  private final String shared;
  private final Evidence evidence;
  private final List<String> wrong = new ArrayList<>();
  private final Map<String, Integer> found = new TreeMap<>();

  private TownCheck(Statement sql, String round, Evidence evidence) {
    this.sql = sql;
    this.round = round;
    this.shared = Round.shared(round);
    this.evidence = evidence;
  }

  /**
   * What a check found.
   *
   * @param wrong each broken promise; empty if all are kept
   * @param found where acknowledged writes are, and how many
   */
  record Result(List<String> wrong, Map<String, Integer> found) {}

  /**
   * Checks a round when all its JVMs have ended.
   *
   * @param round the round's name
   */
  static Result check(CrashServer server, String round, Evidence evidence)
      throws SQLException, InterruptedException {
    try (Connection connection = server.connect(CrashTown.RIG);
        Statement statement = connection.createStatement()) {
      TownCheck check = new TownCheck(statement, round, evidence);
      check.run();
      return new Result(check.wrong, check.found);
    }
  }

  private void run() throws SQLException, InterruptedException {
    Set<String> branches = new TreeSet<>(strings("SELECT name FROM dolt_branches"));
    Set<String> tags = new TreeSet<>(strings("SELECT tag_name FROM dolt_tags"));
    Map<String, Evidence.Write> onMain = writes("writes");
    checkRows(onMain, branches, tags);
    checkShared(onMain);
    checkMerges(branches);
    checkLeftovers(branches, tags);
  }

  private void checkRows(Map<String, Evidence.Write> onMain, Set<String> branches, Set<String> tags)
      throws SQLException {
    onMain.forEach(
        (id, write) -> {
          if (!write.equals(evidence.tried.get(id))) {
            wrong.add("On main, but never written so: " + write);
          }
        });
    Set<String> kept = new HashSet<>();
    Set<String> tagged = new HashSet<>();
    for (String branch : ofRound(branches)) {
      kept.addAll(writes("`" + CrashTown.RIG + "/" + branch + "`.writes").keySet());
    }
    for (String branch : evidence.nuking) {
      if (tags.contains("nuked/" + branch)) {
        tagged.addAll(writes("writes AS OF 'nuked/" + branch + "'").keySet());
      }
    }
    for (String id : evidence.acknowledged) {
      String where =
          onMain.containsKey(id)
              ? "on main"
              : kept.contains(id) ? "on a kept branch" : tagged.contains(id) ? "nuked" : "lost";
      found.merge("acknowledged, " + where, 1, Integer::sum);
      if (where.equals("lost")) {
        String branch = evidence.tried.get(id).branch();
        wrong.add(
            "Lost: acknowledged write %s of %s branch %s, which is %s, sealed %s, outcome %s %s"
                .formatted(
                    id,
                    evidence.explicit.contains(branch) ? "explicit" : "per-transaction",
                    branch,
                    branches.contains(branch) ? "there" : "gone",
                    evidence.sealed.get(branch),
                    evidence.outcomes.get(branch),
                    evidence.details.get(branch)));
      }
    }
    for (String id : onMain.keySet()) {
      if (!evidence.acknowledged.contains(id)) {
        found.merge("not acknowledged, on main", 1, Integer::sum);
      }
    }
  }

  /** Everything follows from the rows that are on main, as each write is one transaction. */
  private void checkShared(Map<String, Evidence.Write> onMain) throws SQLException {
    for (int i = 0; i < Job.SHARED_ROWS; i++) {
      String row = shared + i;
      List<Evidence.Write> writes =
          onMain.values().stream().filter(write -> write.shared().equals(row)).toList();
      long top = 0;
      String last = "";
      String at = "2000-01-01 00:00:00.000000";
      for (Evidence.Write write : writes) {
        top = Math.max(top, write.value());
        if ((write.at() + write.id()).compareTo(at + last) > 0) {
          at = write.at();
          last = write.id();
        }
      }
      List<String> ids = writes.stream().map(Evidence.Write::id).sorted().toList();
      List<Object> expected = List.of((long) writes.size(), ids, top, last, at);
      try (ResultSet rows =
          sql.executeQuery(
              "SELECT total, CAST(ids AS CHAR), top, latest,"
                  + " DATE_FORMAT(updated_at, '%Y-%m-%d %H:%i:%s.%f')"
                  + " FROM hot WHERE id = '"
                  + row
                  + "'")) {
        rows.next();
        List<Object> cells =
            List.of(
                rows.getLong(1),
                QUOTED
                    .matcher(rows.getString(2))
                    .results()
                    .map(id -> id.group(1))
                    .sorted()
                    .toList(),
                rows.getLong(3),
                rows.getString(4),
                rows.getString(5));
        if (!cells.equals(expected)) {
          wrong.add(
              "Shared row %s has (total, ids, top, latest, updated_at) %s, not %s"
                  .formatted(row, cells, expected));
        }
      }
    }
  }

  private void checkMerges(Set<String> branches) throws SQLException {
    Map<String, String> mergedBy = new HashMap<>();
    try (ResultSet rows =
        sql.executeQuery(
            "SELECT l.commit_hash, l.message, a.parent_hash FROM dolt_log('main') l"
                + " JOIN dolt_commit_ancestors a ON a.commit_hash = l.commit_hash"
                + " WHERE a.parent_index = 1")) {
      while (rows.next()) {
        if (rows.getString(2).startsWith("Refresh ")) {
          continue; // a branch merged with main, and main into it, before it was merged itself
        }
        String sealed = rows.getString(3);
        String earlier = mergedBy.put(sealed, rows.getString(1));
        if (earlier != null) {
          wrong.add("Merged twice: %s, by %s and %s".formatted(sealed, earlier, rows.getString(1)));
        }
        if (!rows.getString(2).contains("Sealed-Commit: " + sealed)) {
          wrong.add("A merge of %s that does not say so: %s".formatted(sealed, rows.getString(2)));
        }
      }
    }
    for (Map.Entry<String, String> sealed : evidence.sealed.entrySet()) {
      boolean merged = mergedBy.containsKey(sealed.getValue());
      found.merge(merged ? "done, merged" : "done, not merged", 1, Integer::sum);
      boolean anyWrite =
          evidence.tried.values().stream().anyMatch(w -> w.branch().equals(sealed.getKey()));
      if (!merged && anyWrite && !branches.contains(sealed.getKey())) {
        wrong.add("Branch %s is gone, and not merged".formatted(sealed.getKey()));
      }
    }
  }

  private void checkLeftovers(Set<String> branches, Set<String> tags)
      throws SQLException, InterruptedException {
    Set<String> left = ofRound(branches);
    Map<String, String> states = ledger();
    for (String branch : left) {
      if (Finish.mayStay(evidence, branch, states.get(branch))) {
        found.merge("branches kept, " + states.get(branch), 1, Integer::sum);
      } else {
        wrong.add(
            "Left over: branch %s, state %s, outcome %s %s"
                .formatted(
                    branch,
                    states.get(branch),
                    evidence.outcomes.get(branch),
                    evidence.details.get(branch)));
      }
    }
    for (String branch : states.keySet()) {
      if (!branches.contains(branch)) {
        wrong.add("Left over: a row of " + branch + " in the ledger");
      }
    }
    for (String branch : branches) {
      if (branch.startsWith("merge-overlay-")) { // of a refresh; a sweep takes it in an hour
        found.merge("branches to work on, left for a sweep", 1, Integer::sum);
      } else if (!branch.equals("main") && !branch.startsWith("polecat-r")) {
        wrong.add("Left over: branch " + branch);
      }
    }
    for (String tag : tags) {
      String branch = tag.replace("nuked/", "");
      if (isOfRound(branch) && !evidence.nuking.contains(branch)) {
        wrong.add("Left over: tag " + tag);
      }
    }
    for (String branch : evidence.nuked.keySet()) {
      if (!tags.contains("nuked/" + branch)) {
        wrong.add("Nuked without a tag: " + branch);
      }
    }
    for (String table : strings("SELECT table_name FROM dolt_status")) {
      wrong.add("Left over: uncommitted rows on main in " + table);
    }
    checkLock();
  }

  /** The server may need a moment to see that a killed JVM's connection is gone. */
  private void checkLock() throws SQLException, InterruptedException {
    for (int look = 0; look < LOCK_LOOKS; look++) {
      if (strings("SELECT IS_FREE_LOCK('pq:" + CrashTown.RIG + "')").equals(List.of("1"))) {
        return;
      }
      Thread.sleep(50);
    }
    wrong.add("Left over: the merge lock");
  }

  /** The states of the branches that the ledger knows. */
  private Map<String, String> ledger() throws SQLException {
    Map<String, String> states = new TreeMap<>();
    if (strings("SHOW DATABASES").contains("polecat_ledger")) {
      try (ResultSet rows =
          sql.executeQuery(
              "SELECT branch, state FROM polecat_ledger.branches WHERE rig = '"
                  + CrashTown.RIG
                  + "'")) {
        while (rows.next()) {
          states.put(rows.getString(1), rows.getString(2));
        }
      }
    }
    return states;
  }

  private Set<String> ofRound(Set<String> branches) {
    Set<String> own = new TreeSet<>(branches);
    own.removeIf(branch -> !isOfRound(branch));
    return own;
  }

  private boolean isOfRound(String branch) {
    return branch.matches("polecat-" + round + "[a-z]-.*");
  }

  private Map<String, Evidence.Write> writes(String table) throws SQLException {
    Map<String, Evidence.Write> writes = new LinkedHashMap<>();
    try (ResultSet rows =
        sql.executeQuery(
            "SELECT id, branch, hot_id, amount, DATE_FORMAT(written_at, '%Y-%m-%d %H:%i:%s.%f') FROM "
                + table
                + " WHERE hot_id LIKE '"
                + shared
                + "%'")) {
      while (rows.next()) {
        Evidence.Write write =
            new Evidence.Write(
                rows.getString(1),
                rows.getString(2),
                rows.getString(3),
                rows.getLong(4),
                rows.getString(5));
        writes.put(write.id(), write);
      }
    }
    return writes;
  }

  private List<String> strings(String query) throws SQLException {
    List<String> found = new ArrayList<>();
    try (ResultSet rows = sql.executeQuery(query)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }
}
