package dev.polecat.core;

import dev.polecat.core.internal.pool.Pools;
import dev.polecat.core.internal.server.ServerUse;
import dev.polecat.core.internal.server.ServerUsers;
import dev.polecat.core.internal.sql.Connector;
import dev.polecat.core.internal.sql.Quoting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A Dolt SQL server: one that the processes using a directory run together ({@link #start}) or one
 * of somebody else's ({@link #connect}). Thread-safe. Closing it closes all pools, and stops a
 * server of the first kind if nobody else uses it.
 */
public final class DoltServer implements AutoCloseable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Endpoint endpoint;
  private final @Nullable ServerUse managed;
  private final @Nullable ManagedServerConfig secured;
  private final @Nullable ServerUsers users;
  private final Pools pools;
  private final Map<DatabaseName, DoltDatabase> databases = new ConcurrentHashMap<>();

  private DoltServer(ServerUse managed, ManagedServerConfig config) {
    this(managed.endpoint(), managed, config.secured() ? config : null);
  }

  private DoltServer(
      Endpoint endpoint, @Nullable ServerUse managed, @Nullable ManagedServerConfig secured) {
    this.endpoint = endpoint;
    this.managed = managed;
    this.secured = secured;
    this.users = secured == null ? null : new ServerUsers(endpoint, secured.passwordDirectory());
    this.pools = new Pools(endpoint);
  }

  /**
   * Uses the server of a directory: the one that runs, if {@code daemon/dolt-state.json} describes
   * it in every respect (process, start time, command, data directory), or else a new one on
   * loopback. Returns when an authenticated {@code SELECT 1} is answered by that very process.
   *
   * <p>Of all processes that use the directory, one watches the server and restarts it on the same
   * port when it ends or does not answer; when that one leaves or dies, another takes its place.
   * The last to close stops the server, at the latest when its JVM exits. Uses within one JVM share
   * the settings of the first.
   *
   * @param config what to run
   * @return the running server
   * @throws DoltBinaryException if no dolt binary can be had
   * @throws ServerException.PortInUse if the port asked for is taken
   * @throws ServerException.DataDirectoryInUse if a live server that is not described uses the data
   *     directory, or the process that watches it has no answering one within the start timeout
   * @throws ServerException.StartFailed if the process ends or does not answer in time
   * @throws CredentialsException if the password of a secured server is missing or no secret, or
   *     data that is served with passwords is opened without
   */
  public static DoltServer start(ManagedServerConfig config) {
    return new DoltServer(ServerUse.of(config, true).orElseThrow(), config);
  }

  /**
   * As {@link #start}, but starts no server.
   *
   * @param config what would be run
   * @return the server that runs there; empty if none does
   * @throws ServerException as {@link #start} does
   */
  public static Optional<DoltServer> adopt(ManagedServerConfig config) {
    return ServerUse.of(config, false).map(use -> new DoltServer(use, config));
  }

  /**
   * What is known of the server of a directory, held against the processes that live. Asks no
   * server and changes nothing: a server that hangs or is just starting stays as it is.
   *
   * @param config what would be run
   * @return what {@code daemon/dolt-state.json} says, with {@link ServerState.Status#DOWN} and no
   *     process if the one it names is gone; empty if no server was ever started there
   * @throws UncheckedIOException if the directory cannot be read
   */
  public static Optional<ServerState> stateOf(ManagedServerConfig config) {
    try {
      return ServerUse.recorded(config);
    } catch (IOException e) {
      throw new UncheckedIOException("look at the server of " + config.root(), e);
    }
  }

  /**
   * Has the server of a directory stop, whoever started it, and not be kept running any more. If
   * other processes use it, the last of them stops it when it closes.
   *
   * @param config what is run there
   * @return true if no server runs there now; false if others still use it
   * @throws ServerException as {@link #start} does
   * @throws UncheckedIOException if the directory cannot be read or written
   */
  public static boolean stop(ManagedServerConfig config) {
    try {
      return ServerUse.stop(config);
    } catch (IOException e) {
      throw new UncheckedIOException("stop the server of " + config.root(), e);
    }
  }

  /**
   * Connects to a server that runs already. Fails at once if nobody listens, and after 10 seconds
   * if whoever listens does not answer.
   *
   * @param endpoint where it listens, and who logs in
   * @return the server
   * @throws ServerException.Unreachable if nobody answers, or the user is not let in
   */
  public static DoltServer connect(Endpoint endpoint) {
    return connect(endpoint, CONNECT_LIMIT);
  }

  static DoltServer connect(Endpoint endpoint, Duration limit) {
    try (Connection connection = Connector.open(endpoint, "", limit);
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT 1");
      return new DoltServer(endpoint, null, null);
    } catch (SQLException e) {
      DoltError error = DoltError.of(e);
      boolean nobody = error == DoltError.CONNECTION_LOST || error == DoltError.SERVER_AWAY;
      throw new ServerException.Unreachable(
          endpoint,
          nobody
              ? "No Dolt server answers at host "
                  + endpoint.host()
                  + ", port "
                  + endpoint.port()
                  + ". Start one with: dolt sql-server --host "
                  + endpoint.host()
                  + " --port "
                  + endpoint.port()
                  + " --data-dir <directory>"
              : "The server at host "
                  + endpoint.host()
                  + ", port "
                  + endpoint.port()
                  + " refused user "
                  + endpoint.user()
                  + ": "
                  + e.getMessage()
                  + ". Check the user and the password.",
          e);
    }
  }

  /**
   * Where the server listens, and who logs in.
   *
   * @return the endpoint
   */
  public Endpoint endpoint() {
    return endpoint;
  }

  /**
   * The process of a managed server.
   *
   * @return its process id, another one after a restart; empty while none runs, and for a server
   *     that was only connected to
   */
  public OptionalLong pid() {
    return managed == null ? OptionalLong.empty() : managed.state().pid();
  }

  /**
   * The log file of a managed server.
   *
   * @return its path, or empty for a server that was only connected to
   */
  public Optional<Path> logFile() {
    return Optional.ofNullable(managed).map(ServerUse::logFile);
  }

  /**
   * What is known of a managed server.
   *
   * @return its state, or empty for a server that was only connected to
   */
  public Optional<ServerState> state() {
    return Optional.ofNullable(managed).map(ServerUse::state);
  }

  /**
   * Waits until the server answers, such as after a connection was lost.
   *
   * @param limit how long to wait; it is asked once at least
   * @throws ServerException.Unreachable if it does not answer in time; at once if it was given up
   *     or closed. The message says how it is and what was last wrong.
   */
  public void awaitHealthy(Duration limit) {
    if (managed != null) {
      managed.awaitHealthy(limit);
      return;
    }
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        connect(endpoint, CONNECT_LIMIT).close();
        return;
      } catch (ServerException.Unreachable e) {
        if (System.nanoTime() >= deadline) {
          throw e;
        }
      }
      LockSupport.parkNanos(POLL.toNanos());
      if (Thread.currentThread().isInterrupted()) {
        throw new ServerException.Unreachable(endpoint, "Interrupted while waiting.", null);
      }
    }
  }

  /**
   * Says whether a managed server goes on when nobody uses it any more. That holds for all who use
   * the directory, until it is said otherwise. Does nothing for one that was only connected to.
   *
   * @param keep true to leave it running; false to have the last user stop it
   */
  public void keepRunning(boolean keep) {
    if (managed != null) {
      try {
        managed.keepRunning(keep);
      } catch (IOException e) {
        throw new UncheckedIOException("note whether the server at " + endpoint + " stays", e);
      }
    }
  }

  /**
   * The databases of the server, without its own.
   *
   * @return their names, sorted
   * @throws DoltSqlException if the server does not answer
   */
  public List<String> databases() {
    try (Connection connection = Connector.open(endpoint, "");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                SELECT schema_name FROM information_schema.schemata
                WHERE schema_name NOT IN ('information_schema', 'mysql', 'dolt_cluster')
                ORDER BY schema_name
                """)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    } catch (SQLException e) {
      throw new DoltSqlException("list the databases at " + endpoint, e);
    }
  }

  /**
   * Gives access to a database, creating it if there is none of that name.
   *
   * <p>On a managed server, the user also becomes the branches' administrator once and for all:
   * without that, Dolt adds a row to {@code dolt_branch_control} for every branch ever made, keeps
   * it after the branch is deleted, and every new branch costs more.
   *
   * @param name the database
   * @return the database; the same object for the same name
   * @throws DoltSqlException if the server refuses
   */
  public DoltDatabase database(DatabaseName name) {
    return databases.computeIfAbsent(name, this::open);
  }

  /**
   * The passwords of a secured server.
   *
   * @return its logins; empty if the server is not secured, or was only connected to
   */
  public Optional<Logins> logins() {
    return Optional.ofNullable(secured).map(config -> Logins.in(config.passwordDirectory()));
  }

  /**
   * Lets a user into a database of a secured server, and makes the user if there is none yet.
   * Nothing is sent when this was done before for the same user and database.
   *
   * @param user who, and what it may do
   * @param database where; it has to exist
   * @return how the user logs in
   * @throws IllegalStateException if the server is not secured, or was only connected to
   * @throws CredentialsException if the password cannot be kept, or is no secret
   * @throws DoltSqlException if the server refuses
   */
  public Login admit(ServerUser user, DatabaseName database) {
    if (users == null) {
      throw new IllegalStateException(
          this + " has no users of its own: it was not started here as secured.");
    }
    return users.admit(user, database);
  }

  /**
   * Closes all pools, and stops a managed server that nobody else uses and that is not to be kept
   * running. May be called again.
   */
  @Override
  public void close() {
    databases.values().forEach(DoltDatabase::close);
    pools.close();
    if (managed != null) {
      managed.close();
    }
  }

  @Override
  public String toString() {
    return "Dolt server at " + endpoint;
  }

  private DoltDatabase open(DatabaseName name) {
    try (Connection connection = Connector.open(endpoint, "");
        Statement statement = connection.createStatement()) {
      if (!databases().contains(name.value())) { // a user who may not create may still use it
        statement.execute("CREATE DATABASE IF NOT EXISTS " + Quoting.identifier(name.value()));
      }
      if (managed != null) {
        statement.execute("USE " + Quoting.identifier(name.value()));
        statement.execute(
            "INSERT IGNORE INTO dolt_branch_control VALUES ('%', '%', 'root', '%', 'admin')");
        if (users != null) {
          ServerUsers.shutDoor(statement);
        }
      }
      return new DoltDatabase(name, endpoint, pools);
    } catch (SQLException e) {
      throw new DoltSqlException("open database " + name + " at " + endpoint, e);
    }
  }
}
