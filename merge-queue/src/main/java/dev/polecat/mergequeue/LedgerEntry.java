package dev.polecat.mergequeue;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.mergequeue.ParkedRequest.Event;
import dev.polecat.mergequeue.ParkedRequest.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What the ledger knows of one branch. Immutable and safe to share; what can happen to a branch are
 * the methods that give the entry after it.
 *
 * @param request what is, or will be, merged; while the branch is {@link State#ACTIVE} its sealed
 *     commit is its base
 * @param state where the branch is in its life
 * @param since when it came to the ledger or, once it is sealed, when it was submitted
 * @param lease who works on it; empty once it is sealed
 * @param attempts how often merging it failed for reasons that may pass, since it was submitted or
 *     tried again
 * @param failingSince when the first of these attempts failed
 * @param nextAttempt not tried before this time
 * @param lastError the last of these failures or, of a merged branch, why it is still there
 * @param merged the merge commit, if the branch is merged and the commit is known
 * @param reason why it is parked
 * @param rejected whether a person decided against it
 * @param rows rows that a person gave for its merge
 * @param events what happened to it since it was first parked, oldest first
 * @param version a token that no other entry has; tells whether somebody changed it
 */
public record LedgerEntry(
    MergeRequest request,
    State state,
    Instant since,
    Optional<Lease> lease,
    int attempts,
    Optional<Instant> failingSince,
    Instant nextAttempt,
    Optional<String> lastError,
    Optional<CommitHash> merged,
    Optional<ParkReason> reason,
    boolean rejected,
    List<ResolvedRow> rows,
    List<Event> events,
    String version) {

  /** Where a branch is in its life. The ledger forgets it when the branch is gone. */
  public enum State {
    /** Somebody works on it. */
    ACTIVE,
    /** Finished; waits for its merge, or is being merged. */
    SEALED,
    /** Not merged; waits for a person. */
    PARKED,
    /** Merged, but the branch is still there. */
    MERGED,
    /** To be thrown away, with its head kept as a tag. */
    NUKED,
    /** To be thrown away with everything on it. */
    NUKED_WITHOUT_TAG
  }

  /**
   * Copies the lists.
   *
   * @param request what is merged
   * @param state where the branch is in its life
   * @param since when it came to the ledger or was submitted
   * @param lease who works on it
   * @param attempts how often merging it failed
   * @param failingSince when the first of these attempts failed
   * @param nextAttempt not tried before this time
   * @param lastError the last of these failures
   * @param merged the merge commit
   * @param reason why it is parked
   * @param rejected whether a person decided against it
   * @param rows rows that a person gave
   * @param events what happened to it
   * @param version the token
   */
  public LedgerEntry {
    if (request.dryRun()) {
      throw new IllegalArgumentException(
          "A dry run of " + request.branch() + " is not remembered.");
    }
    rows = List.copyOf(rows);
    events = List.copyOf(events);
  }

  /**
   * A branch somebody starts to work on.
   *
   * @param request what will be merged, with its base for the sealed commit
   * @param lease who works on it
   * @param now the time
   * @return the entry
   */
  public static LedgerEntry active(MergeRequest request, Lease lease, Instant now) {
    return of(request, State.ACTIVE, Optional.of(lease), now);
  }

  /**
   * A finished branch the ledger did not know.
   *
   * @param request what is to be merged
   * @param now the time
   * @return the entry
   */
  public static LedgerEntry submitted(MergeRequest request, Instant now) {
    return of(request, State.SEALED, Optional.empty(), now);
  }

  /**
   * The branch.
   *
   * @return its name, the key of the ledger
   */
  public BranchName branch() {
    return request.branch();
  }

  /**
   * Finished, and to be merged. A parked one that is submitted again keeps its history.
   *
   * @param next what is to be merged
   * @param now the time
   * @return the entry after it
   */
  public LedgerEntry seal(MergeRequest next, Instant now) {
    return change(
        draft -> {
          draft.request = next;
          draft.state = State.SEALED;
          draft.since = now;
          draft.lease = Optional.empty();
          draft.rows = List.of();
          draft.merged = Optional.empty();
          draft.lastError = Optional.empty();
          draft.startOver(now);
        });
  }

  /**
   * Somebody else goes on working on it.
   *
   * @param next who
   * @return the entry after it
   */
  public LedgerEntry workOn(Lease next) {
    return change(
        draft -> {
          draft.request = request.anew(request.base());
          draft.state = State.ACTIVE;
          draft.lease = Optional.of(next);
          draft.rows = List.of();
          draft.reason = Optional.empty();
          draft.rejected = false;
        });
  }

  /**
   * The branch was brought up to date with main; whoever works on it goes on.
   *
   * @param main the commit of main that is on it now
   * @return the entry after it
   */
  public LedgerEntry startingFrom(CommitHash main) {
    return change(draft -> draft.request = request.startingFrom(main));
  }

  /**
   * An attempt failed for a reason that may pass.
   *
   * @param error what failed
   * @param next when to try again
   * @param now the time
   * @return the entry after it
   */
  public LedgerEntry fail(String error, Instant next, Instant now) {
    return change(
        draft -> {
          draft.attempts++;
          draft.failingSince = Optional.of(failingSince.orElse(now));
          draft.nextAttempt = next;
          draft.lastError = Optional.of(error);
        });
  }

  /**
   * It cannot be merged without a person.
   *
   * @param tried the request as it was tried
   * @param why the reason
   * @param kind what led to it
   * @param by who, "queue" for the queue itself
   * @param now the time
   * @return the entry after it
   */
  public LedgerEntry park(MergeRequest tried, ParkReason why, Kind kind, String by, Instant now) {
    return change(
        draft -> {
          draft.request = tried;
          draft.state = State.PARKED;
          draft.reason = Optional.of(why);
          draft.rejected = false;
          draft.note(now, kind, by, why.message());
        });
  }

  /**
   * A parked one is tried again.
   *
   * @param next what is merged now
   * @param given rows a person gave for it
   * @param kind what led to it
   * @param by who
   * @param detail more about it
   * @param now the time
   * @return the entry after it
   */
  public LedgerEntry retry(
      MergeRequest next,
      List<ResolvedRow> given,
      Kind kind,
      String by,
      String detail,
      Instant now) {
    return change(
        draft -> {
          draft.request = next;
          draft.state = State.SEALED;
          draft.since = now;
          draft.rows = given;
          draft.reason = Optional.empty();
          draft.startOver(now);
          draft.note(now, kind, by, detail);
        });
  }

  /**
   * A person decides against it.
   *
   * @param by who
   * @param why why
   * @param now the time
   * @return the entry after it
   */
  public LedgerEntry reject(String by, String why, Instant now) {
    return change(
        draft -> {
          draft.rejected = true;
          draft.note(now, Kind.REJECTED, by, why);
        });
  }

  /**
   * It is on main, but its branch could not be deleted yet.
   *
   * @param commit the merge commit, if it is known
   * @param why why the branch is kept
   * @return the entry after it
   */
  public LedgerEntry merged(Optional<CommitHash> commit, String why) {
    return change(
        draft -> {
          draft.state = State.MERGED;
          draft.merged = commit;
          draft.lastError = Optional.of(why);
          draft.lease = Optional.empty();
          draft.reason = Optional.empty();
        });
  }

  /**
   * It is about to be thrown away.
   *
   * @param keepTag whether its head is kept as a tag
   * @return the entry after it
   */
  public LedgerEntry nuke(boolean keepTag) {
    return change(
        draft -> {
          draft.state = keepTag ? State.NUKED : State.NUKED_WITHOUT_TAG;
          draft.lease = Optional.empty();
        });
  }

  /**
   * Its lease is renewed.
   *
   * @param until when the lease runs out next
   * @return the entry after it
   */
  public LedgerEntry leasedUntil(Instant until) {
    return change(draft -> draft.lease = lease.map(held -> new Lease(held.holder(), until)));
  }

  /**
   * Whether nobody has renewed the lease in time.
   *
   * @param now the time
   * @return true if it is active, and its lease has run out
   */
  public boolean isExpired(Instant now) {
    return state == State.ACTIVE && lease.map(held -> held.until().isBefore(now)).orElse(true);
  }

  private static LedgerEntry of(
      MergeRequest request, State state, Optional<Lease> lease, Instant now) {
    return new LedgerEntry(
        request,
        state,
        now,
        lease,
        0,
        Optional.empty(),
        now,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        List.of(),
        List.of(),
        newVersion());
  }

  private LedgerEntry change(Consumer<Draft> edit) {
    Draft draft = new Draft(this);
    edit.accept(draft);
    return new LedgerEntry(
        draft.request,
        draft.state,
        draft.since,
        draft.lease,
        draft.attempts,
        draft.failingSince,
        draft.nextAttempt,
        draft.lastError,
        draft.merged,
        draft.reason,
        draft.rejected,
        draft.rows,
        draft.events,
        newVersion());
  }

  private static String newVersion() {
    return UUID.randomUUID().toString();
  }

  /** An entry on its way to the next. */
  private static final class Draft {
    MergeRequest request;
    State state;
    Instant since;
    Optional<Lease> lease;
    int attempts;
    Optional<Instant> failingSince;
    Instant nextAttempt;
    Optional<String> lastError;
    Optional<CommitHash> merged;
    Optional<ParkReason> reason;
    boolean rejected;
    List<ResolvedRow> rows;
    List<Event> events;

    Draft(LedgerEntry from) {
      request = from.request;
      state = from.state;
      since = from.since;
      lease = from.lease;
      attempts = from.attempts;
      failingSince = from.failingSince;
      nextAttempt = from.nextAttempt;
      lastError = from.lastError;
      merged = from.merged;
      reason = from.reason;
      rejected = from.rejected;
      rows = from.rows;
      events = from.events;
    }

    void startOver(Instant now) {
      attempts = 0;
      failingSince = Optional.empty();
      nextAttempt = now;
      lastError = Optional.empty();
    }

    void note(Instant now, Kind kind, String by, String detail) {
      events = new ArrayList<>(events);
      events.add(new Event(now, kind, by, detail));
    }
  }
}
