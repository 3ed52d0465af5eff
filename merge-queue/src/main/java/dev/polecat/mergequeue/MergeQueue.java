package dev.polecat.mergequeue;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.InvalidNameException;
import dev.polecat.mergequeue.internal.Gates;
import dev.polecat.mergequeue.internal.MergeWorker;
import dev.polecat.mergequeue.internal.Merger;
import dev.polecat.mergequeue.internal.Refresher;
import dev.polecat.mergequeue.internal.Rehearsing;
import dev.polecat.mergequeue.internal.Requests;
import dev.polecat.mergequeue.internal.resolve.ByHand;
import dev.polecat.mergequeue.internal.resolve.ScratchBranch;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  private final DoltDatabase database;
  private final Merger merger;
  private final MergeWorker worker;
  private final Ledger ledger;
  private final Requests requests;
  private final Refresher refresher;
  private final Rehearsing rehearsing;
  private final ConflictPolicies policies;

  MergeQueue(MergeQueueBuilder builder) {
    this.database = builder.database;
    this.merger =
        new Merger(
            builder.database,
            builder.policies,
            new Gates(builder.gates, builder.gateLimit),
            builder.maxListed);
    this.ledger = builder.ledger;
    this.policies = builder.policies;
    this.requests = new Requests(database, ledger);
    this.refresher = new Refresher(database, builder.policies, builder.maxListed, ledger);
    this.rehearsing = new Rehearsing(database, builder.policies, builder.maxListed, ledger);
    this.worker = new MergeWorker(database, merger, ledger, builder.merges, builder.patience);
  }

  /**
   * Starts building a queue.
   *
   * @param database the database whose main is merged into
   * @return a builder with the defaults
   */
  public static MergeQueueBuilder builder(DoltDatabase database) {
    return new MergeQueueBuilder(database);
  }

  /**
   * Hands in a finished branch. From the moment this returns the request is in the ledger: if that
   * is shared, it is merged even if this process dies. Handing in a request again while it waits is
   * still one merge.
   *
   * @param request what to merge
   * @return completes with the outcome, whichever process merges; exceptionally only with {@link
   *     QueueClosedException}, or with an error of this library
   * @throws QueueClosedException if the queue is closed
   * @throws DoltSqlException if the ledger cannot be written; handing in again is safe then
   */
  public CompletionStage<MergeOutcome> submit(MergeRequest request) {
    return worker.take(request, () -> requests.submit(request, false));
  }

  /**
   * As {@link #submit}, for a branch that the ledger must know, as it does every branch that was
   * slung.
   *
   * @param request what to merge
   * @return completes with the outcome
   * @throws IllegalStateException if somebody else has merged the branch or thrown it away
   * @throws QueueClosedException if the queue is closed
   * @throws DoltSqlException if the ledger cannot be written; handing in again is safe then
   */
  public CompletionStage<MergeOutcome> submitKnown(MergeRequest request) {
    return worker.take(request, () -> requests.submit(request, true));
  }

  /**
   * Waits for the outcome of a request that was handed in before, here or in another process.
   *
   * @param request the request, as it was handed in
   * @return completes with the outcome
   * @throws QueueClosedException if the queue is closed
   */
  public CompletionStage<MergeOutcome> outcomeOf(MergeRequest request) {
    return worker.take(request, () -> {});
  }

  /**
   * Hands in a finished branch and does not wait for it: a queue that runs merges it, here or in
   * another process.
   *
   * @param request what to merge
   * @throws QueueClosedException if the queue is closed, and no other shares its ledger
   * @throws DoltSqlException if the ledger cannot be written; handing in again is safe then
   */
  public void leave(MergeRequest request) {
    if (ledger.lookAgain().isPresent()) {
      ledger.submit(request);
      worker.look();
    } else {
      submit(request); // nobody else can merge it: as good as waited for
    }
  }

  /**
   * Takes back a request that waits; it is parked as {@link ParkReason.Cancelled}, and its branch
   * is kept. A merge that is under way is waited for: what this returns from was not, and will not
   * be, merged.
   *
   * @param branch the request's branch
   * @param by who takes it back
   * @param why why
   * @throws NotParkedException if the branch does not wait, or all of it is on main already
   * @throws DoltSqlException if the server fails, or others merge for two minutes without a pause
   */
  public void cancel(BranchName branch, String by, String why) {
    requests.cancel(branch, by, why);
    worker.look();
  }

  /**
   * How many requests wait or are being merged, in all processes that share the ledger. Parked ones
   * are not among them.
   *
   * @return the number at this moment
   * @throws DoltSqlException if the ledger cannot be read
   */
  public int pending() {
    return waiting().size();
  }

  /**
   * The requests that wait or are being merged, in all processes that share the ledger.
   *
   * @return their entries, oldest first
   * @throws DoltSqlException if the ledger cannot be read
   */
  public List<LedgerEntry> waiting() {
    return ledger.entries(Set.of(LedgerEntry.State.SEALED));
  }

  /**
   * Where requests are remembered.
   *
   * @return the ledger
   */
  public Ledger ledger() {
    return ledger;
  }

  /**
   * Pauses merging in all processes that share the ledger, until {@link #resume}. A merge that is
   * under way is finished, and other processes may begin new ones for another second; requests are
   * still taken.
   *
   * @param by who pauses it
   * @param why why
   * @throws DoltSqlException if the ledger cannot be written
   */
  public void pause(String by, String why) {
    ledger.pause(new QueuePause(by, why, ledger.now()));
    worker.look();
  }

  /**
   * Lets merging go on.
   *
   * @throws DoltSqlException if the ledger cannot be written
   */
  public void resume() {
    ledger.resume();
    worker.look();
  }

  /**
   * Whether merging is paused.
   *
   * @return who paused it, or empty
   * @throws DoltSqlException if the ledger cannot be read
   */
  public Optional<QueuePause> paused() {
    return ledger.paused();
  }

  /**
   * What decides conflicts here, next to what columns' comments say.
   *
   * @return the policies
   */
  public ConflictPolicies policies() {
    return policies;
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
   * Brings main into a branch that somebody works on, by the policies: the branch gets what main
   * would be if it were merged now, with {@code ours} for main's values as ever. Merging it later
   * gives what merging it without this would have given. Takes a turn with the queue's merges, and
   * runs on the calling thread. Gates are not asked.
   *
   * @param request the branch, with its head, which has all of its work, for the sealed commit; its
   *     subject and author are those of the branch's new commit
   * @param writer the database as who may write the branch
   * @return how it ended; the branch is as it was unless it is {@link RefreshOutcome.Refreshed}
   * @throws IllegalStateException if by the ledger nobody works on the branch
   * @throws DoltSqlException if the server fails, or somebody else writes the branch meanwhile; the
   *     branch is as it was or has main, nothing in between, and refreshing it again is safe
   */
  public RefreshOutcome refresh(MergeRequest request, DoltDatabase writer) {
    return refresher.refresh(request, writer);
  }

  /**
   * Merges live branches, uncommitted rows included, onto a copy of main: those that wait in the
   * queue's order, then parked ones, then those that are worked on, each group oldest first. Main
   * and the branches stay as they are. Runs on the calling thread and neither waits for the queue
   * nor holds it up. Gates are not asked.
   *
   * @param branches which branches; those that are not live by the ledger are passed over
   * @return what main would be; to be closed
   * @throws DoltSqlException if the server fails
   */
  public Rehearsal rehearse(Set<BranchName> branches) {
    return rehearsing.run(branches, Rehearsal::new);
  }

  /**
   * What is parked, rejected requests included, in the order in which it was first parked.
   *
   * @return an immutable list, as of now
   */
  public List<ParkedRequest> parked() {
    return requests.parked();
  }

  /**
   * One parked request.
   *
   * @param branch its branch
   * @return the request, or empty if it is not parked
   */
  public Optional<ParkedRequest> parked(BranchName branch) {
    return requests.parked(branch);
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
    LedgerEntry parked = requests.require(branch);
    return preview(parked.request(), new ByHand(parked.rows()));
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
    return again(requests.approve(branch, by));
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
    return again(requests.retry(branch, by));
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
    LedgerEntry parked = requests.require(branch);
    return again(requests.resolve(parked, by, rows));
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
    return requests.reject(branch, by, reason);
  }

  /**
   * Deletes the branches that processes which died left behind in the middle of a merge: those
   * named {@code merge-align-...} and {@code merge-overlay-...} that are older than an hour.
   * Nothing on them is anybody's work.
   *
   * @param database the database whose main is merged into
   * @param dryRun whether they are only listed
   * @return their names
   * @throws DoltSqlException if the server fails
   */
  public static List<String> removeLeftovers(DoltDatabase database, boolean dryRun) {
    return ScratchBranch.removeLeftovers(database, dryRun).stream().map(BranchName::value).toList();
  }

  /**
   * Takes no more requests, merges or parks those this process waits for, and ends the queue's
   * thread. What nobody can serve for longer than the patience, as while merging is paused, is
   * given up; a shared ledger keeps it for the next queue. May be called again. If the calling
   * thread is interrupted, what still waits is given up: its stages complete with {@link
   * QueueClosedException}, and the branches are kept.
   */
  @Override
  public void close() {
    worker.close();
  }

  private CompletionStage<MergeOutcome> again(Requests.Again again) {
    return worker.take(again.request(), again.record());
  }

  private MergePreview preview(MergeRequest request, ByHand byHand) {
    try {
      return merger.preview(request, byHand);
    } catch (SQLException e) {
      throw new DoltSqlException("preview the merge of " + request.branch(), e);
    }
  }
}
