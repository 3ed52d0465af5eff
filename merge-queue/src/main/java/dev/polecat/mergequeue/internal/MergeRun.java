package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.MergeDiff;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.SchemaDifference;
import dev.polecat.mergequeue.internal.resolve.Alignment;
import dev.polecat.mergequeue.internal.resolve.ByHand;
import dev.polecat.mergequeue.internal.resolve.Care;
import dev.polecat.mergequeue.internal.resolve.OpenMerge;
import dev.polecat.mergequeue.internal.resolve.ParkException;
import dev.polecat.mergequeue.internal.resolve.Resolution;
import dev.polecat.mergequeue.internal.resolve.Resolver;
import dev.polecat.mergequeue.internal.resolve.Sql;
import dev.polecat.mergequeue.internal.resolve.Sums;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One merge, from the call of DOLT_MERGE to the commit or the rollback, in one transaction of one
 * session. Until {@link #commit} nobody else sees any of it.
 */
final class MergeRun {
  private final DoltDatabase database;
  private final Connection connection;
  private final BranchName target;
  private final MergeRequest request;
  private final Survey survey;
  private final ConflictPolicies policies;
  private final Resolution resolution;
  private @Nullable CommitHash committed;

  /** Whether the resolver decided rows that Dolt reports no conflict for. */
  private boolean handled;

  MergeRun(
      DoltDatabase database,
      Connection connection,
      MergeRequest request,
      Survey survey,
      ConflictPolicies policies,
      int maxListed) {
    this(database, connection, BranchName.MAIN, request, survey, policies, maxListed);
  }

  /**
   * Prepares a merge.
   *
   * @param target what is merged into, main or a branch that stands for it; the session is on it
   */
  MergeRun(
      DoltDatabase database,
      Connection connection,
      BranchName target,
      MergeRequest request,
      Survey survey,
      ConflictPolicies policies,
      int maxListed) {
    this.database = database;
    this.connection = connection;
    this.target = target;
    this.request = request;
    this.survey = survey;
    this.policies = policies;
    this.resolution = new Resolution(maxListed);
  }

  Resolution resolution() {
    return resolution;
  }

  /**
   * Merges, and settles what is in conflict.
   *
   * @param careful the tables that are not left to Dolt
   * @param byHand rows a person gave
   * @param mayCommit whether a merge with nothing to settle may be committed at once, which saves a
   *     round trip
   * @return the merge commit, if it was committed
   * @throws ParkException if the merge cannot be decided
   */
  Optional<CommitHash> merge(Map<String, Care> careful, ByHand byHand, boolean mayCommit)
      throws SQLException, ParkException {
    boolean atOnce = mayCommit && careful.isEmpty() && byHand.isEmpty();
    handled = !careful.isEmpty();
    Set<String> aligned = toAlign(careful);
    boolean conflicts =
        aligned.isEmpty() ? callMerge(request.sealed(), atOnce) : callAlignedMerge(aligned);
    if (committed != null) {
      return Optional.of(committed);
    }
    requireNothingStagedByOthers();
    Set<String> sums = new TreeSet<>();
    careful.forEach(
        (table, care) -> {
          if (care.sums()) {
            sums.add(table);
          }
        });
    if (conflicts || !aligned.isEmpty() || !sums.isEmpty() || !byHand.isEmpty()) {
      settle(conflicts, aligned, sums, byHand);
    }
    stage();
    return Optional.empty();
  }

  /** What the merge changes on main; it must be staged. */
  MergeDiff diff() throws SQLException {
    return Diffs.staged(connection, resolution.maxListed());
  }

  /**
   * Commits what was staged. Dolt would merge commits that others made meanwhile into it, row by
   * row, which is not enough where rows are added up or a gate has looked.
   *
   * @param exactly whether the commit must be what was looked at
   */
  CommitHash commit(boolean exactly) throws SQLException {
    if (exactly || handled) {
      requireMainStill();
    }
    return Sql.one(
        connection,
        "CALL DOLT_COMMIT('-m', ?, '--author', ?)",
        row -> CommitHash.of(row.getString(1)),
        MergeMessage.of(target, request, resolution.decisions().cellsByPolicy()),
        request.author().toString());
  }

  /**
   * The merge as the resolver needs it. DOLT_MERGE takes main's head of that moment, whatever the
   * transaction has seen before, so main must still be where the survey found it.
   */
  private OpenMerge open() throws SQLException {
    String base =
        Sql.one(
            connection,
            "VALUES ROW(DOLT_MERGE_BASE('%s', ?), HASHOF('%s'))".formatted(survey.main(), target),
            row -> {
              requireMainStill(row.getString(2));
              return row.getString(1);
            },
            request.sealed().value());
    return new OpenMerge(
        connection,
        CommitHash.of(base),
        survey.main(),
        request.sealed(),
        survey.changesSchema(),
        policies,
        resolution);
  }

  /** What was decided, and what gates have seen, is about this head of main and no other. */
  private void requireMainStill() throws SQLException {
    requireMainStill(
        Sql.one(connection, "VALUES ROW(HASHOF('%s'))".formatted(target), row -> row.getString(1)));
  }

  private void requireMainStill(String head) throws SQLTransactionRollbackException {
    if (!head.equals(survey.main().value())) {
      throw new SQLTransactionRollbackException(
          target + " moved from " + survey.main() + " to " + head + " during a merge.", "40001");
    }
  }

  private Set<String> toAlign(Map<String, Care> careful) throws SQLException, ParkException {
    List<String> misjudged = new ArrayList<>();
    for (Map.Entry<String, Care> table : careful.entrySet()) {
      table.getValue().requireValid(table.getKey());
      if (table.getValue().misjudged()) {
        misjudged.add(table.getKey());
      }
    }
    Set<String> tables = new TreeSet<>();
    if (!misjudged.isEmpty()) {
      OpenMerge merge = open();
      for (String table : misjudged) {
        if (Alignment.isNeeded(merge, table)) {
          tables.add(table);
        }
      }
    }
    return tables;
  }

  private boolean callAlignedMerge(Set<String> tables) throws SQLException, ParkException {
    try (Alignment alignment = Alignment.start(database, request.sealed())) {
      OpenMerge merge = open();
      for (String table : tables) {
        alignment.align(merge, table);
      }
      return callMerge(alignment.commit(request.author(), tables), false);
    }
  }

  /** Returns whether there are conflicts; notes the commit if there is one. */
  private boolean callMerge(CommitHash theirs, boolean atOnce) throws SQLException, ParkException {
    String call =
        "CALL DOLT_MERGE(?, '--no-ff', %s'-m', ?, '--author', ?)"
            .formatted(atOnce ? "" : "'--no-commit', ");
    try {
      return Sql.one(
          connection,
          call,
          row -> {
            boolean conflicts = row.getInt("conflicts") != 0;
            if (atOnce && !conflicts) {
              committed = CommitHash.of(row.getString("hash"));
            }
            return conflicts;
          },
          theirs.value(),
          MergeMessage.of(target, request, Map.of()),
          request.author().toString());
    } catch (SQLException e) {
      switch (DoltError.of(e)) {
        case LOCAL_CHANGES -> throw new MainDirtyException(stompedTables(e.getMessage()));
        case SCHEMA_CONFLICT ->
            throw new ParkException(
                new ParkReason.SchemaConflict(SchemaConflicts.inMessage(open(), e.getMessage())));
        default -> throw e;
      }
    }
  }

  private void settle(boolean conflicts, Set<String> aligned, Set<String> sums, ByHand byHand)
      throws SQLException, ParkException {
    if (conflicts) {
      List<SchemaDifference> schema = SchemaConflicts.reported(connection);
      if (!schema.isEmpty()) {
        throw new ParkException(new ParkReason.SchemaConflict(schema));
      }
      if (byHand.isEmpty()) {
        Violations.requireNone(connection, resolution.maxListed());
      } else {
        byHand.takeOutOfViolations(connection);
        Violations.requireNoneMissing(connection, resolution.maxListed());
      }
    }
    // foreign keys are verified below; until then rows may come in any order, and no row is
    // deleted or changed on account of another
    Sql.execute(connection, "SET foreign_key_checks = 0");
    OpenMerge merge = open();
    Resolver resolver = new Resolver(merge, byHand);
    if (conflicts) {
      resolver.resolve();
    }
    for (String table : aligned) {
      resolver.resolveAligned(table);
    }
    if (!sums.isEmpty()) {
      Sums.add(merge, sums);
    }
    if (!byHand.isEmpty()) {
      resolver.writeByHand();
      Violations.forget(connection);
    }
    Violations.verify(connection, changedSchemas(), resolution.maxListed());
    Sql.execute(connection, "SET foreign_key_checks = 1");
  }

  /** The tables whose rows have to satisfy constraints that main does not know yet. */
  private List<String> changedSchemas() throws SQLException {
    return survey.changesSchema()
        ? Sql.strings(
            connection,
            "SELECT to_table_name FROM dolt_diff_summary('HEAD', 'WORKING')"
                + " WHERE schema_change AND to_table_name <> ''")
        : List.of();
  }

  /**
   * Stages what the merge changed, and not what others have uncommitted on main. A table of which
   * only the next AUTO_INCREMENT value changed is in no list of changes; if it stayed unstaged, it
   * would be in the way of all later merges.
   */
  private void stage() throws SQLException {
    if (survey.dirty().isEmpty()) {
      Sql.one(connection, "CALL DOLT_ADD('-A')", row -> row.getInt(1));
      return;
    }
    List<String> tables =
        Sql.strings(connection, "SHOW FULL TABLES WHERE table_type = 'BASE TABLE'");
    Set<String> changed = new LinkedHashSet<>(tables);
    for (String table :
        Sql.strings(connection, "SELECT table_name FROM dolt_status WHERE NOT staged")) {
      // a renamed table has both names here
      changed.addAll(tables.contains(table) ? List.of(table) : List.of(table.split(" -> ")));
    }
    survey.dirty().forEach(changed::remove); // a merge that changes one of these is refused
    try (PreparedStatement add = connection.prepareStatement("CALL DOLT_ADD(?)")) {
      for (String table : changed) {
        add.setString(1, table);
        add.execute();
      }
    }
  }

  /** What somebody staged on main would be in the next commit, whoever makes it. */
  private void requireNothingStagedByOthers() throws SQLException {
    if (survey.dirty().isEmpty()) {
      return;
    }
    List<String> staged =
        Sql.strings(connection, "SELECT table_name FROM dolt_status WHERE staged");
    staged.retainAll(survey.dirty());
    if (!staged.isEmpty()) {
      throw new MainDirtyException(staged);
    }
  }

  /** The message lists the tables one per line, indented by a tab. */
  private static List<String> stompedTables(String message) {
    return message.lines().filter(line -> line.startsWith("\t")).map(String::strip).toList();
  }
}
