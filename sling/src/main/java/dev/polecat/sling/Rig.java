package dev.polecat.sling;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.history.History;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.MergeQueue;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.sling.internal.Branding;
import dev.polecat.sling.schema.TownSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A rig: one database of a town. Slings polecats onto branches of their own, and merges what they
 * finish. Thread-safe; got from {@link Town#rig}.
 */
public final class Rig implements AutoCloseable {
  static final String POLECAT = "Polecat";
  static final String BEAD = "Bead";

  private final TownConfig config;
  private final TownUsers users;
  private final DoltDatabase database;
  private final DoltDatabase polecatDatabase;
  private final Map<Author, MainWriter> mains = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Ledger ledger;
  private final Slinging slinging;
  private final Nuke nuke;
  private final InFlight inFlight;
  private final Overlays overlays;
  private @Nullable MergeQueue queue;
  private boolean closed;

  Rig(TownConfig config, TownUsers users, DoltDatabase database, Ledger ledger) {
    this.config = config;
    this.users = users;
    this.database = database;
    this.ledger = ledger;
    this.nuke = new Nuke(database, ledger);
    this.inFlight = new InFlight(database, ledger);
    this.overlays = new Overlays(database, inFlight, this::queue);
    this.polecatDatabase = users.polecats(database);
    this.slinging = new Slinging(this, config, database, ledger);
  }

  /**
   * The rig's name.
   *
   * @return the name of its database
   */
  public String name() {
    return database.name().value();
  }

  /**
   * The rig's database, for what the rig does not offer.
   *
   * @return the database
   */
  public DoltDatabase database() {
    return database;
  }

  /**
   * The rig's history: differences between any two commits, branches, tags or times.
   *
   * @return what reads it; nothing is opened yet
   */
  public History history() {
    return History.of(database);
  }

  /**
   * Creates the town schema, or brings it up to date, on main.
   *
   * @return this rig
   * @throws DoltSqlException if the server refuses
   */
  public Rig initSchema() {
    TownSchema.migrate(database);
    return this;
  }

  /**
   * Gives a polecat a bead and a branch, forked from main's head, with the town's commit mode.
   *
   * @param polecat the polecat's name
   * @param bead the bead it works on
   * @return the handle to write through
   * @throws dev.polecat.core.InvalidNameException if a name is refused; nothing was sent then
   * @throws DoltSqlException if the server fails; there is no branch then, unless the connection
   *     was lost for good, and a sweep finds that out
   */
  public Polecat sling(String polecat, String bead) {
    return sling(polecat, bead, config.commitMode());
  }

  /**
   * Gives a polecat a bead and a branch, forked from main's head.
   *
   * @param polecat the polecat's name
   * @param bead the bead it works on
   * @param commitMode when its writes become Dolt commits
   * @return the handle to write through
   * @throws dev.polecat.core.InvalidNameException if a name is refused; nothing was sent then
   * @throws DoltSqlException if the server fails; there is no branch then, unless the connection
   *     was lost for good, and a sweep finds that out
   */
  public Polecat sling(String polecat, String bead, CommitMode commitMode) {
    return slinging.sling(polecat, bead, commitMode);
  }

  /**
   * Gives a polecat a bead and a branch, forked from an earlier commit: what main got since then
   * and what the polecat writes are brought together by the policies when it is done.
   *
   * @param polecat the polecat's name
   * @param bead the bead it works on
   * @param from the commit; a part of main's history
   * @param commitMode when its writes become Dolt commits
   * @return the handle to write through
   * @throws dev.polecat.core.InvalidNameException if a name is refused, or the commit is not on
   *     main; nothing was written then
   * @throws DoltSqlException if there is no such commit, or the server fails; there is no branch
   *     then, unless the connection was lost for good, and a sweep finds that out
   */
  public Polecat sling(String polecat, String bead, CommitHash from, CommitMode commitMode) {
    return slinging.sling(new PolecatName(polecat), new BeadId(bead), from, commitMode);
  }

  /**
   * Takes up a branch somebody else slung, in this or in another process, to write on it or to
   * finish it. A parked branch can be taken up, too: what is mended there is handed in again by
   * {@code done}.
   *
   * @param branch the branch
   * @return a handle to it; its lease is this process's now
   * @throws dev.polecat.core.InvalidNameException if the ledger does not know the branch
   * @throws IllegalStateException if it is done and waits for its merge, or is being thrown away
   * @throws DoltSqlException if the server fails
   */
  public Polecat resume(BranchName branch) {
    return slinging.resume(branch);
  }

  /**
   * Makes a branch known to the ledger that it does not know, because it is older than the ledger
   * or the ledger was lost.
   *
   * @param branch the branch
   * @param polecat whose it is
   * @param bead what it is about
   * @return a handle to it
   * @throws dev.polecat.core.InvalidNameException if there is no such branch, or a name is refused
   * @throws IllegalStateException if the ledger knows it
   * @throws DoltSqlException if the server fails
   */
  public Polecat adopt(BranchName branch, String polecat, String bead) {
    return slinging.adopt(branch, polecat, bead);
  }

  /**
   * Throws a branch away, whoever slung it. What is on it, uncommitted rows included, stays
   * reachable as tag {@code nuked/<branch>}.
   *
   * @param branch the branch
   * @return the commit the tag points to; empty if the branch was gone
   * @throws IllegalStateException if the ledger does not know it, or it waits for its merge
   * @throws DoltSqlException if the server fails; {@link #sweep} finishes what was begun
   */
  public Optional<CommitHash> nuke(BranchName branch) {
    return nuke.nuke(branch, true);
  }

  /**
   * Throws a branch away with everything that is only on it.
   *
   * @param branch the branch
   * @throws IllegalStateException if the ledger does not know it, or it waits for its merge
   * @throws DoltSqlException if the server fails; {@link #sweep} finishes what was begun
   */
  public void nukeWithoutTag(BranchName branch) {
    nuke.nuke(branch, false);
  }

  /**
   * Brings ledger and branches in line after processes died. An abandoned branch, one whose lease
   * has run out, is deleted if it is on main with everything that is on it and nobody is on it; if
   * it has work of its own it is kept, or handed in. Branches the ledger does not know are left
   * alone.
   *
   * @param abandoned what to do with abandoned branches that have work of their own
   * @return what was done
   * @throws DoltSqlException if the server fails
   */
  public SweepReport sweep(Abandoned abandoned) {
    return new Sweep(database, ledger, this::queue, nuke, false, abandoned).run();
  }

  /**
   * Says what {@link #sweep} would do, and changes nothing.
   *
   * @param abandoned what would be done with abandoned branches that have work of their own
   * @return what would be done
   * @throws DoltSqlException if the server fails
   */
  public SweepReport sweepDryRun(Abandoned abandoned) {
    return new Sweep(database, ledger, this::queue, nuke, true, abandoned).run();
  }

  /**
   * The rows of a table that live branches changed since they left main, committed or not: branches
   * that are worked on, wait for their merge, or are parked. Costs what these rows cost.
   *
   * @param table the table
   * @return the rows, branch by branch, as of one instant; to be read to the end or closed
   * @throws dev.polecat.core.history.UnknownTableException if neither main nor a branch has it
   * @throws DoltSqlException if the server fails, also while the stream is read
   */
  public Stream<InFlightRow> inFlight(String table) {
    return inFlight.rows(table);
  }

  /**
   * The tables that live branches changed, in rows or schema.
   *
   * @return what changed, branch by branch
   * @throws DoltSqlException if the server fails
   */
  public List<InFlightTable> inFlight() {
    return inFlight.tables();
  }

  /**
   * A table of main as it would look if all live branches were merged now: those that wait for
   * their merge in the queue's order, then parked ones, then those that are worked on with their
   * uncommitted rows. A branch that cannot be merged is left out and named, with the reason. Costs
   * what the changes of the branches cost that can make a difference to the table.
   *
   * @param table the table
   * @return the overlay; to be closed
   * @throws dev.polecat.mergequeue.InvalidPolicyException if a policy does not fit the schema
   * @throws DoltSqlException if the server fails
   */
  public Overlay overlay(String table) {
    return overlays.of(table);
  }

  /**
   * Which live branches would conflict, with main or with each other, on which rows; and whether
   * the policies would decide it, or which branches would be parked and why. Costs what the changed
   * rows cost; nothing is changed by looking.
   *
   * @return the contested rows, and the branches that would be parked
   * @throws dev.polecat.mergequeue.InvalidPolicyException if a policy does not fit the schema
   * @throws DoltSqlException if the server fails
   */
  public Radar radar() {
    return overlays.radar();
  }

  /**
   * What is known of the rig's branches and requests, in all processes.
   *
   * @return the rig's ledger
   */
  public Ledger ledger() {
    return ledger;
  }

  /**
   * The way to main for the roles that write there directly: crew, witness, refinery, deacon. Few
   * writers, low contention; everybody else slings.
   *
   * @param role who writes, such as {@code witness}; becomes the commits' author
   * @return the writer; the same object for the same role
   * @throws dev.polecat.core.InvalidNameException if the role is no valid name; in a secured town
   *     it may have 27 characters, as its MySQL user is {@code main-<role>}
   * @throws dev.polecat.core.CredentialsException if the role's password is missing or no secret
   */
  public MainWriter main(String role) {
    PolecatName name = new PolecatName(role);
    return mains.computeIfAbsent(
        Branding.author(name),
        author -> new MainWriter(users.main(database, name), author, config.serverPatience()));
  }

  /**
   * The way to main for the crew.
   *
   * @return {@code main("crew")}
   */
  public MainWriter main() {
    return main("crew");
  }

  /**
   * The queue into main. Made when first asked for.
   *
   * @return the rig's queue
   * @throws dev.polecat.mergequeue.InvalidPolicyException if a policy does not fit the schema
   */
  public MergeQueue queue() {
    lock.lock();
    try {
      if (queue == null) {
        queue = config.queue(users.queue(database), ledger);
        if (closed) {
          queue.close(); // so that it refuses what comes too late
        }
      }
      return queue;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The polecats' branches that exist now, whoever slung them.
   *
   * @return branch names, sorted
   */
  public List<String> polecatBranches() {
    return database.branches().stream().filter(name -> name.startsWith(Branding.PREFIX)).toList();
  }

  /**
   * Finishes the merges handed in, then closes all handles. Branches of polecats that are not done
   * stay. May be called again.
   */
  @Override
  public void close() {
    @Nullable MergeQueue open;
    lock.lock();
    try {
      closed = true;
      open = queue;
    } finally {
      lock.unlock();
    }
    if (open != null) {
      open.close();
    }
    overlays.close();
    slinging.close();
    mains.values().forEach(MainWriter::close);
    ledger.close();
  }

  @Override
  public String toString() {
    return "rig " + database;
  }

  /** Hands in and does not wait: a queue that runs merges it. */
  void leave(MergeRequest request) {
    if (ledger.lookAgain().isPresent()) {
      ledger.submitKnown(request);
    } else {
      queue().submitKnown(request); // nobody else can merge it
    }
  }

  /** The rig's database, with what a polecat writes going there as the polecats' user. */
  DoltDatabase polecatDatabase() {
    return polecatDatabase;
  }

  TownUsers users() {
    return users;
  }

  void forget(Polecat polecat) {
    slinging.forget(polecat);
  }
}
