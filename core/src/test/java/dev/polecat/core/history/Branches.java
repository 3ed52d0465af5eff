package dev.polecat.core.history;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.TestRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Short ways for a test to write on branches, and to see changed rows as text. */
record Branches(DoltDatabase database) {
  private static final Author CREW = new Author("crew", "crew@example.org");

  /** Runs statements without a Dolt commit. */
  void run(String branch, String... statements) {
    try (Connection connection = database.connect(BranchName.of(branch));
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  CommitHash commit(String branch, String... statements) {
    run(branch, statements);
    return database.commitAll(BranchName.of(branch), CREW, "work on " + branch);
  }

  /** Forks a branch from main's head and commits there. */
  CommitHash fork(String branch, String... statements) {
    database.createBranch(BranchName.of(branch), BranchName.MAIN);
    return commit(branch, statements);
  }

  /** Merges a branch into another with a merge commit. */
  CommitHash merge(String into, String branch, String message) {
    run(
        into,
        "CALL DOLT_MERGE('%s', '--no-ff', '-m', '%s', '--author', '%s <%s@example.org>')"
            .formatted(branch, message, branch, branch));
    return head(into);
  }

  /** Merges a branch into another; conflicts are decided by statements. */
  CommitHash mergeDeciding(String into, String branch, String... decisions) {
    List<String> statements = new ArrayList<>();
    statements.add("SET autocommit = 0");
    statements.add("CALL DOLT_MERGE('" + branch + "', '--no-ff', '--no-commit')");
    statements.addAll(List.of(decisions));
    statements.add("CALL DOLT_COMMIT('-Am', 'merge " + branch + "')");
    run(into, statements.toArray(String[]::new));
    return head(into);
  }

  CommitHash head(String branch) {
    return database.head(BranchName.of(branch)).orElseThrow();
  }

  List<String> rows(String query) {
    try (Connection connection = database.connect(BranchName.MAIN)) {
      return TestRows.of(connection, query);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Each change as its kind, key, and the rows before and after. */
  static List<String> texts(Stream<RowChange> changes) {
    try (changes) {
      return changes.map(Branches::text).sorted().toList();
    }
  }

  static String text(RowChange change) {
    return "%s %s %s %s"
        .formatted(
            change.kind(),
            change.key(),
            change.before().map(Object::toString).orElse("-"),
            change.after().map(Object::toString).orElse("-"));
  }
}
