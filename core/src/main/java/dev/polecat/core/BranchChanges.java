package dev.polecat.core;

import java.util.List;
import java.util.Optional;

/**
 * Makes and deletes branches. Dolt does either in several steps, and an attempt that loses against
 * another writer may have got through the first of them; the next attempt takes care of what it
 * left. Thread-safe.
 */
final class BranchChanges {
  private final DatabaseName name;
  private final AdminCalls calls;

  BranchChanges(DatabaseName name, AdminCalls calls) {
    this.name = name;
    this.calls = calls;
  }

  void create(BranchName branch, CommitHash start) {
    try {
      calls.change(
          "create branch " + branch + " of " + name + " at " + start,
          main -> AdminCalls.isHead(main, branch, start),
          "CALL DOLT_BRANCH(?, ?)",
          branch.value(),
          start.value());
    } catch (DoltSqlException e) {
      if (!isRepeated(e, DoltError.ALREADY_EXISTS) || !head(branch).equals(Optional.of(start))) {
        throw e;
      }
      delete(List.of(branch));
      create(branch, start);
    }
  }

  /** Deletes branches, at least one, in their order, up to the first that cannot be. */
  void delete(List<BranchName> branches) {
    String marks = ", ?".repeat(branches.size());
    try {
      calls.change(
          "delete branch " + branches + " of " + name,
          main -> {
            for (BranchName branch : branches) {
              if (AdminCalls.found(main, branch).isPresent()) {
                return false;
              }
            }
            return true;
          },
          "CALL DOLT_BRANCH('-D'" + marks + ")",
          branches.stream().map(BranchName::value).toArray(String[]::new));
    } catch (DoltSqlException e) {
      if (!isRepeated(e, DoltError.NOT_FOUND)) {
        throw e;
      }
      List<BranchName> rest = branches.stream().filter(left -> head(left).isPresent()).toList();
      if (!rest.isEmpty()) {
        delete(rest);
      }
    }
  }

  Optional<CommitHash> head(BranchName branch) {
    boolean here = branch.equals(BranchName.MAIN); // Dolt visits all branches to find one by name
    return calls.query(
        "find branch " + branch + " of " + name,
        "VALUES ROW(HASHOF(?))",
        rows -> Optional.of(AdminCalls.hash(rows)),
        Optional.empty(),
        here ? "HEAD" : branch.value());
  }

  private static boolean isRepeated(DoltSqlException failure, DoltError error) {
    return failure.error() == error && failure.getSuppressed().length > 0;
  }
}
