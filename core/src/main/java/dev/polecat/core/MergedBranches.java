package dev.polecat.core;

import dev.polecat.core.BranchDeletion.Result;
import dev.polecat.core.internal.pool.AdminPool;
import dev.polecat.core.internal.sql.Quoting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Deletes branches if that loses nothing. {@code DOLT_BRANCH('-d')} makes some of the checks, but
 * reads the state of every other session for it, and under load acknowledged writes of such
 * sessions vanished (Dolt 1.86.4: 4 of 741 deletions by {@code -d} lost another branch's write,
 * none of 824 by {@code -D}); {@code dolt_branch_activity} reads it in the same way.
 */
final class MergedBranches {
  private static final int LOOKS = 9;
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
    BranchDeletion deletion = deleteNow(branch, head);
    return deletion.result() == Result.IN_USE && awaitNoSessions(List.of(branch))
        ? deleteNow(branch, head)
        : deletion;
  }

  private BranchDeletion deleteNow(BranchName branch, CommitHash head) throws SQLException {
    Look look = admin.run(main -> look(main, branch, head));
    return look.isClear() ? delete(Map.of(branch, head), look.strangers()).get(0) : look.verdict();
  }

  boolean awaitNoSessions(List<BranchName> branches) throws SQLException {
    Set<String> paths = branches.stream().map(this::path).collect(Collectors.toSet());
    Duration pause = PAUSE;
    for (int look = 1; !Collections.disjoint(admin.run(this::sessions), paths); look++) {
      if (look == LOOKS) {
        return false;
      }
      LockSupport.parkNanos(pause.toNanos());
      pause = pause.multipliedBy(2);
    }
    return true;
  }

  /** Deletes what is clear in one statement, and looks at the others one by one. */
  List<BranchDeletion> delete(Map<BranchName, CommitHash> heads) throws SQLException {
    Map<BranchName, BranchDeletion> results = new LinkedHashMap<>();
    if (heads.size() > 1) { // else it is not worth a look at all branches
      deleteClear(heads).forEach(deletion -> results.put(deletion.branch(), deletion));
    }
    List<BranchName> inUse = new ArrayList<>();
    for (Map.Entry<BranchName, CommitHash> next : heads.entrySet()) {
      BranchName branch = next.getKey();
      if (!results.containsKey(branch)) {
        BranchDeletion deletion = deleteNow(branch, next.getValue());
        results.put(branch, deletion);
        if (deletion.result() == Result.IN_USE) {
          inUse.add(branch);
        }
      }
    }
    if (!inUse.isEmpty()) {
      awaitNoSessions(inUse); // once for all
      for (BranchName branch : inUse) {
        results.put(branch, deleteNow(branch, heads.get(branch)));
      }
    }
    return heads.keySet().stream().map(results::get).toList();
  }

  /** What is asked first stays true; what may change is asked last. */
  private List<BranchDeletion> deleteClear(Map<BranchName, CommitHash> heads) throws SQLException {
    Set<String> commits = new HashSet<>();
    heads.values().forEach(head -> commits.add(head.value()));
    Set<String> merged = admin.run(main -> merged(main, commits));
    List<BranchName> clean = admin.run(main -> clean(main, heads));
    Set<String> sessions = admin.run(this::sessions);
    Map<BranchName, CommitHash> clear = new LinkedHashMap<>();
    for (BranchName branch : clean) {
      CommitHash head = heads.get(branch);
      if (merged.contains(head.value()) && !sessions.contains(path(branch))) {
        clear.put(branch, head);
      }
    }
    return delete(clear, sessions.stream().anyMatch(this::isStranger));
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
        bringBackLate(heads, e);
        throw e;
      }
      deleteOneByOne(heads.keySet()); // somebody else deleted one
    }
    Set<String> sessions = admin.run(this::sessions);
    List<BranchDeletion> deletions = new ArrayList<>();
    for (Map.Entry<BranchName, CommitHash> gone : heads.entrySet()) {
      BranchName branch = gone.getKey();
      Optional<CommitHash> late =
          strangers || sessions.contains(path(branch)) // came after the look
              ? lateCommit(branch, gone.getValue())
              : Optional.empty();
      deletions.add(
          late.isPresent()
              ? moved(branch, late.get().value(), gone.getValue())
              : new BranchDeletion(branch, Result.DELETED, ""));
    }
    return deletions;
  }

  /** Some branches are gone, and others are not. */
  private void bringBackLate(Map<BranchName, CommitHash> heads, DoltSqlException failure) {
    try {
      for (Map.Entry<BranchName, CommitHash> next : heads.entrySet()) {
        if (database.head(next.getKey()).isEmpty()) {
          lateCommit(next.getKey(), next.getValue());
        }
      }
    } catch (SQLException | DoltSqlException e) {
      failure.addSuppressed(e);
    }
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
                AdminCalls.read(
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
        VALUES ROW(HASHOF(?), DOLT_MERGE_BASE('main', ?) = ?,
                   EXISTS(SELECT table_name FROM %s.dolt_status))
        """
            .formatted(Quoting.identifier(path(branch)));
    try {
      BranchDeletion verdict =
          AdminCalls.read(
              main,
              sql,
              rows -> verdict(rows, branch, head),
              branch.value(),
              head.value(),
              head.value());
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
    return rows.getBoolean(3)
        ? new BranchDeletion(branch, Result.UNCOMMITTED_ROWS, "It has uncommitted rows.")
        : new BranchDeletion(branch, Result.DELETED, "");
  }

  private static BranchDeletion moved(BranchName branch, String now, CommitHash head) {
    return new BranchDeletion(branch, Result.MOVED, "Its head is " + now + ", not " + head + ".");
  }

  /**
   * Which of the branches are clean and where they are expected. All branches are asked for: a list
   * of names would have Dolt visit all of them once for each name.
   */
  private static List<BranchName> clean(Connection main, Map<BranchName, CommitHash> heads)
      throws SQLException {
    Map<String, String> found =
        AdminCalls.read(
            main,
            "SELECT name, hash FROM dolt_branches WHERE NOT dirty",
            rows -> {
              Map<String, String> hashes = new HashMap<>();
              while (rows.next()) {
                hashes.put(rows.getString(1), rows.getString(2));
              }
              return hashes;
            });
    return heads.keySet().stream()
        .filter(branch -> heads.get(branch).value().equals(found.get(branch.value())))
        .toList();
  }

  /**
   * Which of the commits are part of main. DOLT_MERGE_BASE would walk through main's history for
   * each of them; HAS_ANCESTOR does not, but panics while main is at its first commit (Dolt
   * 1.86.4).
   */
  private static Set<String> merged(Connection main, Set<String> commits) throws SQLException {
    if (commits.isEmpty()) {
      return Set.of();
    }
    boolean first =
        AdminCalls.read(
                    main, "SELECT commit_hash FROM dolt_log('main') LIMIT 2", AdminCalls::strings)
                .size()
            == 1;
    String contains = first ? "HASHOF('main') = '%s'" : "HAS_ANCESTOR('main', '%s')";
    List<String> asked = List.copyOf(commits);
    return AdminCalls.read(
        main,
        asked.stream()
            .map(contains::formatted)
            .collect(Collectors.joining(", ", "VALUES ROW(", ")")),
        rows -> {
          rows.next();
          Set<String> merged = new HashSet<>();
          for (int i = 0; i < asked.size(); i++) {
            if (rows.getBoolean(i + 1)) {
              merged.add(asked.get(i));
            }
          }
          return merged;
        });
  }

  /** Where the sessions of the server are, as far as it shows. */
  private Set<String> sessions(Connection main) throws SQLException {
    return AdminCalls.read(
        main,
        "SELECT DISTINCT COALESCE(db, '') FROM information_schema.processlist",
        rows -> new HashSet<>(AdminCalls.strings(rows)));
  }

  /**
   * A session that did not name a branch when it came may have checked out any: what the server
   * shows of it does not follow {@code USE} and {@code DOLT_CHECKOUT}.
   */
  private boolean isStranger(String path) {
    return !path.contains("/") && !path.equalsIgnoreCase("information_schema");
  }

  private String path(BranchName branch) {
    return database.name() + "/" + branch;
  }
}
