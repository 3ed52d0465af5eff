package dev.polecat.sling.cli.internal;

import dev.polecat.mergequeue.Lease;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.ParkedRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger knows of a branch, for people and as JSON.
 *
 * @param rig the rig
 * @param entry the branch's entry
 */
public record EntryReport(String rig, LedgerEntry entry) {
  /** The columns of {@link #row}. */
  public static final List<String> COLUMNS =
      List.of("STATE", "RIG", "BRANCH", "POLECAT", "BEAD", "SINCE", "WHY");

  /** One row of a table. */
  public List<String> row() {
    return List.of(
        entry.state().name() + (entry.rejected() ? " (rejected)" : ""),
        rig,
        entry.branch().value(),
        trailer("Polecat"),
        trailer("Bead"),
        entry.since().toString(),
        why());
  }

  /** All of it. */
  public Map<String, @Nullable Object> json() {
    return Console.map(
        "rig",
        rig,
        "branch",
        entry.branch(),
        "state",
        entry.state(),
        "polecat",
        trailer("Polecat"),
        "bead",
        trailer("Bead"),
        "author",
        entry.request().author(),
        "since",
        entry.since(),
        "base",
        entry.request().base(),
        "sealed",
        entry.state() == LedgerEntry.State.ACTIVE ? null : entry.request().sealed(),
        "priority",
        entry.request().priority(),
        "held",
        entry.request().held(),
        "leaseHolder",
        entry.lease().map(Lease::holder),
        "leaseUntil",
        entry.lease().map(Lease::until),
        "attempts",
        entry.attempts(),
        "nextAttempt",
        entry.nextAttempt(),
        "lastError",
        entry.lastError(),
        "merged",
        entry.merged(),
        "reason",
        entry.reason().map(OutcomeReport::reason),
        "message",
        entry.reason().map(ParkReason::message),
        "rejected",
        entry.rejected(),
        "events",
        entry.events().stream().map(EntryReport::json).toList());
  }

  /** Who works on it, or what it is about. */
  public String trailer(String name) {
    return entry.request().trailers().getOrDefault(name, "");
  }

  private String why() {
    return entry
        .reason()
        .map(ParkReason::message)
        .or(entry::lastError)
        .or(() -> entry.lease().map(lease -> "lease until " + lease.until()))
        .orElse("")
        .lines()
        .findFirst()
        .orElse("");
  }

  private static Map<String, @Nullable Object> json(ParkedRequest.Event event) {
    return Console.map(
        "at", event.at(), "kind", event.kind(), "by", event.by(), "detail", event.detail());
  }
}
