package dev.polecat.sling;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.history.BranchesAtWork;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.ParkReason;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at what is on branches and not on main yet. Thread-safe. */
final class InFlight {
  /** The states of a branch whose work is still to come to main. */
  private static final Set<State> LIVE = EnumSet.of(State.ACTIVE, State.SEALED, State.PARKED);

  private final BranchesAtWork work;
  private final Ledger ledger;

  InFlight(DoltDatabase database, Ledger ledger) {
    this.work = BranchesAtWork.of(database, BranchName.MAIN);
    this.ledger = ledger;
  }

  List<InFlightTable> tables() {
    Map<BranchName, LedgerEntry> live = live();
    return work.tables(live.keySet()).stream()
        .map(
            one -> {
              LedgerEntry entry = live.get(one.branch());
              return new InFlightTable(
                  one.branch(),
                  polecat(entry.request()),
                  bead(entry.request()),
                  one.table(),
                  one.uncommitted());
            })
        .toList();
  }

  Stream<InFlightRow> rows(String table) {
    Map<BranchName, LedgerEntry> live = live();
    return work.rows(live.keySet(), table)
        .map(
            row -> {
              LedgerEntry entry = live.get(row.branch());
              return new InFlightRow(
                  row.branch(), polecat(entry.request()), bead(entry.request()), row.change());
            });
  }

  private Map<BranchName, LedgerEntry> live() {
    return ledger.entries(LIVE).stream()
        .collect(Collectors.toMap(LedgerEntry::branch, Function.identity()));
  }

  static LeftOut leftOut(MergeRequest request, ParkReason reason) {
    return new LeftOut(request.branch(), polecat(request), bead(request), reason);
  }

  private static String polecat(MergeRequest request) {
    return request.trailers().getOrDefault(Rig.POLECAT, "");
  }

  private static String bead(MergeRequest request) {
    return request.trailers().getOrDefault(Rig.BEAD, "");
  }
}
