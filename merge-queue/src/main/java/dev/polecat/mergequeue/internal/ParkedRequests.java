package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.ParkedRequest;
import dev.polecat.mergequeue.ParkedRequest.Event;
import dev.polecat.mergequeue.ParkedRequest.Kind;
import dev.polecat.mergequeue.internal.resolve.ByHand;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The requests that wait for a person, by branch, and what happened to them. Thread-safe. */
public final class ParkedRequests {
  private static final String QUEUE = "queue";

  private final InstantSource clock;
  private final Map<BranchName, ParkedRequest> parked = new LinkedHashMap<>();
  private final Map<BranchName, ByHand> rows = new HashMap<>();

  public ParkedRequests(InstantSource clock) {
    this.clock = clock;
  }

  public synchronized List<ParkedRequest> all() {
    return List.copyOf(parked.values());
  }

  public synchronized Optional<ParkedRequest> of(BranchName branch) {
    return Optional.ofNullable(parked.get(branch));
  }

  /** The rows a person gave for a branch that is parked; none if nobody did. */
  public synchronized ByHand byHand(BranchName branch) {
    return rows.getOrDefault(branch, ByHand.NONE);
  }

  /** Takes an outcome in: a parked branch is listed, one that is on main no longer is. */
  public synchronized void record(MergeOutcome outcome) {
    MergeRequest request = outcome.request();
    if (request.dryRun()) {
      return;
    }
    if (outcome instanceof MergeOutcome.Parked failed) {
      park(request, failed.reason());
    } else if (of(request.branch())
        .filter(entry -> entry.request().sealed().equals(request.sealed()))
        .isPresent()) {
      parked.remove(request.branch());
      rows.remove(request.branch());
    }
  }

  /** Remembers what a request is tried again with. */
  public synchronized void give(BranchName branch, ByHand byHand) {
    if (byHand.isEmpty()) {
      rows.remove(branch);
    } else {
      rows.put(branch, byHand);
    }
  }

  /**
   * Adds to what happened to a request.
   *
   * @return the request with the event, or empty if it is no longer parked
   */
  public synchronized Optional<ParkedRequest> note(
      BranchName branch, Kind kind, String by, String detail) {
    Optional<ParkedRequest> noted =
        of(branch)
            .map(
                request ->
                    new ParkedRequest(
                        request.request(),
                        request.reason(),
                        kind == Kind.REJECTED,
                        with(request, new Event(clock.instant(), kind, by, detail))));
    noted.ifPresent(request -> parked.put(branch, request));
    return noted;
  }

  private void park(MergeRequest request, ParkReason reason) {
    Event event = new Event(clock.instant(), Kind.PARKED, QUEUE, reason.message());
    List<Event> events = with(parked.get(request.branch()), event);
    parked.put(request.branch(), new ParkedRequest(request, reason, false, events));
  }

  private static List<Event> with(@Nullable ParkedRequest request, Event event) {
    List<Event> events = new ArrayList<>(request == null ? List.of() : request.events());
    events.add(event);
    return events;
  }
}
