package dev.polecat.sling;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.history.TableChange;
import dev.polecat.mergequeue.MergeQueue;
import dev.polecat.mergequeue.Rehearsal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Looks at what main would be; closes the overlays that are left open. Thread-safe. */
final class Overlays implements AutoCloseable {
  private final DoltDatabase database;
  private final InFlight inFlight;
  private final Supplier<MergeQueue> queue;
  private final Set<Overlay> open = ConcurrentHashMap.newKeySet();

  Overlays(DoltDatabase database, InFlight inFlight, Supplier<MergeQueue> queue) {
    this.database = database;
    this.inFlight = inFlight;
    this.queue = queue;
  }

  Overlay of(String table) {
    List<InFlightTable> work = inFlight.tables();
    Rehearsal rehearsal = queue.get().rehearse(branches(work, table));
    List<BranchName> merged = new ArrayList<>();
    List<LeftOut> leftOut = new ArrayList<>();
    rehearsal
        .branches()
        .forEach(
            one ->
                one.obstacle()
                    .ifPresentOrElse(
                        reason -> leftOut.add(InFlight.leftOut(one.request(), reason)),
                        () -> merged.add(one.request().branch())));
    Overlay overlay = new Overlay(database, table, rehearsal, merged, leftOut, open::remove);
    open.add(overlay);
    return overlay;
  }

  Radar radar() {
    List<InFlightTable> work = inFlight.tables();
    Set<BranchName> branches = work.stream().map(InFlightTable::branch).collect(Collectors.toSet());
    try (Rehearsal rehearsal = queue.get().rehearse(branches)) {
      List<LeftOut> parked = new ArrayList<>();
      rehearsal
          .branches()
          .forEach(
              one ->
                  one.obstacle()
                      .ifPresent(reason -> parked.add(InFlight.leftOut(one.request(), reason))));
      return new Radar(
          rehearsal.main(), RadarScan.collisions(inFlight, database, work, rehearsal), parked);
    }
  }

  /**
   * The branches whose merges can make a difference to a table: they changed it, or a table that
   * such a branch changed too, or one that a foreign key ties to these. Where schemas changed, all
   * of them can.
   */
  private Set<BranchName> branches(List<InFlightTable> work, String table) {
    Map<BranchName, Set<String>> touched = new HashMap<>();
    for (InFlightTable one : work) {
      touched
          .computeIfAbsent(one.branch(), branch -> new HashSet<>())
          .add(folded(one.table().current()));
    }
    if (work.stream().map(InFlightTable::table).anyMatch(Overlays::changesSchema)) {
      return touched.keySet();
    }
    Map<String, Set<String>> tied = foreignKeys();
    Set<String> tables = new HashSet<>();
    Set<BranchName> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(Set.of(folded(table)));
    while (!open.isEmpty()) {
      String next = open.pop();
      if (tables.add(next)) {
        open.addAll(tied.getOrDefault(next, Set.of()));
        touched.forEach(
            (branch, names) -> {
              if (names.contains(next) && found.add(branch)) {
                open.addAll(names);
              }
            });
      }
    }
    return found;
  }

  /** Triggers and views are rows of a table of Dolt's. */
  private static boolean changesSchema(TableChange change) {
    return change.schemaChanged()
        || change.kind() != TableChange.Kind.MODIFIED
        || folded(change.current()).startsWith("dolt_");
  }

  /** The tables that each table is tied to, in either direction. */
  private Map<String, Set<String>> foreignKeys() {
    Map<String, Set<String>> tied = new HashMap<>();
    try (Connection connection = database.connect(BranchName.MAIN);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT table_name, referenced_table_name"
                    + " FROM information_schema.referential_constraints"
                    + " WHERE constraint_schema = DATABASE()")) {
      while (row.next()) {
        String child = folded(row.getString(1));
        String parent = folded(row.getString(2));
        tied.computeIfAbsent(child, name -> new HashSet<>()).add(parent);
        tied.computeIfAbsent(parent, name -> new HashSet<>()).add(child);
      }
      return tied;
    } catch (SQLException e) {
      throw new DoltSqlException("read the foreign keys of " + database, e);
    }
  }

  private static String folded(String table) {
    return table.toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    List.copyOf(open).forEach(Overlay::close);
  }
}
