package dev.polecat.core;

import dev.polecat.core.internal.pool.AdminPool;
import dev.polecat.core.internal.pool.BranchPool;
import dev.polecat.core.internal.pool.Pools;
import dev.polecat.core.internal.sql.Connector;
import dev.polecat.core.internal.sql.Quoting;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One database of a server: its branches, their commits, and connections to them. Thread-safe; got
 * from {@link DoltServer#database} and closed with the server.
 *
 * <p>Every method that talks to the server throws {@link DoltSqlException} if the server refuses.
 */
public final class DoltDatabase {
  private static final int ADMIN_CONNECTIONS = 8;

  /** How long a statement may take before the server counts as gone: a merge may be large. */
  private static final Duration SILENCE = Duration.ofMinutes(10);

  private final DatabaseName name;
  private final Endpoint endpoint;
  private final Pools pools;
  private final AdminPool admin;
  private final AdminCalls calls;
  private final BranchChanges changes;
  private final MergedBranches merged;
  private final Set<BranchPool> branchPools;

  DoltDatabase(DatabaseName name, Endpoint endpoint, Pools pools) {
    this.name = name;
    this.endpoint = endpoint;
    this.pools = pools;
    this.admin = pools.adminPool(name + "/" + BranchName.MAIN, ADMIN_CONNECTIONS);
    this.calls = new AdminCalls(admin);
    this.changes = new BranchChanges(name, calls);
    this.merged = new MergedBranches(this, admin);
    this.branchPools = ConcurrentHashMap.newKeySet();
  }

  private DoltDatabase(DoltDatabase viewed, Login login) {
    this.name = viewed.name;
    this.endpoint = viewed.endpoint.as(login);
    this.pools = viewed.pools.as(login);
    this.admin = viewed.admin;
    this.calls = viewed.calls;
    this.changes = viewed.changes;
    this.merged = viewed.merged;
    this.branchPools = viewed.branchPools;
  }

  /**
   * A view for another user, who {@link #open}, {@link #connect} and {@link #commitAll} log in as.
   * All else is still done by the server's user.
   *
   * @param login who logs in
   * @return a view of this database
   */
  public DoltDatabase as(Login login) {
    return new DoltDatabase(this, login);
  }

  /**
   * The database's name.
   *
   * @return the name
   */
  public DatabaseName name() {
    return name;
  }

  /**
   * Where the database is served.
   *
   * @return the endpoint
   */
  public Endpoint endpoint() {
    return endpoint;
  }

  /**
   * Creates a branch at another's head. Uncommitted rows of that other branch are not on the new
   * one, as Dolt forks from the commit.
   *
   * @param branch the new branch
   * @param from the branch to start from
   * @return the commit the new branch starts from
   * @throws DoltSqlException with {@link DoltError#ALREADY_EXISTS} if there is such a branch, with
   *     {@link DoltError#NOT_FOUND} if there is none to start from
   */
  public CommitHash createBranch(BranchName branch, BranchName from) {
    String doing = "create branch " + branch + " of " + name + " from " + from;
    CommitHash start =
        calls.query(doing, "VALUES ROW(HASHOF(?))", AdminCalls::hash, null, from.value());
    createBranch(branch, start);
    return start;
  }

  /**
   * Creates a branch at a commit.
   *
   * @param branch the new branch
   * @param start the commit it starts from
   * @throws DoltSqlException with {@link DoltError#ALREADY_EXISTS} if there is such a branch, with
   *     {@link DoltError#NOT_FOUND} if there is no such commit
   */
  public void createBranch(BranchName branch, CommitHash start) {
    changes.create(branch, start);
  }

  /**
   * Ends a session, whoever's it is; what it did not commit is rolled back.
   *
   * @param connectionId what {@code CONNECTION_ID()} says in that session
   */
  public void endSession(long connectionId) {
    calls.execute("end session " + connectionId + " of " + name, "KILL " + connectionId);
  }

  /**
   * The sessions on a branch, as far as the server shows them.
   *
   * @param branch the branch
   * @return what {@code CONNECTION_ID()} says in each of them
   */
  public List<Long> sessions(BranchName branch) {
    return calls
        .query(
            "list the sessions on " + branch + " of " + name,
            "SELECT CAST(id AS CHAR) FROM information_schema.processlist WHERE db = ?",
            AdminCalls::strings,
            null,
            name + "/" + branch)
        .stream()
        .map(Long::valueOf)
        .toList();
  }

  /**
   * Whether nobody is on a branch, as far as the server shows. Sessions closed a moment ago get
   * half a second to go.
   *
   * @param branch the branch
   * @return true if no session is on it, false if there still is one after half a second
   */
  public boolean awaitNoSessions(BranchName branch) {
    try {
      return merged.awaitNoSessions(List.of(branch));
    } catch (SQLException e) {
      throw new DoltSqlException("list the sessions on " + branch + " of " + name, e);
    }
  }

  /**
   * Deletes a branch if that loses nothing: its head is the expected one and part of main, it has
   * no uncommitted rows, and no session is on it. Sessions that closed a moment ago are given half
   * a second to go.
   *
   * <p>A session that came to the branch by {@code DOLT_CHECKOUT} on a connection to the database
   * itself is not shown by the server. What it commits to Dolt until the branch is gone is found
   * then, and the branch is kept with it. What it commits to SQL only, in a transaction that was
   * open when the branch went, the server accepts and drops.
   *
   * @param branch the branch to delete
   * @param head what the branch's head has to be
   * @return why the branch was kept; empty if it is gone
   * @throws DoltSqlException if the server refuses
   */
  public Optional<String> deleteMergedBranch(BranchName branch, CommitHash head) {
    return deleteIfMerged(branch, head).kept();
  }

  /**
   * As {@link #deleteMergedBranch}, and says what became of the branch.
   *
   * @param branch the branch to delete
   * @param head what the branch's head has to be
   * @return whether it is gone, or why it was kept
   * @throws DoltSqlException if the server refuses
   */
  public BranchDeletion deleteIfMerged(BranchName branch, CommitHash head) {
    try {
      return merged.delete(branch, head);
    } catch (SQLException e) {
      throw new DoltSqlException("delete branch " + branch + " of " + name, e);
    }
  }

  /**
   * As {@link #deleteMergedBranch} for several branches at once, which costs far less.
   *
   * @param heads the branches to delete, and what their heads have to be
   * @return for each branch whether it is gone, or why it was kept, in the order of the map
   * @throws DoltSqlException if the server refuses; some branches may be deleted then
   */
  public List<BranchDeletion> deleteIfMerged(Map<BranchName, CommitHash> heads) {
    try {
      return merged.delete(heads);
    } catch (SQLException e) {
      throw new DoltSqlException("delete branches of " + name, e);
    }
  }

  /**
   * Deletes a branch whatever is on it. What was only there is lost. Pools of the branch hand out
   * no connections any more.
   *
   * @param branch the branch to delete
   */
  public void deleteBranchWithItsCommits(BranchName branch) {
    deleteBranches(List.of(branch));
  }

  MergedBranches merged() {
    return merged;
  }

  /** Deletes branches, at least one, in their order, up to the first that cannot be. */
  void deleteBranches(List<BranchName> branches) {
    changes.delete(branches);
    branchPools.stream()
        .filter(pool -> branches.contains(pool.branch()))
        .forEach(BranchPool::closeAsDeleted);
  }

  /**
   * Tags a commit, which keeps it reachable.
   *
   * @param tag the tag's name; the rules for branches hold
   * @param commit the commit
   */
  public void createTag(BranchName tag, CommitHash commit) {
    calls.change(
        "tag " + commit + " as " + tag,
        main -> AdminCalls.isHead(main, tag, commit),
        "CALL DOLT_TAG(?, ?)",
        tag.value(),
        commit.value());
  }

  /**
   * Deletes a tag. What only it keeps reachable is lost.
   *
   * @param tag the tag's name
   */
  public void deleteTag(BranchName tag) {
    calls.change(
        "delete tag " + tag,
        main -> AdminCalls.found(main, tag).isEmpty(),
        "CALL DOLT_TAG('-d', ?)",
        tag.value());
  }

  /**
   * The commit a branch points to. Costs the same however many branches there are.
   *
   * @param branch the branch
   * @return its head, or empty if there is no such branch
   */
  public Optional<CommitHash> head(BranchName branch) {
    return changes.head(branch);
  }

  /**
   * Whether a commit is part of a branch's history.
   *
   * @param commit the commit
   * @param branch the branch
   * @return true if {@code commit} is the branch's head or an ancestor of it
   */
  public boolean isAncestor(CommitHash commit, BranchName branch) {
    return calls.query(
        "compare " + commit + " with " + branch + " of " + name,
        // HAS_ANCESTOR panics for a branch that is at the first commit (Dolt 1.86.4)
        "VALUES ROW(DOLT_MERGE_BASE(?, ?) = ?)",
        rows -> rows.next() && rows.getBoolean(1),
        null,
        branch.value(),
        commit.value(),
        commit.value());
  }

  /**
   * The commit two branches have in common.
   *
   * @param one a branch
   * @param other another
   * @return their merge base
   * @throws DoltSqlException if one of them does not exist
   */
  public CommitHash mergeBase(BranchName one, BranchName other) {
    return calls.query(
        "compare " + one + " with " + other + " of " + name,
        "VALUES ROW(DOLT_MERGE_BASE(?, ?))",
        AdminCalls::hash,
        null,
        one.value(),
        other.value());
  }

  /**
   * The tables of a branch that differ from its head.
   *
   * @param branch the branch
   * @return table names, sorted; empty if the branch is clean
   */
  public List<String> uncommittedTables(BranchName branch) {
    return calls.query(
        "look at the status of " + branch + " of " + name,
        "SELECT DISTINCT table_name FROM "
            + Quoting.identifier(name + "/" + branch)
            + ".dolt_status ORDER BY table_name",
        AdminCalls::strings,
        null);
  }

  /**
   * All branches. Dolt visits every branch for this (16 ms at 2,000).
   *
   * @return their names, sorted
   */
  public List<String> branches() {
    return calls.query(
        "list the branches of " + name,
        "SELECT name FROM dolt_branches ORDER BY name",
        AdminCalls::strings,
        null);
  }

  /**
   * Commits whatever is uncommitted on a branch.
   *
   * @param branch the branch
   * @param author who the commit is attributed to
   * @param message the commit's message
   * @return the branch's head afterwards; unchanged if there was nothing to commit
   */
  public CommitHash commitAll(BranchName branch, Author author, String message) {
    try (AdminPool own = pools.adminPool(name + "/" + branch, 1, SILENCE)) {
      // once more makes no second commit
      return own.run(on -> AdminCalls.commitAll(on, author, message), on -> Optional.empty());
    } catch (SQLException e) {
      throw new DoltSqlException("commit on branch " + branch + " of " + name, e);
    }
  }

  /**
   * Makes a pool of connections to a branch. Nothing is opened yet, and the branch is not looked
   * for before the first connection.
   *
   * @param branch the branch
   * @param session how its connections behave
   * @return the pool; close it when done, at the latest it closes with the server
   */
  public BranchDataSource open(BranchName branch, BranchSession session) {
    BranchPool[] self = new BranchPool[1];
    BranchPool pool =
        new BranchPool(pools, name, branch, session, () -> branchPools.remove(self[0]));
    self[0] = pool;
    branchPools.add(pool);
    return new BranchDataSource(pool);
  }

  /**
   * Opens a connection of its own, outside any pool, for work that holds on to its session, such as
   * a merge with its lock.
   *
   * @param branch the branch it starts on
   * @return a plain connection of the driver, in autocommit mode, that breaks when the server is
   *     silent for ten minutes
   * @throws SQLException if it cannot be opened
   */
  public Connection connect(BranchName branch) throws SQLException {
    return Connector.open(endpoint, name + "/" + branch, SILENCE);
  }

  @Override
  public String toString() {
    return name + " at " + endpoint;
  }

  void close() {
    branchPools.forEach(BranchPool::close);
    admin.close();
  }
}
