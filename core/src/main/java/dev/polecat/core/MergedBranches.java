package dev.polecat.core;

import dev.polecat.core.BranchDeletion.Result;
import dev.polecat.core.internal.pool.AdminPool;
import dev.polecat.core.internal.sql.Quoting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Deletes branches if that loses nothing. {@code DOLT_BRANCH('-d')} makes some of the checks, but
 * reads the state of every other session for it, and under load acknowledged writes of such
 * sessions vanished (Dolt 1.86.4: 4 of 741 deletions by {@code -d} lost another branch's write,
 * none of 824 by {@code -D}); {@code dolt_branch_activity} reads it in the same way.
 */
final class MergedBranches {
  private static final int ATTEMPTS = 8;
  private static final Duration PAUSE = Duration.ofMillis(2);

  private final DoltDatabase database;
  private final AdminPool admin;

  MergedBranches(DoltDatabase database, AdminPool admin) {
    this.database = database;
    this.admin = admin;
  }

  /**
   * What a look at a branch found.
   *
   * @param strangers whether sessions are open whose branch the server does not show
   */
  private record Look(BranchDeletion verdict, boolean strangers) {
    boolean isClear() {
      return verdict.result() == Result.DELETED;
    }
  }

  BranchDeletion delete(BranchName branch, CommitHash head) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      Look look = admin.run(main -> look(main, branch, head));
      if (look.isClear()) {
        return delete(Map.of(branch, head), look.strangers()).get(0);
      }
      if (look.verdict().result() != Result.IN_USE || attempt == ATTEMPTS) {
        return look.verdict();
      }
      LockSupport.parkNanos(PAUSE.multipliedBy(1L << attempt).toNanos());
    }
  }

  /** Deletes what is clear in one statement, and looks at the others one by one. */
  List<BranchDeletion> delete(Map<BranchName, CommitHash> heads) throws SQLException {
    if (heads.isEmpty()) {
      return List.of(); // IN () is no SQL
    }
    Set<String> sessions = admin.run(this::sessions);
    Map<BranchName, CommitHash> clear = new LinkedHashMap<>();
    for (BranchName branch : admin.run(main -> merged(main, heads))) {
      if (!sessions.contains(path(branch))) {
        clear.put(branch, heads.get(branch));
      }
    }
    Map<BranchName, BranchDeletion> results = new LinkedHashMap<>();
    for (BranchDeletion deletion : delete(clear, sessions.stream().anyMatch(this::isStranger))) {
      results.put(deletion.branch(), deletion);
    }
    List<BranchDeletion> all = new ArrayList<>();
    for (Map.Entry<BranchName, CommitHash> next : heads.entrySet()) {
      BranchDeletion known = results.get(next.getKey());
      all.add(known == null ? delete(next.getKey(), next.getValue()) : known);
    }
    return all;
  }

  private List<BranchDeletion> delete(Map<BranchName, CommitHash> heads, boolean strangers)
      throws SQLException {
    if (heads.isEmpty()) {
      return List.of();
    }
    try {
      database.deleteBranches(List.copyOf(heads.keySet()));
    } catch (DoltSqlException e) {
      if (e.error() != DoltError.NOT_FOUND) {
        throw e;
      }
      deleteOneByOne(heads.keySet()); // somebody else deleted one
    }
    List<BranchDeletion> deletions = new ArrayList<>();
    for (Map.Entry<BranchName, CommitHash> gone : heads.entrySet()) {
      BranchName branch = gone.getKey();
      Optional<CommitHash> late =
          strangers ? lateCommit(branch, gone.getValue()) : Optional.empty();
      deletions.add(
          late.isPresent()
              ? moved(branch, late.get().value(), gone.getValue())
              : new BranchDeletion(branch, Result.DELETED, ""));
    }
    return deletions;
  }

  private void deleteOneByOne(Set<BranchName> branches) {
    for (BranchName branch : branches) {
      try {
        database.deleteBranches(List.of(branch));
      } catch (DoltSqlException e) {
        if (e.error() != DoltError.NOT_FOUND) {
          throw e;
        }
      }
    }
  }

  /** Brings a branch back that somebody committed on between the look and the deletion. */
  Optional<CommitHash> lateCommit(BranchName branch, CommitHash expected) throws SQLException {
    Optional<CommitHash> last =
        admin.run(
            main ->
                DoltDatabase.read(
                    main,
                    "SELECT commit_hash FROM dolt_reflog(?) LIMIT 1",
                    rows ->
                        rows.next()
                            ? Optional.of(CommitHash.of(rows.getString(1)))
                            : Optional.empty(),
                    "refs/heads/" + branch));
    if (last.isEmpty() || last.get().equals(expected)) {
      return Optional.empty();
    }
    database.createBranch(branch, last.get());
    return last;
  }

  private Look look(Connection main, BranchName branch, CommitHash head) throws SQLException {
    String sql =
        """
        SELECT HASHOF(?), HAS_ANCESTOR('main', ?), (SELECT COUNT(*) FROM %s.dolt_status)
        """
            .formatted(Quoting.identifier(path(branch)));
    try {
      BranchDeletion verdict =
          DoltDatabase.read(
              main, sql, rows -> verdict(rows, branch, head), branch.value(), head.value());
      Set<String> sessions = verdict.result() == Result.DELETED ? sessions(main) : Set.of();
      if (sessions.contains(path(branch))) {
        verdict = new BranchDeletion(branch, Result.IN_USE, "Another session is on it.");
      }
      return new Look(verdict, sessions.stream().anyMatch(this::isStranger));
    } catch (SQLException e) {
      if (DoltError.of(e) != DoltError.NOT_FOUND) {
        throw e;
      }
      return new Look(new BranchDeletion(branch, Result.ALREADY_GONE, ""), false);
    }
  }

  private static BranchDeletion verdict(ResultSet rows, BranchName branch, CommitHash head)
      throws SQLException {
    rows.next();
    if (!head.value().equals(rows.getString(1))) {
      return moved(branch, rows.getString(1), head);
    }
    if (!rows.getBoolean(2)) {
      return new BranchDeletion(
          branch, Result.NOT_MERGED, "Its head " + head + " is not part of main.");
    }
    long dirty = rows.getLong(3);
    return dirty > 0
        ? new BranchDeletion(
            branch, Result.UNCOMMITTED_ROWS, "It has uncommitted rows in " + dirty + " tables.")
        : new BranchDeletion(branch, Result.DELETED, "");
  }

  private static BranchDeletion moved(BranchName branch, String now, CommitHash head) {
    return new BranchDeletion(branch, Result.MOVED, "Its head is " + now + ", not " + head + ".");
  }

  /** Which of the branches are as expected, merged and clean: one query for all of them. */
  private static List<BranchName> merged(Connection main, Map<BranchName, CommitHash> heads)
      throws SQLException {
    String marks = String.join(", ", Collections.nCopies(heads.size(), "?"));
    try (PreparedStatement find =
        main.prepareStatement(
            "SELECT name, hash FROM dolt_branches WHERE name IN ("
                + marks
                + ") AND NOT dirty AND HAS_ANCESTOR('main', hash)")) {
      int i = 0;
      for (BranchName branch : heads.keySet()) {
        find.setString(++i, branch.value());
      }
      List<BranchName> found = new ArrayList<>();
      try (ResultSet rows = find.executeQuery()) {
        while (rows.next()) {
          BranchName branch = BranchName.of(rows.getString(1));
          if (heads.get(branch).value().equals(rows.getString(2))) {
            found.add(branch);
          }
        }
      }
      return found;
    }
  }

  /** Where the sessions of the server are, as far as it shows. */
  private Set<String> sessions(Connection main) throws SQLException {
    return DoltDatabase.read(
        main,
        "SELECT DISTINCT db FROM information_schema.processlist WHERE db IS NOT NULL",
        rows -> new HashSet<>(DoltDatabase.strings(rows)));
  }

  /** A session on the database itself may have checked out any branch. */
  private boolean isStranger(String path) {
    return path.equalsIgnoreCase(database.name().value());
  }

  private String path(BranchName branch) {
    return database.name() + "/" + branch;
  }
}
