package dev.polecat.core;

import com.zaxxer.hikari.HikariDataSource;
import dev.polecat.core.internal.pool.BranchPool;
import dev.polecat.core.internal.pool.Pools;
import dev.polecat.core.internal.sql.Connector;
import dev.polecat.core.internal.sql.Quoting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One database of a server: its branches, their commits, and connections to them. Thread-safe; got
 * from {@link DoltServer#database} and closed with the server.
 *
 * <p>Every method that talks to the server throws {@link DoltSqlException} if the server refuses.
 */
public final class DoltDatabase {
  private static final int ADMIN_CONNECTIONS = 8;
  private static final int CLOSING_THREADS = 32;

  /** How long a statement may take before the server counts as gone: a merge may be large. */
  private static final Duration SILENCE = Duration.ofMinutes(10);

  private static final int DELETE_ATTEMPTS = 8;
  private static final Duration DELETE_PAUSE = Duration.ofMillis(2);
  private static final String IN_USE = "Another session is on it.";
  private static final String GONE = "gone";

  private final DatabaseName name;
  private final Endpoint endpoint;
  private final Pools pools;
  private final HikariDataSource admin;
  private final Set<BranchPool> branchPools;

  DoltDatabase(DatabaseName name, Endpoint endpoint, Pools pools) {
    this.name = name;
    this.endpoint = endpoint;
    this.pools = pools;
    this.admin = pools.adminPool(name + "/" + BranchName.MAIN, ADMIN_CONNECTIONS);
    this.branchPools = ConcurrentHashMap.newKeySet();
  }

  private DoltDatabase(DoltDatabase viewed, Login login) {
    this.name = viewed.name;
    this.endpoint = viewed.endpoint.as(login);
    this.pools = viewed.pools.as(login);
    this.admin = viewed.admin;
    this.branchPools = viewed.branchPools;
  }

  /**
   * A view for another user, who {@link #open}, {@link #connect} and {@link #commitAll} log in as.
   * Branches are still looked at, made, tagged and deleted by the server's user. Nothing is opened;
   * closed with the server.
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
    CommitHash start = query(doing, "SELECT HASHOF(?)", DoltDatabase::hash, null, from.value());
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
    call(
        "create branch " + branch + " of " + name + " at " + start,
        "CALL DOLT_BRANCH(?, ?)",
        branch.value(),
        start.value());
  }

  /**
   * Ends a session, whoever's it is; what it did not commit is rolled back.
   *
   * @param connectionId what {@code CONNECTION_ID()} says in that session
   */
  public void endSession(long connectionId) {
    try (Connection connection = admin.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("KILL " + connectionId);
    } catch (SQLException e) {
      throw new DoltSqlException("end session " + connectionId + " of " + name, e);
    }
  }

  /**
   * Deletes a branch if that loses nothing: its head is the expected one and part of main, it has
   * no uncommitted rows, and no session is on it. Sessions that closed a moment ago are given half
   * a second to go.
   *
   * <p>{@code DOLT_BRANCH('-d')} is not used for this, although it makes some of these checks: it
   * reads the state of every other session, and under load acknowledged writes of such sessions
   * vanished (Dolt 1.86.4: 4 of 741 deletions by {@code -d} lost another branch's write, none of
   * 824 by {@code -D}).
   *
   * @param branch the branch to delete
   * @param head what the branch's head has to be
   * @return why the branch was kept; empty if it is gone
   * @throws DoltSqlException if the server refuses
   */
  public Optional<String> deleteMergedBranch(BranchName branch, CommitHash head) {
    String doing = "delete branch " + branch + " of " + name;
    for (int attempt = 1; ; attempt++) {
      Optional<String> obstacle =
          query(
              doing,
              """
              SELECT HASHOF(?), HAS_ANCESTOR('main', ?), (SELECT COUNT(*) FROM %s.dolt_status),
                     (SELECT COUNT(*) FROM information_schema.processlist WHERE db = ?)
              """
                  .formatted(Quoting.identifier(name + "/" + branch)),
              rows -> obstacle(rows, head),
              Optional.of(GONE),
              branch.value(),
              head.value(),
              name + "/" + branch);
      if (obstacle.isEmpty()) {
        deleteBranchWithItsCommits(branch);
        return Optional.empty();
      }
      if (obstacle.get().equals(GONE)) {
        return Optional.empty();
      }
      if (!obstacle.get().equals(IN_USE) || attempt == DELETE_ATTEMPTS) {
        return obstacle;
      }
      LockSupport.parkNanos(DELETE_PAUSE.multipliedBy(1L << attempt).toNanos());
    }
  }

  private static Optional<String> obstacle(ResultSet rows, CommitHash head) throws SQLException {
    rows.next();
    if (!head.value().equals(rows.getString(1))) {
      return Optional.of("Its head is " + rows.getString(1) + ", not " + head + ".");
    }
    if (!rows.getBoolean(2)) {
      return Optional.of("Its head " + head + " is not part of main.");
    }
    if (rows.getLong(3) > 0) {
      return Optional.of("It has uncommitted rows in " + rows.getLong(3) + " tables.");
    }
    return rows.getLong(4) > 0 ? Optional.of(IN_USE) : Optional.empty();
  }

  /**
   * Deletes a branch whatever is on it. What was only there is lost.
   *
   * @param branch the branch to delete
   */
  public void deleteBranchWithItsCommits(BranchName branch) {
    call("delete branch " + branch + " of " + name, "CALL DOLT_BRANCH('-D', ?)", branch.value());
  }

  /**
   * Tags a commit, which keeps it reachable.
   *
   * @param tag the tag's name; the rules for branches hold
   * @param commit the commit
   */
  public void createTag(BranchName tag, CommitHash commit) {
    call("tag " + commit + " as " + tag, "CALL DOLT_TAG(?, ?)", tag.value(), commit.value());
  }

  /**
   * The commit a branch points to. Costs the same however many branches there are.
   *
   * @param branch the branch
   * @return its head, or empty if there is no such branch
   */
  public Optional<CommitHash> head(BranchName branch) {
    return query(
        "find branch " + branch + " of " + name,
        "SELECT HASHOF(?)",
        rows -> Optional.of(hash(rows)),
        Optional.empty(),
        branch.value());
  }

  /**
   * Whether a commit is part of a branch's history.
   *
   * @param commit the commit
   * @param branch the branch
   * @return true if {@code commit} is the branch's head or an ancestor of it
   */
  public boolean isAncestor(CommitHash commit, BranchName branch) {
    return query(
        "compare " + commit + " with " + branch + " of " + name,
        "SELECT HAS_ANCESTOR(?, ?)",
        rows -> rows.next() && rows.getBoolean(1),
        null,
        branch.value(),
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
    return query(
        "compare " + one + " with " + other + " of " + name,
        "SELECT DOLT_MERGE_BASE(?, ?)",
        DoltDatabase::hash,
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
    return query(
        "look at the status of " + branch + " of " + name,
        "SELECT DISTINCT table_name FROM "
            + Quoting.identifier(name + "/" + branch)
            + ".dolt_status ORDER BY table_name",
        DoltDatabase::strings,
        null);
  }

  /**
   * All branches. Dolt visits every branch for this (16 ms at 2,000).
   *
   * @return their names as Dolt has them, sorted
   */
  public List<String> branches() {
    return query(
        "list the branches of " + name,
        "SELECT name FROM dolt_branches ORDER BY name",
        DoltDatabase::strings,
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
    String doing = "commit on branch " + branch + " of " + name;
    try (Connection connection = Connector.open(endpoint, name + "/" + branch, SILENCE);
        PreparedStatement commit =
            connection.prepareStatement(
                "CALL DOLT_COMMIT('-A', '--skip-empty', '-m', ?, '--author', ?)");
        PreparedStatement head = connection.prepareStatement("SELECT HASHOF('HEAD')")) {
      commit.setString(1, message);
      commit.setString(2, author.toString());
      commit.execute();
      try (ResultSet rows = head.executeQuery()) {
        return hash(rows);
      }
    } catch (SQLException e) {
      throw new DoltSqlException(doing, e);
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

  /**
   * Closes all pools at once: a pool whose server is gone takes seconds to close, and there may be
   * hundreds.
   */
  void close() {
    List<CompletableFuture<Void>> closing = new ArrayList<>();
    ExecutorService closers = Executors.newFixedThreadPool(CLOSING_THREADS);
    try {
      for (BranchPool pool : branchPools) {
        closing.add(CompletableFuture.runAsync(pool::close, closers));
      }
      admin.close();
      closing.forEach(CompletableFuture::join);
    } finally {
      closers.shutdown();
    }
  }

  /** Also a new branch may find that another writer came first; nothing was written then. */
  private void call(String doing, String sql, String... values) {
    TransactionRetry.ofDefaults().call(() -> query(doing, sql, rows -> true, null, values));
  }

  private <T> T query(
      String doing, String sql, Reader<T> reader, @Nullable T ifNoSuchRef, String... values) {
    try (Connection connection = admin.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        return reader.read(rows);
      }
    } catch (SQLException e) {
      if (ifNoSuchRef != null && DoltError.of(e) == DoltError.NOT_FOUND) {
        return ifNoSuchRef;
      }
      throw new DoltSqlException(doing, e);
    }
  }

  private static CommitHash hash(ResultSet rows) throws SQLException {
    rows.next();
    return CommitHash.of(rows.getString(1));
  }

  private static List<String> strings(ResultSet rows) throws SQLException {
    List<String> found = new ArrayList<>();
    while (rows.next()) {
      found.add(rows.getString(1));
    }
    return found;
  }

  private interface Reader<T> {
    T read(ResultSet rows) throws SQLException;
  }
}
