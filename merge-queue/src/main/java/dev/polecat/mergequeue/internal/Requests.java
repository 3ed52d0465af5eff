package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.NotParkedException;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.ParkedRequest;
import dev.polecat.mergequeue.ParkedRequest.Event;
import dev.polecat.mergequeue.ParkedRequest.Kind;
import dev.polecat.mergequeue.ResolvedRow;
import dev.polecat.mergequeue.internal.resolve.ByHand;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What people and writers do to requests: each is one change of the ledger. Thread-safe. */
public final class Requests {
  /** A merge that is under way is waited for before its request can be taken back. */
  private static final Duration LOCK_WAIT = Duration.ofMinutes(2);

  /** What a branch is before it is handed in, unless somebody else is at it. */
  private static final Set<State> TO_BE_SEALED =
      EnumSet.of(State.ACTIVE, State.PARKED, State.MERGED);

  private final DoltDatabase database;
  private final Ledger ledger;

  public Requests(DoltDatabase database, Ledger ledger) {
    this.database = database;
    this.ledger = ledger;
  }

  /** A request that is to be tried again, and how the ledger is told. */
  public record Again(MergeRequest request, Runnable record) {}

  /**
   * Takes a request back that waits, once no merge is under way.
   *
   * @throws NotParkedException if it does not wait
   */
  @SuppressWarnings("try") // the lock is only there to be held
  public void cancel(BranchName branch, String by, String why) {
    try (MergeLock lock = MergeLock.acquire(database, LOCK_WAIT)) {
      LedgerEntry entry =
          ledger
              .entry(branch)
              .filter(known -> known.state() == State.SEALED)
              .orElseThrow(
                  () -> new NotParkedException(branch, "does not wait for its merge (any more)."));
      ParkReason reason = new ParkReason.Cancelled(by, why);
      MergeRequest request = entry.request();
      if (Outcomes.isOnMain(database, request.sealed())) { // who merged it has not told the ledger
        throw new NotParkedException(branch, "is on main already.");
      }
      if (!ledger.replace(entry, entry.park(request, reason, Kind.CANCELLED, by, ledger.now()))) {
        throw changed(branch);
      }
    } catch (SQLException e) {
      throw new DoltSqlException("take back the request of branch " + branch, e);
    }
  }

  /**
   * Hands a request in. One that takes the place of another of its branch does so while nobody
   * merges, so that it is not the other that is merged.
   *
   * @param known whether the ledger must know the branch
   */
  @SuppressWarnings("try") // the lock is only there to be held
  public void submit(MergeRequest request, boolean known) {
    Optional<LedgerEntry> seen =
        request.dryRun() ? Optional.empty() : ledger.entry(request.branch());
    if (seen.filter(entry -> TO_BE_SEALED.contains(entry.state())).isPresent()
        && ledger.replace(seen.get(), seen.get().seal(request, ledger.now()))) {
      return;
    }
    if (waitsAsAnother(request).isEmpty()) {
      submitNow(request, known);
      return;
    }
    try (MergeLock lock = MergeLock.acquire(database, LOCK_WAIT)) {
      Optional<LedgerEntry> other = waitsAsAnother(request);
      while (other.isPresent()
          && !ledger.replace(other.get(), other.get().seal(request, ledger.now()))) {
        other = waitsAsAnother(request); // a failure of the other was noted meanwhile
      }
      if (other.isEmpty()) {
        submitNow(request, known);
      }
    } catch (SQLException e) {
      throw new DoltSqlException("hand in branch " + request.branch() + " anew", e);
    }
  }

  private Optional<LedgerEntry> waitsAsAnother(MergeRequest request) {
    return request.dryRun()
        ? Optional.empty()
        : ledger
            .entry(request.branch())
            .filter(entry -> entry.state() == State.SEALED && !entry.request().equals(request));
  }

  private void submitNow(MergeRequest request, boolean known) {
    if (known) {
      ledger.submitKnown(request);
    } else {
      ledger.submit(request);
    }
  }

  /** What is parked, in the order in which it was first parked. */
  public List<ParkedRequest> parked() {
    return ledger.entries(Set.of(State.PARKED)).stream()
        .map(Requests::view)
        .sorted(Comparator.comparing(Requests::firstParked))
        .toList();
  }

  public Optional<ParkedRequest> parked(BranchName branch) {
    return entry(branch).map(Requests::view);
  }

  /**
   * The entry of a branch that is parked.
   *
   * @throws NotParkedException if it is not
   */
  public LedgerEntry require(BranchName branch) {
    return entry(branch).orElseThrow(() -> notParked(branch));
  }

  /** Lets a request on hold through. */
  public Again approve(BranchName branch, String by) {
    LedgerEntry held = require(branch);
    ParkReason reason = held.reason().orElseThrow();
    requireNotRejected(held);
    if (!(reason instanceof ParkReason.GateWaiting waiting
        && waiting.gate().equals(ParkReason.GateWaiting.APPROVAL))) {
      throw new NotParkedException(branch, "does not wait for an approval: " + reason.message());
    }
    MergeRequest approved = held.request().released().withTrailer(MergeRequest.APPROVED_BY, by);
    return again(held, approved, held.rows(), Kind.APPROVED, by, "");
  }

  /** Has a request tried again as its branch is now. */
  public Again retry(BranchName branch, String by) {
    return again(require(branch), List.of(), Kind.RETRIED, by, "");
  }

  /** Has a request tried again with rows a person gives, which have to fit their tables. */
  public Again resolve(LedgerEntry parked, String by, List<ResolvedRow> rows) {
    try (Connection connection = database.connect(BranchName.MAIN)) {
      new ByHand(rows).check(connection, parked.request().sealed());
    } catch (SQLException e) {
      throw new DoltSqlException("read the schema of " + database, e);
    }
    return again(parked, rows, Kind.RESOLVED_BY_HAND, by, rows.size() + " rows");
  }

  /** Decides against a request. */
  public ParkedRequest reject(BranchName branch, String by, String why) {
    LedgerEntry parked = require(branch);
    LedgerEntry rejected = parked.reject(by, why, ledger.now());
    if (!ledger.replace(parked, rejected)) {
      throw changed(branch);
    }
    return view(rejected);
  }

  private Again again(
      LedgerEntry parked, List<ResolvedRow> rows, Kind kind, String by, String detail) {
    requireNotRejected(parked);
    MergeRequest old = parked.request();
    CommitHash head = database.head(parked.branch()).orElse(old.sealed());
    boolean moved = !head.equals(old.sealed());
    List<ResolvedRow> given = rows.isEmpty() && !moved ? parked.rows() : rows;
    MergeRequest again = moved ? old.anew(head) : old;
    MergeRequest tried = rows.isEmpty() ? again : again.withTrailer(MergeRequest.RESOLVED_BY, by);
    return again(parked, tried, given, kind, by, detail);
  }

  private Again again(
      LedgerEntry parked,
      MergeRequest request,
      List<ResolvedRow> rows,
      Kind kind,
      String by,
      String detail) {
    return new Again(
        request,
        () -> {
          Instant now = ledger.now();
          if (!ledger.replace(parked, parked.retry(request, rows, kind, by, detail, now))) {
            throw changed(parked.branch());
          }
        });
  }

  private Optional<LedgerEntry> entry(BranchName branch) {
    return ledger.entry(branch).filter(entry -> entry.state() == State.PARKED);
  }

  private NotParkedException notParked(BranchName branch) {
    if (ledger.entry(branch).filter(entry -> entry.state() == State.SEALED).isPresent()) {
      return new NotParkedException(branch, "is being tried again already; wait for its outcome.");
    }
    List<BranchName> branches = parked().stream().map(ParkedRequest::branch).toList();
    return new NotParkedException(branch, "is not parked. Parked are: " + branches);
  }

  private static NotParkedException changed(BranchName branch) {
    return new NotParkedException(branch, "was changed by somebody else meanwhile; look again.");
  }

  private static void requireNotRejected(LedgerEntry parked) {
    if (parked.rejected()) {
      throw new NotParkedException(
          parked.branch(), "was rejected; submit it again if it is to be merged after all.");
    }
  }

  private static ParkedRequest view(LedgerEntry entry) {
    return new ParkedRequest(
        entry.request(), entry.reason().orElseThrow(), entry.rejected(), entry.events());
  }

  private static Instant firstParked(ParkedRequest request) {
    return request.events().stream().map(Event::at).findFirst().orElse(Instant.MAX);
  }
}
