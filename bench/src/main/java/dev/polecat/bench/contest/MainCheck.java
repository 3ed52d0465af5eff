package dev.polecat.bench.contest;

import static java.util.stream.Collectors.groupingBy;

import dev.polecat.bench.compare.LostWriteException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Holds main's head against what the writers were promised. */
final class MainCheck {
  private static final int BATCH = 1_000;
  private static final int NAMED = 3;

  private final Connection main;

  /**
   * Looks through a connection.
   *
   * @param main reaches main
   */
  MainCheck(Connection main) {
    this.main = main;
  }

  /**
   * Looks for every acknowledged write in main's last commit.
   *
   * @throws LostWriteException if one is missing, or a hot row holds what it must not
   */
  void everythingIsThere(Workload workload, List<Write> acknowledged, HotRule rule)
      throws SQLException, LostWriteException {
    List<String> missing = new ArrayList<>();
    Map<String, String> own = tokens(acknowledged.stream().map(Write::id).toList());
    for (Write write : acknowledged) {
      if (!write.token().equals(own.get(write.id()))) {
        missing.add("row " + write.id() + " of " + write.token());
      }
    }
    Map<String, List<Write>> byHotRow =
        acknowledged.stream().filter(Write::isHot).collect(groupingBy(Write::hotId));
    Map<String, String> hot = tokens(List.copyOf(byHotRow.keySet()));
    byHotRow.forEach(
        (id, writes) ->
            rule.complaint(writes, hot.getOrDefault(id, "nothing"))
                .ifPresent(
                    complaint ->
                        missing.add("hot row " + id + " holds " + hot.get(id) + ": " + complaint)));
    if (!missing.isEmpty()) {
      throw new LostWriteException(
          missing.size()
              + " lost: "
              + String.join("; ", missing.subList(0, Math.min(NAMED, missing.size())))
              + (missing.size() > NAMED ? "; ..." : ""));
    }
    long expected = workload.table().rows() + (long) acknowledged.size();
    require("SELECT COUNT(*) FROM beads AS OF 'main'", expected, "rows on main");
  }

  /**
   * Looks whether all is tidy.
   *
   * @throws IllegalStateException if there are branches left, or uncommitted rows
   */
  void nothingIsLeftOver(Workload workload) throws SQLException {
    require(
        "SELECT COUNT(*) FROM dolt_branches",
        1L + workload.before().liveBranches(),
        "branches, main included");
    require("SELECT COUNT(*) FROM dolt_status", 0, "tables with uncommitted rows");
  }

  private void require(String query, long expected, String what) throws SQLException {
    try (Statement statement = main.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      if (rows.getLong(1) != expected) {
        throw new IllegalStateException(
            "There are " + rows.getLong(1) + " " + what + ", not " + expected + ".");
      }
    }
  }

  private Map<String, String> tokens(List<String> ids) throws SQLException {
    Map<String, String> found = new HashMap<>();
    for (int from = 0; from < ids.size(); from += BATCH) {
      List<String> some = ids.subList(from, Math.min(from + BATCH, ids.size()));
      String marks = String.join(", ", IntStream.range(0, some.size()).mapToObj(i -> "?").toList());
      try (PreparedStatement query =
          main.prepareStatement(
              "SELECT id, token FROM beads AS OF 'main' WHERE id IN (" + marks + ")")) {
        for (int i = 0; i < some.size(); i++) {
          query.setString(i + 1, some.get(i));
        }
        try (ResultSet rows = query.executeQuery()) {
          while (rows.next()) {
            found.put(rows.getString(1), rows.getString(2));
          }
        }
      }
    }
    return found;
  }
}
