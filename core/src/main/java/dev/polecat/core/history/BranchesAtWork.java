package dev.polecat.core.history;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.internal.sql.Quoting;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What several branches changed since each left another branch, uncommitted rows included: all of
 * it as it is at one instant, and for all branches in a handful of round trips. Costs what the
 * changed rows cost, however large the tables are. Thread-safe.
 */
public final class BranchesAtWork {
  private static final int ATTEMPTS = 5;

  private final DoltDatabase database;
  private final BranchName against;

  private BranchesAtWork(DoltDatabase database, BranchName against) {
    this.database = database;
    this.against = against;
  }

  /**
   * Looks at the branches of a database.
   *
   * @param database the database
   * @param against the branch that the others left; its later changes are not theirs
   * @return what looks at them; nothing is opened yet
   */
  public static BranchesAtWork of(DoltDatabase database, BranchName against) {
    return new BranchesAtWork(database, against);
  }

  /**
   * The tables that branches changed.
   *
   * @param branches the branches; those that do not exist are passed over
   * @return what each branch did, branch by branch
   * @throws DoltSqlException if the server fails
   */
  public List<BranchWork> tables(Collection<BranchName> branches) {
    return whileBranchesGo(
        () ->
            ReadSession.in(
                database,
                against,
                "look at the work on branches of " + database,
                session -> {
                  List<BranchWork> work = new ArrayList<>();
                  for (Head head : heads(session, branches)) {
                    for (TableChange table : head.tables) {
                      work.add(new BranchWork(head.branch, table, head.dirty));
                    }
                  }
                  return work;
                }));
  }

  /**
   * The rows of one table that branches changed. A branch on which the table's primary key changed
   * has no comparable rows; {@link #tables} names it.
   *
   * @param branches the branches; those that do not exist are passed over
   * @param table the table; on a branch that renamed it, either name will do
   * @return the changed rows, branch by branch; to be read to the end or closed
   * @throws UnknownTableException if no branch changed it, and {@code against} has no such table
   * @throws DoltSqlException if the server fails
   */
  public Stream<BranchRow> rows(Collection<BranchName> branches, String table) {
    return whileBranchesGo(
        () ->
            ReadSession.streaming(
                database,
                against,
                "look at the work on branches of " + database + " in table " + table,
                session -> rows(session, branches, table)));
  }

  private Stream<BranchRow> rows(ReadSession session, Collection<BranchName> branches, String table)
      throws SQLException {
    Map<Head, TableChange> changed = new LinkedHashMap<>();
    for (Head head : heads(session, branches)) {
      History.find(head.tables, table).ifPresent(change -> changed.put(head, change));
    }
    if (changed.isEmpty()) {
      requireKnown(session, table);
    }
    changed.values().removeIf(change -> change.keyChanged() || !change.rowsChanged());
    if (changed.isEmpty()) {
      session.close();
      return Stream.empty();
    }
    Schemas schemas = Schemas.read(session, changed);
    List<String> statements = new ArrayList<>();
    List<BranchName> owners = new ArrayList<>();
    List<TableDiff> diffs = new ArrayList<>();
    changed.forEach(
        (head, change) -> {
          TableDiff diff =
              TableDiff.of(
                  head.base.value(),
                  "WORKING",
                  change,
                  schemas.old(head, change),
                  schemas.now(head, change));
          statements.add(head.use);
          statements.add(diff.query());
          owners.add(head.branch);
          diffs.add(diff);
        });
    return session.stream(
        statements,
        (result, row) -> new BranchRow(owners.get(result), diffs.get(result).read(row)));
  }

  /** Where a branch is, and what it changed since it left. */
  private static final class Head {
    final BranchName branch;
    final boolean dirty;
    final CommitHash base;
    final String use;
    final List<TableChange> tables = new ArrayList<>();
    boolean keysChanged;

    Head(BranchName branch, boolean dirty, CommitHash base, String use) {
      this.branch = branch;
      this.dirty = dirty;
      this.base = base;
      this.use = use;
    }
  }

  /**
   * The schemas of a table on the branches that changed it. A branch that did not change the schema
   * has that of its base, which many branches share.
   */
  private record Schemas(Map<String, TableSchema> read) {
    static Schemas read(ReadSession session, Map<Head, TableChange> changed) throws SQLException {
      Map<String, List<String>> wanted = new LinkedHashMap<>();
      changed.forEach(
          (head, change) -> {
            if (!change.from().isEmpty()) {
              wanted.put(before(head, change), List.of(head.use, change.from(), head.base.value()));
            }
            if (ownSchema(change)) {
              wanted.put(after(head), List.of(head.use, change.to(), "WORKING"));
            }
          });
      List<String> statements = new ArrayList<>();
      List<String> tables = new ArrayList<>();
      wanted.forEach(
          (key, schema) -> {
            statements.add(schema.get(0));
            statements.add(TableSchema.createSql(schema.get(1), schema.get(2)));
            statements.add(TableSchema.columnsSql(schema.get(1), schema.get(2)));
            tables.add(schema.get(1));
          });
      List<String> keys = new ArrayList<>(wanted.keySet());
      Map<String, TableSchema> read = new HashMap<>();
      String[] create = new String[1];
      session.run(
          statements,
          (result, rows) -> {
            int schema = result / 2;
            if (result % 2 == 0) {
              create[0] = TableSchema.createTable(rows);
            } else {
              read.put(keys.get(schema), TableSchema.of(tables.get(schema), create[0], rows));
            }
          });
      return new Schemas(read);
    }

    Optional<TableSchema> old(Head head, TableChange change) {
      return change.from().isEmpty()
          ? Optional.empty()
          : Optional.of(read.get(before(head, change)));
    }

    Optional<TableSchema> now(Head head, TableChange change) {
      if (change.to().isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(read.get(ownSchema(change) ? after(head) : before(head, change)));
    }

    private static boolean ownSchema(TableChange change) {
      return !change.to().isEmpty() && (change.schemaChanged() || change.from().isEmpty());
    }

    private static String before(Head head, TableChange change) {
      return head.base + " " + change.from();
    }

    private static String after(Head head) {
      return "working of " + head.branch;
    }
  }

  /** What each branch changed; the session's transaction begins here. */
  private List<Head> heads(ReadSession session, Collection<BranchName> branches)
      throws SQLException {
    List<Head> heads = existing(session, branches);
    List<String> statements = new ArrayList<>();
    for (Head head : heads) {
      statements.add(head.use);
      statements.add(DiffEnds.summary(Quoting.literal(head.base.value()), "'WORKING'"));
      statements.add("SHOW WARNINGS");
    }
    session.run(
        statements,
        (result, rows) -> {
          Head head = heads.get(result / 2);
          while (rows.next()) {
            if (result % 2 == 0) {
              head.tables.add(TableChange.read(rows));
            } else {
              head.keysChanged = true;
            }
          }
        });
    for (Head head : heads) {
      if (head.keysChanged) {
        session.run(List.of(head.use), (result, rows) -> {});
        DiffEnds ends = new DiffEnds(session, head.base.value(), "WORKING");
        head.tables.addAll(ends.withOtherKeys(head.tables));
      }
    }
    return heads;
  }

  private List<Head> existing(ReadSession session, Collection<BranchName> branches)
      throws SQLException {
    Set<String> wanted = branches.stream().map(BranchName::value).collect(Collectors.toSet());
    record Found(BranchName branch, String hash, boolean dirty) {}
    List<Found> found = new ArrayList<>();
    String[] left = new String[1];
    session.run(
        List.of("START TRANSACTION", "SELECT name, hash, dirty FROM dolt_branches"),
        (result, rows) -> {
          while (rows.next()) {
            String name = rows.getString(1);
            if (name.equals(against.value())) {
              left[0] = rows.getString(2);
            } else if (wanted.contains(name)) {
              found.add(new Found(BranchName.of(name), rows.getString(2), rows.getBoolean(3)));
            }
          }
        });
    List<Head> heads = new ArrayList<>();
    session.run(
        found.stream()
            .map(
                at ->
                    "SELECT DOLT_MERGE_BASE(%s, %s)"
                        .formatted(Quoting.literal(left[0]), Quoting.literal(at.hash())))
            .toList(),
        (result, rows) -> {
          Found at = found.get(result);
          heads.add(new Head(at.branch(), at.dirty(), base(rows), use(at.branch())));
        });
    return heads;
  }

  private static CommitHash base(ResultSet rows) throws SQLException {
    rows.next();
    return CommitHash.of(rows.getString(1));
  }

  private String use(BranchName branch) {
    return "USE " + Quoting.identifier(database.name() + "/" + branch);
  }

  private void requireKnown(ReadSession session, String table) throws SQLException {
    session.run(List.of(use(against)), (result, rows) -> {});
    List<String> tables =
        session.list(
            "SHOW FULL TABLES WHERE table_type = 'BASE TABLE'", (result, row) -> row.getString(1));
    if (tables.stream().noneMatch(name -> name.equalsIgnoreCase(table))) {
      throw new UnknownTableException(table, against.value());
    }
  }

  private interface Read<T> {
    T now();
  }

  /** A branch that goes while it is looked at is not at work any more: look again without it. */
  private static <T> T whileBranchesGo(Read<T> read) {
    for (int attempt = 1; ; attempt++) {
      try {
        return read.now();
      } catch (DoltSqlException e) {
        if (e.error() != DoltError.NOT_FOUND || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
