package dev.polecat.sling;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.history.History;
import dev.polecat.core.history.Revision;
import dev.polecat.core.history.RevisionRange;
import dev.polecat.core.history.RowChange;
import dev.polecat.core.history.TableChange;
import dev.polecat.core.history.UnknownTableException;
import dev.polecat.mergequeue.CellDecision;
import dev.polecat.mergequeue.Rehearsal;
import dev.polecat.mergequeue.Rehearsed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One look for contested rows. Reads what main and the branches changed, in tables that more than
 * one of them did, and keeps in memory a number for each such row and the contested rows
 * themselves.
 */
final class RadarScan {
  private final InFlight inFlight;
  private final History history;
  private final CommitHash main;

  /** The commit of main that each branch has; a branch that is gone is not in here. */
  private final Map<BranchName, CommitHash> bases = new HashMap<>();

  /** The tables main changed since each of these commits, by their folded name back then. */
  private final Map<CommitHash, Map<String, TableChange>> mainTables = new HashMap<>();

  /** What decides, by folded table, key and column. */
  private final Map<String, Map<List<Object>, Map<String, String>>> decided = new HashMap<>();

  private final List<Collision> collisions = new ArrayList<>();

  private RadarScan(InFlight inFlight, DoltDatabase database, CommitHash main) {
    this.inFlight = inFlight;
    this.history = History.of(database);
    this.main = main;
  }

  /**
   * Looks.
   *
   * @param work the tables that live branches changed
   * @param rehearsal what became of these branches when they were merged one after the other
   */
  static List<Collision> collisions(
      InFlight inFlight, DoltDatabase database, List<InFlightTable> work, Rehearsal rehearsal) {
    RadarScan scan = new RadarScan(inFlight, database, rehearsal.main());
    scan.findBases(database, work);
    rehearsal.branches().forEach(scan::noteDecisions);
    Map<String, List<InFlightTable>> byTable = new TreeMap<>();
    for (InFlightTable one : work) {
      TableChange table = one.table();
      if (scan.bases.containsKey(one.branch()) && table.rowsChanged() && !table.keyChanged()) {
        byTable.computeIfAbsent(folded(old(table)), name -> new ArrayList<>()).add(one);
      }
    }
    byTable.forEach(scan::scan);
    return scan.collisions;
  }

  private void findBases(DoltDatabase database, List<InFlightTable> work) {
    for (BranchName branch : new TreeSet<>(work.stream().map(InFlightTable::branch).toList())) {
      try {
        bases.put(branch, database.mergeBase(BranchName.MAIN, branch));
      } catch (DoltSqlException e) {
        if (e.error() != DoltError.NOT_FOUND) {
          throw e;
        }
      }
    }
    for (CommitHash base : new HashSet<>(bases.values())) {
      Map<String, TableChange> changed = new HashMap<>();
      if (!base.equals(main)) {
        history.changedTables(sinceThen(base)).forEach(t -> changed.put(folded(old(t)), t));
      }
      mainTables.put(base, changed);
    }
  }

  private void noteDecisions(Rehearsed merged) {
    for (CellDecision cell : merged.decisions().cells()) {
      decided
          .computeIfAbsent(folded(cell.table()), table -> new HashMap<>())
          .computeIfAbsent(Contest.identity(cell.key()), key -> new HashMap<>())
          .put(cell.column(), cell.policy());
    }
  }

  private void scan(String table, List<InFlightTable> changed) {
    Set<CommitHash> moved = new HashSet<>();
    for (InFlightTable one : changed) {
      CommitHash base = bases.get(one.branch());
      TableChange onMain = mainTables.get(base).get(table);
      if (onMain != null && onMain.rowsChanged() && !onMain.keyChanged()) {
        moved.add(base);
      }
    }
    if (changed.size() == 1 && moved.isEmpty()) {
      return; // nobody else is at it
    }
    String name = old(changed.get(0).table());
    try {
      Set<Long> shared = shared(name, moved);
      if (!shared.isEmpty()) {
        contests(name, moved, shared).forEach(contest -> add(name, changed, contest));
      }
    } catch (UnknownTableException e) {
      if (inFlight.tables().stream().anyMatch(one -> old(one.table()).equals(name))) {
        throw e; // else it went together with the branches that had it
      }
    }
  }

  /** Numbers of the rows that several changed. */
  private Set<Long> shared(String table, Set<CommitHash> moved) {
    Map<Long, BranchName> first = new HashMap<>();
    Set<Long> shared = new HashSet<>();
    try (Stream<InFlightRow> rows = inFlight.rows(table)) {
      rows.filter(RadarScan::hasKey)
          .forEach(
              row -> {
                BranchName other = first.putIfAbsent(Contest.number(row.change()), row.branch());
                if (other != null && !other.equals(row.branch())) {
                  shared.add(Contest.number(row.change()));
                }
              });
    }
    for (CommitHash base : first.isEmpty() ? Set.<CommitHash>of() : moved) {
      try (Stream<RowChange> rows = history.diff(sinceThen(base), table)) {
        rows.map(Contest::number).filter(first::containsKey).forEach(shared::add);
      }
    }
    return shared;
  }

  private Collection<Contest> contests(String table, Set<CommitHash> moved, Set<Long> shared) {
    Map<List<Object>, Contest> contests = new HashMap<>();
    try (Stream<InFlightRow> rows = inFlight.rows(table)) {
      rows.filter(row -> bases.containsKey(row.branch()))
          .filter(RadarScan::hasKey)
          .filter(row -> shared.contains(Contest.number(row.change())))
          .forEach(
              row ->
                  contests
                      .computeIfAbsent(Contest.identity(row.change().key()), key -> new Contest())
                      .add(row.branch(), bases.get(row.branch()), row.change()));
    }
    for (CommitHash base : moved) {
      try (Stream<RowChange> rows = history.diff(sinceThen(base), table)) {
        rows.filter(row -> shared.contains(Contest.number(row)))
            .forEach(
                row -> {
                  Contest contest = contests.get(Contest.identity(row.key()));
                  if (contest != null) {
                    contest.addMain(base, row);
                  }
                });
      }
    }
    return contests.values();
  }

  private void add(String table, List<InFlightTable> changed, Contest contest) {
    Set<String> names = new TreeSet<>();
    changed.forEach(
        one -> {
          names.add(folded(one.table().from()));
          names.add(folded(one.table().to()));
        });
    contest
        .collision(
            table,
            key -> {
              Map<String, String> policies = new HashMap<>();
              for (String name : names) {
                policies.putAll(decided.getOrDefault(name, Map.of()).getOrDefault(key, Map.of()));
              }
              return policies;
            })
        .ifPresent(collisions::add);
  }

  private static boolean hasKey(InFlightRow row) {
    return !row.change().keyColumns().isEmpty();
  }

  private RevisionRange sinceThen(CommitHash base) {
    return RevisionRange.between(Revision.of(base), Revision.of(main));
  }

  private static String old(TableChange table) {
    return table.from().isEmpty() ? table.to() : table.from();
  }

  private static String folded(String table) {
    return table.toLowerCase(Locale.ROOT);
  }
}
