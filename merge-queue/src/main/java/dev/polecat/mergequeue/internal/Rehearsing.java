package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.Rehearsed;
import dev.polecat.mergequeue.internal.resolve.ByHand;
import dev.polecat.mergequeue.internal.resolve.ParkException;
import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Merges live branches on a {@link Stage}, in the order in which the queue would. Thread-safe. */
public final class Rehearsing {
  /** The states of a branch whose work is still to come to main. */
  private static final Set<State> LIVE = EnumSet.of(State.ACTIVE, State.SEALED, State.PARKED);

  private final DoltDatabase database;
  private final ConflictPolicies policies;
  private final int maxListed;
  private final Ledger ledger;

  public Rehearsing(
      DoltDatabase database, ConflictPolicies policies, int maxListed, Ledger ledger) {
    this.database = database;
    this.policies = policies;
    this.maxListed = maxListed;
    this.ledger = ledger;
  }

  /** Where a branch is. */
  private record Place(CommitHash head, boolean dirty) {}

  /**
   * Merges live branches onto a copy of main.
   *
   * @param branches which of them
   * @param made makes the result of the stage and of what became of each branch
   * @throws DoltSqlException if the server fails
   */
  public <T> T run(Set<BranchName> branches, BiFunction<Stage, List<Rehearsed>, T> made) {
    // what is merged after the ledger was read is on main when the branches are looked at
    List<LedgerEntry> live = inOrder();
    live.removeIf(entry -> !branches.contains(entry.branch()));
    @Nullable Stage stage = null;
    boolean done = false;
    try {
      Map<String, Place> places = places();
      stage = Stage.open(database, policies, maxListed, places.get("main").head());
      List<Rehearsed> became = new ArrayList<>();
      for (LedgerEntry entry : live) {
        Place place = places.get(entry.branch().value());
        if (place != null || entry.state() == State.SEALED) {
          became.add(merge(stage, entry, Optional.ofNullable(place)));
        }
      }
      done = true;
      return made.apply(stage, became);
    } catch (SQLException e) {
      throw new DoltSqlException("merge branches of " + database + " on a copy of main", e);
    } finally {
      if (stage != null && !done) {
        stage.close();
      }
    }
  }

  /** What waits, as the queue would merge it; then what is parked; then what is worked on. */
  private List<LedgerEntry> inOrder() {
    List<LedgerEntry> entries = ledger.entries(LIVE);
    List<LedgerEntry> order =
        new ArrayList<>(
            WaitingLine.all(
                entries.stream().filter(entry -> entry.state() == State.SEALED).toList(),
                ledger.now()));
    for (State state : List.of(State.PARKED, State.ACTIVE)) {
      entries.stream().filter(entry -> entry.state() == state).forEach(order::add);
    }
    return order;
  }

  /** All branches as of one instant. */
  private Map<String, Place> places() throws SQLException {
    Map<String, Place> places = new HashMap<>();
    try (Connection connection = database.connect(BranchName.MAIN)) {
      Sql.list(
          connection,
          "SELECT name, hash, dirty FROM dolt_branches",
          row ->
              places.put(
                  row.getString(1), new Place(CommitHash.of(row.getString(2)), row.getBoolean(3))));
    }
    return places;
  }

  private Rehearsed merge(Stage stage, LedgerEntry entry, Optional<Place> place)
      throws SQLException {
    MergeRequest request = entry.request();
    CommitHash head = place.map(Place::head).orElse(request.sealed());
    boolean asSealed = head.equals(request.sealed());
    if (entry.rejected()) {
      return Stage.leftOut(request, entry.reason().orElseThrow());
    }
    if (entry.state() == State.SEALED) {
      return asSealed
          ? stage.merge(request, new ByHand(entry.rows()))
          : Stage.leftOut(
              request, new ParkReason.BranchMoved(entry.branch(), request.sealed(), head));
    }
    if (place.orElseThrow().dirty()) {
      return mergeUncommitted(stage, request.anew(head));
    }
    return asSealed
        ? stage.merge(request, new ByHand(entry.rows()))
        : stage.merge(request.anew(head), ByHand.NONE);
  }

  private Rehearsed mergeUncommitted(Stage stage, MergeRequest request) throws SQLException {
    try (UncommittedWork work = UncommittedWork.of(database, request.branch(), request.sealed())) {
      return stage.merge(request.sealedAt(work.commit(request.author())), ByHand.NONE);
    } catch (ParkException e) {
      return Stage.leftOut(request, e.reason());
    }
  }
}
