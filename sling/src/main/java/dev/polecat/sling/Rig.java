package dev.polecat.sling;

import dev.polecat.core.Author;
import dev.polecat.core.BranchName;
import dev.polecat.core.BranchSession;
import dev.polecat.core.CommitHash;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltSqlException;
import dev.polecat.mergequeue.MergeQueue;
import dev.polecat.sling.internal.Branding;
import dev.polecat.sling.schema.TownSchema;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A rig: one database of a town. Slings polecats onto branches of their own, and merges what they
 * finish. Thread-safe; got from {@link Town#rig}.
 */
public final class Rig implements AutoCloseable {
  private final TownConfig config;
  private final DoltDatabase database;
  private final Map<Author, MainWriter> mains = new ConcurrentHashMap<>();
  private final Set<Polecat> polecats = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable MergeQueue queue;
  private boolean closed;

  Rig(TownConfig config, DoltDatabase database) {
    this.config = config;
    this.database = database;
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
   * @throws DoltSqlException if the server refuses; there is no branch then
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
   * @throws DoltSqlException if the server refuses; there is no branch then
   */
  public Polecat sling(String polecat, String bead, CommitMode commitMode) {
    PolecatName name = new PolecatName(polecat);
    BeadId beadId = new BeadId(bead);
    BranchName branch = Branding.branch(name);
    CommitHash base;
    try {
      base = database.createBranch(branch, BranchName.MAIN);
    } catch (DoltSqlException e) {
      undoUnknown(branch, e);
      throw e;
    }
    BranchSession session =
        BranchSession.of(Branding.author(name))
            .withCommitMode(commitMode)
            .withCommitMessage(name + ": " + beadId)
            .withMaxConnections(config.connectionsPerPolecat());
    Polecat slung = new Polecat(this, config, name, beadId, branch, base, session);
    polecats.add(slung);
    return slung;
  }

  /**
   * The way to main for the roles that write there directly: crew, witness, refinery, deacon. Few
   * writers, low contention; everybody else slings.
   *
   * @param role who writes, such as {@code witness}; becomes the commits' author
   * @return the writer; the same object for the same role
   * @throws dev.polecat.core.InvalidNameException if the role is no valid name
   */
  public MainWriter main(String role) {
    return mains.computeIfAbsent(
        Branding.author(new PolecatName(role)), author -> new MainWriter(database, author));
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
        queue = config.queue(database);
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
    polecats.forEach(Polecat::close);
    mains.values().forEach(MainWriter::close);
  }

  @Override
  public String toString() {
    return "rig " + database;
  }

  void forget(Polecat polecat) {
    polecats.remove(polecat);
  }

  /** When the connection broke nobody knows whether the branch was made; then it is removed. */
  private void undoUnknown(BranchName branch, DoltSqlException failure) {
    if (failure.error() != DoltError.CONNECTION_LOST) {
      return;
    }
    try {
      database.head(branch).ifPresent(head -> database.deleteMergedBranch(branch, head));
    } catch (DoltSqlException e) {
      failure.addSuppressed(e);
    }
  }
}
