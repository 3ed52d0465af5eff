package dev.polecat.sling;

import dev.polecat.core.BranchDataSource;
import dev.polecat.core.BranchName;
import dev.polecat.core.BranchSession;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.TransactionRetry;
import dev.polecat.core.spi.Steps;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.RefreshOutcome;
import dev.polecat.sling.schema.TownJdbi;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * A polecat at work: the handle to its branch. Thread-safe; threads may share it.
 *
 * <p>Closing the handle without {@link #done()} leaves the branch as it is: nothing is merged and
 * nothing is lost.
 */
public final class Polecat implements AutoCloseable {
  private final Rig rig;
  private final Standstill standstill;
  private final PolecatName name;
  private final BeadId bead;
  private volatile MergeRequest request;
  private final BranchSession session;
  private final BranchDataSource dataSource;
  private final TransactionRetry retry = TransactionRetry.ofDefaults();

  private final ReentrantLock sealing = new ReentrantLock();
  private @Nullable CompletionStage<MergeOutcome> outcome;
  private boolean nuked;
  private @Nullable MergeRequest left;
  private @Nullable Jdbi jdbi;

  Polecat(
      Rig rig,
      TownConfig config,
      PolecatName name,
      BeadId bead,
      MergeRequest request,
      BranchSession session) {
    this.rig = rig;
    this.name = name;
    this.bead = bead;
    this.request = request;
    this.session = session;
    this.dataSource = rig.polecatDatabase().open(request.branch(), session);
    this.standstill =
        new Standstill(
            rig.polecatDatabase(),
            dataSource,
            request,
            name + ": " + bead + ", uncommitted rows",
            config.sealTimeout());
  }

  /**
   * The polecat's name.
   *
   * @return the name
   */
  public PolecatName name() {
    return name;
  }

  /**
   * The bead it works on.
   *
   * @return the bead's id
   */
  public BeadId bead() {
    return bead;
  }

  /**
   * Its branch.
   *
   * @return the branch's name
   */
  public BranchName branch() {
    return request.branch();
  }

  /**
   * Main's head when the branch was forked, or last {@link #refresh refreshed}.
   *
   * @return the commit
   */
  public CommitHash base() {
    return request.base();
  }

  /**
   * Connections to the branch.
   *
   * @return a data source that reaches this branch only
   */
  public DataSource dataSource() {
    return dataSource;
  }

  /**
   * The branch through Jdbi, with the town's records and SQL objects known to it. Made when first
   * asked for.
   *
   * @return a Jdbi that reaches this branch only; the same object each time
   */
  public synchronized Jdbi jdbi() {
    if (jdbi == null) {
      jdbi = TownJdbi.of(dataSource);
    }
    return jdbi;
  }

  /**
   * What another process needs to write on this branch: {@code BD_BRANCH} (seed 001), {@code
   * POLECAT_JDBC_URL} and {@code POLECAT_USER}; in a secured town also {@code
   * POLECAT_PASSWORD_FILE}, the file with that user's password and nothing else. Credentials
   * themselves are never in it, so that neither a list of processes nor a log of their environments
   * gives them away; {@code BEADS_DOLT_PASSWORD=$(cat "$POLECAT_PASSWORD_FILE")} is for the shell
   * that starts what needs it.
   *
   * @return an immutable map of environment variables
   */
  public Map<String, String> environment() {
    DoltDatabase database = rig.polecatDatabase();
    Map<String, String> variables = new TreeMap<>();
    variables.put("BD_BRANCH", branch().value());
    variables.put("POLECAT_JDBC_URL", database.endpoint().jdbcUrl(database.name(), branch()));
    variables.put("POLECAT_USER", database.endpoint().user());
    rig.users()
        .polecatPassword()
        .ifPresent(file -> variables.put("POLECAT_PASSWORD_FILE", file.toString()));
    return Collections.unmodifiableMap(variables);
  }

  /**
   * Runs a transaction on the branch, and runs it again when it lost against another thread's.
   *
   * @param work the whole transaction; must have no effect but on the database
   * @param <T> the type of the result
   * @param <X> what the work may throw
   * @return the result of the attempt that was committed
   * @throws X what the last attempt threw, with the earlier failures as suppressed
   */
  public <T, X extends Exception> T inTransaction(HandleCallback<T, X> work) throws X {
    return retry.<T, X>call(() -> jdbi().inTransaction(work));
  }

  /**
   * Makes a Dolt commit of everything that is uncommitted on the branch: what a polecat with {@link
   * dev.polecat.core.CommitMode#EXPLICIT} does when a piece of work is complete.
   *
   * @param message the commit's message
   * @return the branch's head, unchanged if there was nothing to commit
   * @throws InvalidNameException if the message is blank
   * @throws dev.polecat.core.DoltSqlException if the server refuses
   */
  public CommitHash commit(String message) {
    if (message.isBlank()) {
      throw new InvalidNameException("commit message", message, "Give a message.");
    }
    return rig.polecatDatabase().commitAll(branch(), session.author(), message);
  }

  /**
   * Brings main into the branch by the rig's policies, so that the polecat sees what others have
   * finished meanwhile. The branch gets what main would be if the branch were merged now: {@code
   * ours} is main's value, as ever. Merging the branch later gives what it would have given without
   * this, but that what is written over a value of main's from now on is no conflict with it.
   *
   * <p>Waits for the connections in use, and commits what is uncommitted, as {@link #done()} does;
   * who asks for a connection meanwhile waits. Takes a turn with the queue's merges.
   *
   * @return whether main is on the branch now; if the two cannot be brought together, why, and the
   *     branch is as it was
   * @throws StillWritingException if connections are still in use after the seal timeout
   * @throws IllegalStateException if the polecat is done or nuked, or somebody else has finished or
   *     parked the branch, who then has to take it up by {@link Rig#resume} first
   * @throws dev.polecat.core.DoltSqlException if the server fails, or other processes keep writing
   *     the branch; nothing is lost, and refresh can be called again
   */
  public RefreshOutcome refresh() {
    sealing.lock();
    try {
      requireNotNuked();
      if (outcome != null || left != null) {
        throw new IllegalStateException(
            "Branch " + branch() + " is done; what is done is not refreshed, but merged.");
      }
      standstill.come(dataSource::pause);
      Steps.reached("refresh.paused");
      RefreshOutcome refreshed = new Refresh(rig, request, standstill::head).run();
      if (refreshed instanceof RefreshOutcome.Refreshed done) {
        request = request.startingFrom(done.main());
      }
      return refreshed;
    } finally {
      dataSource.resume();
      sealing.unlock();
    }
  }

  /**
   * Finishes the work: hands out no more connections, waits for those in use, commits what is
   * uncommitted, and hands the branch's head, the sealed commit, to the rig's queue. Calling it
   * again gives the same stage.
   *
   * @return completes with the outcome of the merge
   * @throws StillWritingException if connections are still in use after the seal timeout; the
   *     handle stays open, and done can be called again
   * @throws IllegalStateException if the polecat was nuked
   * @throws dev.polecat.core.DoltSqlException if the server refuses; the handle stays open, and
   *     done can be called again
   * @throws dev.polecat.mergequeue.QueueClosedException if the rig is closed; the branch is kept
   */
  public CompletionStage<MergeOutcome> done() {
    return done(UnaryOperator.identity());
  }

  /**
   * As {@link #done()}, with the request changed before it is handed in: {@code
   * done(MergeRequest::hold)} asks for a person's approval first. After {@code
   * done(MergeRequest::asDryRun)}, which only looks, the handle stays open.
   *
   * @param change makes the request that is handed in; called once
   * @return completes with the outcome of the merge; the first call's, if there was one before
   * @throws StillWritingException if connections are still in use after the seal timeout; the
   *     handle stays open, and done can be called again
   * @throws IllegalStateException if the polecat was nuked
   * @throws dev.polecat.core.DoltSqlException if the server refuses; the handle stays open, and
   *     done can be called again
   * @throws dev.polecat.mergequeue.QueueClosedException if the rig is closed; the branch is kept
   */
  public CompletionStage<MergeOutcome> done(UnaryOperator<MergeRequest> change) {
    sealing.lock();
    try {
      if (outcome == null) {
        requireNotNuked();
        MergeRequest request = left == null ? sealed(change) : left;
        if (request.dryRun()) {
          return rig.queue().submit(request); // nothing is finished by looking
        }
        outcome = left == null ? rig.queue().submitKnown(request) : rig.queue().outcomeOf(request);
        Steps.reached("done.recorded");
        close();
      }
      return outcome;
    } finally {
      if (outcome == null) {
        dataSource.resume();
      }
      sealing.unlock();
    }
  }

  /**
   * Finishes the work as {@link #done()} does, and leaves the merge to a queue that runs, here or
   * in another process: what a short-lived process does that does not wait for the outcome. From
   * the moment this returns the request is in the ledger.
   *
   * @throws StillWritingException if connections are still in use after the seal timeout; the
   *     handle stays open, and leave can be called again
   * @throws IllegalStateException if the polecat was nuked
   * @throws dev.polecat.core.DoltSqlException if the server refuses; the handle stays open, and
   *     leave can be called again
   */
  public void leave() {
    leave(UnaryOperator.identity());
  }

  /**
   * As {@link #leave()}, with the request changed before it is handed in, such as by {@link
   * MergeRequest#withSubject}.
   *
   * @param change makes the request that is handed in; called once
   * @throws IllegalArgumentException if it makes a dry run of it; the handle stays open
   * @throws StillWritingException if connections are still in use after the seal timeout; the
   *     handle stays open, and leave can be called again
   * @throws IllegalStateException if the polecat was nuked
   * @throws dev.polecat.core.DoltSqlException if the server refuses; the handle stays open, and
   *     leave can be called again
   */
  public void leave(UnaryOperator<MergeRequest> change) {
    sealing.lock();
    try {
      if (outcome == null && left == null) {
        requireNotNuked();
        MergeRequest request = sealed(change);
        if (request.dryRun()) {
          throw new IllegalArgumentException("Nobody waits for a dry run that is left; use done.");
        }
        rig.leave(request);
        left = request;
        Steps.reached("done.recorded");
        close();
      }
    } finally {
      if (outcome == null && left == null) {
        dataSource.resume();
      }
      sealing.unlock();
    }
  }

  /**
   * Throws the branch away. What was on it, uncommitted rows included, stays reachable as tag
   * {@code nuked/<branch>}.
   *
   * @return the commit the tag points to
   * @throws StillWritingException if connections are still in use after the seal timeout
   * @throws IllegalStateException if the polecat is done, was nuked already, or its branch is gone
   * @throws dev.polecat.core.DoltSqlException if the server fails; {@link Rig#sweep} finishes what
   *     was begun
   */
  public CommitHash nuke() {
    sealing.lock();
    try {
      if (outcome != null || left != null || nuked) {
        throw new IllegalStateException(
            "Branch " + branch() + " is " + (nuked ? "nuked" : "done") + " already.");
      }
      standstill.come(dataSource::drain);
      Steps.reached("done.drained");
      dataSource.close(); // its sessions must be gone, and it is not to be written any more
      Optional<CommitHash> head = rig.nuke(branch());
      nuked = true;
      close();
      return head.orElseThrow(
          () -> new IllegalStateException("Branch " + branch() + " was gone already."));
    } finally {
      if (!nuked) {
        dataSource.resume();
      }
      sealing.unlock();
    }
  }

  /** Closes the connections. The branch stays, unless it is done and merged. */
  @Override
  public void close() {
    dataSource.close();
    rig.forget(this);
  }

  @Override
  public String toString() {
    return "polecat " + name + " on " + branch();
  }

  private void requireNotNuked() {
    if (nuked) {
      throw new IllegalStateException("Branch " + branch() + " was nuked; there is nothing left.");
    }
  }

  /** The request to hand in, with the branch as it is when nobody writes any more. */
  private MergeRequest sealed(UnaryOperator<MergeRequest> change) {
    standstill.come(dataSource::drain);
    Steps.reached("done.drained");
    CommitHash head = standstill.head();
    Steps.reached("done.sealed");
    return change.apply(request.sealedAt(head));
  }
}
