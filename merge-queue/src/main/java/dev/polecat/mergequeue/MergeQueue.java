package dev.polecat.mergequeue;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.InvalidNameException;
import dev.polecat.mergequeue.ParkedRequest.Kind;
import dev.polecat.mergequeue.internal.Gates;
import dev.polecat.mergequeue.internal.MergeWorker;
import dev.polecat.mergequeue.internal.Merger;
import dev.polecat.mergequeue.internal.ParkedRequests;
import dev.polecat.mergequeue.internal.PolicyCheck;
import dev.polecat.mergequeue.internal.resolve.ByHand;
import dev.polecat.mergequeue.spi.MergeGate;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The one door into main: merges finished branches one after the other, on a thread of its own.
 * Thread-safe. Across processes, a lock on the server keeps two queues from merging at once.
 *
 * <p>No request stops the queue: what cannot be merged is parked, with its branch kept. What is
 * parked is listed, and can be retried, approved, resolved by hand or rejected; a branch has one
 * entry, so its name is what these methods take. Stages complete on other threads than the queue's,
 * so a slow listener holds nobody up.
 */
public final class MergeQueue implements AutoCloseable {
  private static final Author PREVIEWER = new Author("preview", "preview@localhost");

  private static final String APPROVED_BY = "Approved-By";
  private static final String RESOLVED_BY = "Resolved-By";

  private final DoltDatabase database;
  private final Merger merger;
  private final MergeWorker worker;
  private final ParkedRequests parked;

  private MergeQueue(Builder builder) {
    InstantSource clock = InstantSource.system();
    this.database = builder.database;
    this.merger =
        new Merger(
            builder.database,
            builder.policies,
            new Gates(builder.gates, builder.gateLimit),
            builder.maxListed);
    this.parked = new ParkedRequests(clock);
    this.worker =
        new MergeWorker(builder.database, merger, builder.patience, clock, parked::record);
  }

  /**
   * Starts building a queue.
   *
   * @param database the database whose main is merged into
   * @return a builder with the defaults
   */
  public static Builder builder(DoltDatabase database) {
    return new Builder(database);
  }

  /**
   * Hands in a finished branch. Handing in the same request again while it waits gives the same
   * stage.
   *
   * @param request what to merge
   * @return completes with the outcome; exceptionally only with {@link QueueClosedException}, or
   *     with an error of this library
   * @throws QueueClosedException if the queue is closed
   */
  public CompletionStage<MergeOutcome> submit(MergeRequest request) {
    return worker.submit(request);
  }

  /**
   * How many requests wait or are being merged. Parked ones are not among them.
   *
   * @return the number at this moment
   */
  public int pending() {
    return worker.pending();
  }

  /**
   * Says what merging a branch would do, policies applied, and changes nothing. Runs on the calling
   * thread and neither waits for the queue nor holds it up. Tables that are kept from Dolt's own
   * merge take a branch for as long as it runs.
   *
   * @param branch the branch; its committed rows are looked at
   * @return what would happen at this moment
   * @throws InvalidNameException if there is no such branch
   * @throws DoltSqlException if the server fails
   */
  public MergePreview preview(BranchName branch) {
    CommitHash head =
        database
            .head(branch)
            .orElseThrow(
                () ->
                    new InvalidNameException(
                        "branch to preview", branch.value(), "There is no such branch."));
    return preview(MergeRequest.of(branch, head, head, PREVIEWER), ByHand.NONE);
  }

  /**
   * What is parked, rejected requests included, in the order in which it was first parked.
   *
   * @return an immutable list, as of now
   */
  public List<ParkedRequest> parked() {
    return parked.all();
  }

  /**
   * One parked request.
   *
   * @param branch its branch
   * @return the request, or empty if it is not parked
   */
  public Optional<ParkedRequest> parked(BranchName branch) {
    return parked.of(branch);
  }

  /**
   * What merging a parked request would do now: the pending diff, as rows and as text, that {@link
   * #approve} or {@link #reject} decide about.
   *
   * @param branch the request's branch
   * @return what would happen at this moment
   * @throws NotParkedException if the branch is not parked
   * @throws DoltSqlException if the server fails
   */
  public MergePreview review(BranchName branch) {
    return preview(require(branch).request(), parked.byHand(branch));
  }

  /**
   * Lets a request on hold through. What is merged is the sealed commit that was held, by the
   * policies and with rows given by hand, onto the main of the moment; trailer {@code Approved-By}
   * names who approved.
   *
   * @param branch the request's branch
   * @param by who approves; one line
   * @return completes with the outcome, which may be parked again for another reason
   * @throws NotParkedException if the branch is not parked, or not for want of an approval, was
   *     rejected, or is being tried again
   * @throws InvalidNameException if {@code by} is not one line
   * @throws QueueClosedException if the queue is closed
   */
  public CompletionStage<MergeOutcome> approve(BranchName branch, String by) {
    ParkedRequest held = require(branch);
    if (held.rejected()
        || !(held.reason() instanceof ParkReason.GateWaiting waiting
            && waiting.gate().equals(ParkReason.GateWaiting.APPROVAL))) {
      throw new NotParkedException(
          branch,
          held.rejected()
              ? "was rejected; submit it again if it is to be merged after all."
              : "does not wait for an approval: " + held.reason().message());
    }
    MergeRequest approved = held.request().released().withTrailer(APPROVED_BY, by);
    return worker.resubmit(
        approved, parked.byHand(branch), () -> parked.note(branch, Kind.APPROVED, by, ""));
  }

  /**
   * Tries a parked request again, after somebody changed policies, schema or data, with the rows
   * that were given for it. If the branch has moved since it was sealed, it is sealed anew and
   * merged as it is now: without these rows, and after a new approval if it had one.
   *
   * @param branch the request's branch
   * @param by who has it tried again
   * @return completes with the outcome, which may be parked again
   * @throws NotParkedException if the branch is not parked, was rejected, or is being tried again
   * @throws DoltSqlException if the server fails
   * @throws QueueClosedException if the queue is closed
   */
  public CompletionStage<MergeOutcome> retry(BranchName branch, String by) {
    return again(require(branch), ByHand.NONE, Kind.RETRIED, by, "");
  }

  /**
   * Tries a parked request again with rows a person gives. A given row is on main afterwards
   * exactly as given, whatever either side holds; all other conflicts are decided by policy.
   * Trailer {@code Resolved-By} names who gave them.
   *
   * @param branch the request's branch
   * @param by who resolves; one line
   * @param rows the rows
   * @return completes with the outcome, which may be parked again if this was not enough
   * @throws NotParkedException if the branch is not parked, was rejected, or is being tried again
   * @throws InvalidResolutionException if a row does not fit its table: it needs the columns of
   *     main, and those that the branch adds
   * @throws InvalidNameException if {@code by} is not one line
   * @throws DoltSqlException if the server fails
   * @throws QueueClosedException if the queue is closed
   */
  public CompletionStage<MergeOutcome> resolve(
      BranchName branch, String by, List<ResolvedRow> rows) {
    ParkedRequest request = require(branch);
    ByHand byHand = new ByHand(rows);
    try (Connection connection = database.connect(BranchName.MAIN)) {
      byHand.check(connection, request.request().sealed());
    } catch (SQLException e) {
      throw new DoltSqlException("read the schema of " + database, e);
    }
    return again(request, byHand, Kind.RESOLVED_BY_HAND, by, rows.size() + " rows");
  }

  /**
   * Decides against a parked request. It stays listed, and its branch is kept: nothing is deleted
   * because it was not merged. Submitting the branch again is possible.
   *
   * @param branch the request's branch
   * @param by who rejects
   * @param reason why
   * @return the request with the rejection recorded
   * @throws NotParkedException if the branch is not parked, or is being tried again
   */
  public ParkedRequest reject(BranchName branch, String by, String reason) {
    return worker.whileIdle(
        branch,
        () -> parked.note(branch, Kind.REJECTED, by, reason).orElseThrow(() -> notParked(branch)));
  }

  /**
   * Takes no more requests, merges or parks those that wait, and ends the queue's thread. May be
   * called again. If the calling thread is interrupted, what still waits is given up: its stages
   * complete with {@link QueueClosedException}, and the branches are kept.
   */
  @Override
  public void close() {
    worker.close();
  }

  private ParkedRequest require(BranchName branch) {
    return parked.of(branch).orElseThrow(() -> notParked(branch));
  }

  private NotParkedException notParked(BranchName branch) {
    List<BranchName> branches = parked.all().stream().map(ParkedRequest::branch).toList();
    return new NotParkedException(branch, "is not parked. Parked are: " + branches);
  }

  private CompletionStage<MergeOutcome> again(
      ParkedRequest request, ByHand byHand, Kind kind, String by, String detail) {
    if (request.rejected()) {
      throw new NotParkedException(
          request.branch(), "was rejected; submit it again if it is to be merged after all.");
    }
    MergeRequest old = request.request();
    CommitHash head = database.head(request.branch()).orElse(old.sealed());
    boolean moved = !head.equals(old.sealed());
    ByHand rows = byHand.isEmpty() && !moved ? parked.byHand(request.branch()) : byHand;
    MergeRequest again = old;
    if (moved) { // nobody has seen what it is now, nor given rows for that
      again = old.trailers().containsKey(APPROVED_BY) ? old.hold() : old;
      again = again.sealedAt(head).withoutTrailer(APPROVED_BY).withoutTrailer(RESOLVED_BY);
    }
    MergeRequest tried = byHand.isEmpty() ? again : again.withTrailer(RESOLVED_BY, by);
    return worker.resubmit(
        tried,
        rows,
        () -> {
          parked.give(request.branch(), rows);
          parked.note(request.branch(), kind, by, detail);
        });
  }

  private MergePreview preview(MergeRequest request, ByHand byHand) {
    try {
      return merger.preview(request, byHand);
    } catch (SQLException e) {
      throw new DoltSqlException("preview the merge of " + request.branch(), e);
    }
  }

  /** Collects a queue's settings; not thread-safe. */
  public static final class Builder {
    private final DoltDatabase database;
    private ConflictPolicies policies = ConflictPolicies.ofDefaults();
    private final List<MergeGate> gates = new ArrayList<>();
    private Duration gateLimit = Duration.ofSeconds(30);
    private int maxListed = 1_000;
    private Duration patience = Duration.ofSeconds(30);

    private Builder(DoltDatabase database) {
      this.database = Objects.requireNonNull(database, "database");
    }

    /**
     * Sets which policy decides which column. Default {@link ConflictPolicies#ofDefaults()}.
     *
     * @param policies the policies
     * @return this builder
     */
    public Builder policies(ConflictPolicies policies) {
      this.policies = Objects.requireNonNull(policies, "policies");
      return this;
    }

    /**
     * Adds a gate. Gates are asked in the order in which they were added.
     *
     * @param gate the gate
     * @return this builder
     */
    public Builder gate(MergeGate gate) {
      gates.add(Objects.requireNonNull(gate, "gate"));
      return this;
    }

    /**
     * Sets how long each gate may take before the request is parked. Default 30 seconds.
     *
     * @param limit more than zero
     * @return this builder
     * @throws InvalidPolicyException if the limit is zero or negative
     */
    public Builder gateLimit(Duration limit) {
      if (limit.isZero() || limit.isNegative()) {
        throw new InvalidPolicyException(
            "A gate cannot answer within " + limit + "; give it some time.");
      }
      this.gateLimit = limit;
      return this;
    }

    /**
     * Sets how many decided cells, changed rows or violated rows a report, a diff or a reason lists
     * at most. Default 1,000. The counts stay exact.
     *
     * @param limit 0 or more
     * @return this builder
     * @throws InvalidPolicyException if the limit is negative
     */
    public Builder maxListed(int limit) {
      if (limit < 0) {
        throw new InvalidPolicyException("Nothing can list " + limit + " rows; give 0 or more.");
      }
      this.maxListed = limit;
      return this;
    }

    /**
     * Sets how long a request may keep failing for reasons that may pass (main has uncommitted
     * rows, the server is away) before it is parked. Default 30 seconds.
     *
     * @param limit the time since its first failure
     * @return this builder
     */
    public Builder patience(Duration limit) {
      this.patience = Objects.requireNonNull(limit, "limit");
      return this;
    }

    /**
     * Checks the policies against the schema and makes the queue. Its thread starts with the first
     * request.
     *
     * @return the queue
     * @throws InvalidPolicyException if a policy names a column that its table does not have, or
     *     contradicts the column's type; a table that does not exist yet is not checked
     * @throws DoltSqlException if the schema cannot be read
     */
    public MergeQueue build() {
      PolicyCheck.check(database, policies);
      return new MergeQueue(this);
    }
  }
}
