package dev.polecat.sling.jsonl;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.history.Revision;
import dev.polecat.core.history.RevisionRange;
import dev.polecat.core.history.RowChange;
import dev.polecat.core.internal.sql.Quoting;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.Decisions;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.Policy;
import dev.polecat.mergequeue.RefreshOutcome;
import dev.polecat.mergequeue.TablePolicy;
import dev.polecat.sling.Polecat;
import dev.polecat.sling.Rig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Brings JSON Lines to main: a polecat of its own loads all files on a branch, as one Dolt commit,
 * brings that up to date with main by the rig's policies, and has the queue merge it. Every line is
 * looked at before anything is written, and read back before it is committed; a file with a broken
 * line changes nothing.
 *
 * <p>A line changes what it names: columns it does not name stay as they are on main, and so do
 * rows no line is about. Which of two different values wins, main's or the file's, is decided cell
 * by cell by the policies, as if file and main had nothing in common; or, with {@link #since},
 * against the commit the file was exported from, so that only what was changed in the file counts
 * as a change.
 *
 * <p>Immutable: each method gives a new import.
 */
public final class JsonlImport {
  /** The JSON column of a table that keeps what has no column of its own. */
  public static final String EXTRA = "extra";

  /** The message of the commit that fills an empty rig, as in seed 000. */
  public static final String BOOTSTRAP = "Bootstrap from JSONL";

  private static final String NAME = "import";
  private static final String BEAD = "jsonl";
  private static final int LOCK_SECONDS = 60;
  private static final int ATTEMPTS = 5;

  private final Rig rig;
  private final SortedMap<String, Path> files;
  private final @Nullable Revision since;
  private final String message;

  private JsonlImport(
      Rig rig, SortedMap<String, Path> files, @Nullable Revision since, String message) {
    this.rig = rig;
    this.files = Collections.unmodifiableSortedMap(files);
    this.since = since;
    this.message = message;
  }

  /**
   * An import of nothing yet.
   *
   * @param rig where to
   * @return the import
   */
  public static JsonlImport into(Rig rig) {
    return new JsonlImport(rig, new TreeMap<>(), null, "Import from JSONL");
  }

  /**
   * With one file more.
   *
   * @param table the table it goes to
   * @param path the file
   * @return the import
   * @throws InvalidNameException if there is a file for this table already
   */
  public JsonlImport file(String table, Path path) {
    SortedMap<String, Path> more = new TreeMap<>(files);
    if (more.put(table, path) != null) {
      throw new InvalidNameException("table to import", table, "Give one file for each table.");
    }
    return new JsonlImport(rig, more, since, message);
  }

  /**
   * With the commit the files were exported from.
   *
   * @param revision the commit; a part of main's history that has the tables
   * @return the import
   */
  public JsonlImport since(Revision revision) {
    return new JsonlImport(rig, files, revision, message);
  }

  /**
   * With another message of the Dolt commit.
   *
   * @param text the message
   * @return the import
   */
  public JsonlImport message(String text) {
    return new JsonlImport(rig, files, since, text);
  }

  /**
   * Imports, and waits for the merge.
   *
   * @return what was imported, and what became of the merge; if that is parked, its branch is kept
   * @throws JsonlException if a file cannot be read, or one of its lines is broken
   * @throws dev.polecat.core.history.UnknownTableException if main has no such table
   * @throws InvalidNameException if no file was given, a table cannot be imported into, or the
   *     commit of {@link #since} is not on main
   * @throws DoltSqlException if the server fails, or the rows were changed on main each of several
   *     times they were loaded
   */
  public JsonlReport run() {
    if (files.isEmpty()) {
      throw new InvalidNameException("files to import", "", "Give at least one.");
    }
    try (Connection main = rig.database().connect(BranchName.MAIN)) {
      Sessions.inUtc(main);
      for (Map.Entry<String, Path> file : files.entrySet()) {
        Table table = Table.read(main, file.getKey(), null);
        requireFit(table);
        new JsonlFile(file.getValue()).check(table);
      }
      if (since != null) {
        return load(main, CommitHash.of(one(main, "SELECT HASHOF(?)", since.ref())), null)
            .orElseThrow();
      }
      CommitHash first =
          CommitHash.of(
              one(main, "SELECT commit_hash FROM dolt_log ORDER BY commit_order LIMIT 1"));
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        CommitHash head = CommitHash.of(one(main, "VALUES ROW(HASHOF('main'))"));
        Optional<JsonlReport> report = load(main, first, head);
        if (report.isPresent()) {
          return report.get();
        }
      }
      throw new SQLException(
          "Main's rows that the files are about were changed each of the "
              + ATTEMPTS
              + " times the files were loaded. Nothing was imported; try again, or name the commit"
              + " the files were exported from.",
          "40001");
    } catch (SQLException e) {
      throw new DoltSqlException("import into " + rig.database(), e);
    }
  }

  /**
   * Fills an empty rig: brings the town schema up to date, and imports, unless one of the tables
   * has rows. Of several processes that do this at once, one imports, and the others wait for it.
   *
   * @return as {@link #run}; empty if there was nothing to do
   * @throws DoltSqlException also if another process has been at it for a minute
   */
  public Optional<JsonlReport> bootstrap() {
    String lock = "pqb:" + rig.name();
    try (Connection main = rig.database().connect(BranchName.MAIN)) {
      if (!"1".equals(one(main, "SELECT GET_LOCK(?, " + LOCK_SECONDS + ")", lock))) {
        throw new SQLException(
            "Another process has been importing for " + LOCK_SECONDS + " s; try again.", "40001");
      }
      rig.initSchema();
      for (String table : files.keySet()) {
        Table.read(main, table, null);
        if (!Sessions.strings(main, "SELECT 1 FROM " + Quoting.identifier(table) + " LIMIT 1")
            .isEmpty()) {
          return Optional.empty();
        }
      }
      return Optional.of(message(BOOTSTRAP).run());
    } catch (SQLException e) {
      throw new DoltSqlException("fill " + rig.database(), e);
    }
  }

  /**
   * Imports; empty if it has to be done again, from another commit of main. What is brought
   * together with main by the policies has a commit of main for its base from then on: what others
   * merge before it is not written over by the copies of what no line names.
   */
  private Optional<JsonlReport> load(Connection main, CommitHash base, @Nullable CommitHash copied)
      throws SQLException {
    Polecat polecat = rig.sling(NAME, BEAD, base, CommitMode.EXPLICIT);
    Map<String, Long> rows;
    CommitHash commit;
    Decisions decisions = new Decisions(0, Map.of(), List.of(), List.of());
    try {
      rows = load(main, polecat, copied);
      commit = polecat.commit(message);
      if (copied != null && polecat.refresh() instanceof RefreshOutcome.Refreshed refreshed) {
        if (hasChanged(main, copied, refreshed.main())) {
          polecat.close();
          rig.nukeWithoutTag(polecat.branch());
          return Optional.empty();
        }
        decisions = refreshed.decisions();
      }
    } catch (SQLException | RuntimeException e) {
      throwAway(polecat, e);
      throw e;
    }
    try (polecat) {
      MergeOutcome outcome = polecat.done().toCompletableFuture().join();
      return Optional.of(new JsonlReport(rows, commit, decisions, outcome));
    }
  }

  /**
   * Whether main's rows that the files are about changed since they were copied: the copies of what
   * no line names may have won over what main has now.
   */
  private boolean hasChanged(Connection main, CommitHash copied, CommitHash now)
      throws SQLException {
    RevisionRange meanwhile = RevisionRange.between(Revision.of(copied), Revision.of(now));
    for (Map.Entry<String, Path> file : files.entrySet()) {
      Table table = Table.read(main, file.getKey(), now.value());
      Set<List<Object>> changed = new HashSet<>();
      try (Stream<RowChange> rows = rig.history().diff(meanwhile, table.name())) {
        rows.forEach(row -> changed.add(table.identity(row)));
      }
      if (!changed.isEmpty() && new JsonlFile(file.getValue()).hasAny(table, changed)) {
        return true;
      }
    }
    return false;
  }

  /** What cannot be thrown away now is found by a sweep. */
  private void throwAway(Polecat polecat, Exception failure) {
    polecat.close();
    try {
      rig.nukeWithoutTag(polecat.branch());
    } catch (DoltSqlException | IllegalStateException e) {
      failure.addSuppressed(e);
    }
  }

  private Map<String, Long> load(Connection main, Polecat polecat, @Nullable CommitHash copied)
      throws SQLException {
    Map<String, Long> rows = new LinkedHashMap<>();
    try (Connection branch = polecat.dataSource().getConnection()) {
      Sessions.inUtc(branch);
      if (copied != null) {
        create(main, branch);
      }
      branch.setAutoCommit(false);
      Sessions.execute(branch, "SET foreign_key_checks = 0"); // the merge looks, with main's rows
      for (Map.Entry<String, Path> file : files.entrySet()) {
        Table table = Table.read(branch, file.getKey(), null);
        JsonlFile lines = new JsonlFile(file.getValue());
        rows.put(file.getKey(), new Load(branch, table, lines, copied).run());
      }
      branch.commit();
    }
    return rows;
  }

  /** Makes the tables, as main has them, on a branch that has none. */
  private void create(Connection main, Connection branch) throws SQLException {
    Set<String> tables = new LinkedHashSet<>();
    for (String table : files.keySet()) {
      addWithReferenced(main, table, tables);
    }
    for (String table : tables) {
      try (Statement statement = main.createStatement();
          ResultSet rows =
              statement.executeQuery("SHOW CREATE TABLE " + Quoting.identifier(table))) {
        rows.next();
        Sessions.execute(branch, rows.getString(2));
      }
    }
  }

  private static void addWithReferenced(Connection main, String table, Set<String> tables)
      throws SQLException {
    if (tables.contains(table)) {
      return;
    }
    for (String referenced :
        Sessions.strings(
            main,
            "SELECT DISTINCT referenced_table_name FROM information_schema.key_column_usage"
                + " WHERE table_schema = DATABASE() AND table_name = ?"
                + " AND referenced_table_name IS NOT NULL",
            table)) {
      if (!referenced.equals(table)) {
        addWithReferenced(main, referenced, tables);
      }
    }
    tables.add(table);
  }

  private void requireFit(Table table) {
    if (table.key().isEmpty()) {
      throw new InvalidNameException(
          "table to import",
          table.name(),
          "It has no primary key, so that a row cannot be told from another. Give it one.");
    }
    ConflictPolicies policies = rig.queue().policies();
    for (Column column : table.columns()) {
      Optional<Policy> policy =
          policies
              .named(table.name(), column.name(), column.schema().comment())
              .or(() -> policies.table(table.name()).flatMap(TablePolicy::otherwise));
      if (since == null && !column.schema().key() && policy.equals(Optional.of(Policy.sum()))) {
        throw new InvalidNameException(
            "table to import",
            table.name(),
            "Column "
                + column.name()
                + " adds up what was changed: name the commit the file was exported from.");
      }
    }
  }

  private static String one(Connection connection, String sql, Object... values)
      throws SQLException {
    return Sessions.strings(connection, sql, values).get(0);
  }
}
