package dev.polecat.mergequeue;

import dev.polecat.core.BranchName;
import java.time.Instant;
import java.util.List;

/**
 * A request that is parked, with everything that happened to it. Immutable and safe to share; a
 * later look at the queue shows later events.
 *
 * @param request the request, as it was last tried
 * @param reason why it is parked
 * @param rejected whether a person decided against it; it stays listed, and its branch is kept
 * @param events what happened to it, oldest first
 */
public record ParkedRequest(
    MergeRequest request, ParkReason reason, boolean rejected, List<Event> events) {
  /**
   * Copies the events.
   *
   * @param request the request
   * @param reason why it is parked
   * @param rejected whether a person decided against it
   * @param events what happened to it
   */
  public ParkedRequest {
    events = List.copyOf(events);
  }

  /** What can happen to a parked request. */
  public enum Kind {
    /** It was parked; the detail is the reason. */
    PARKED,
    /** Somebody had it tried again. */
    RETRIED,
    /** Somebody approved it. */
    APPROVED,
    /** Somebody gave rows for it; the detail says how many. */
    RESOLVED_BY_HAND,
    /** Somebody decided against it; the detail is the reason. */
    REJECTED,
    /** Somebody took it back before it was merged; the detail is the reason. */
    CANCELLED
  }

  /**
   * Something that happened.
   *
   * @param at when
   * @param kind what
   * @param by who; "queue" for the queue itself
   * @param detail more about it; may be empty
   */
  public record Event(Instant at, Kind kind, String by, String detail) {}

  /**
   * The request's branch, by which the queue's methods know it.
   *
   * @return the branch
   */
  public BranchName branch() {
    return request.branch();
  }
}
