package dev.polecat.core;

import dev.polecat.core.internal.pool.Pools;
import dev.polecat.core.internal.server.ServerProcess;
import dev.polecat.core.internal.sql.Connector;
import dev.polecat.core.internal.sql.Quoting;
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
import org.jspecify.annotations.Nullable;

/**
 * A Dolt SQL server: one this JVM runs ({@link #start}) or one that runs already ({@link
 * #connect}). Thread-safe. Closing it closes all pools, and stops the server if it was started
 * here.
 */
public final class DoltServer implements AutoCloseable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  private final Endpoint endpoint;
  private final @Nullable ServerProcess process;
  private final Pools pools;
  private final Map<DatabaseName, DoltDatabase> databases = new ConcurrentHashMap<>();

  private DoltServer(Endpoint endpoint, @Nullable ServerProcess process) {
    this.endpoint = endpoint;
    this.process = process;
    this.pools = new Pools(endpoint);
  }

  /**
   * Starts a server on loopback and waits until an authenticated {@code SELECT 1} is answered by
   * that very process. It is stopped by {@link #close()}, at the latest when the JVM exits.
   *
   * @param config what to run
   * @return the running server
   * @throws DoltBinaryException if no dolt binary can be had
   * @throws ServerException.PortInUse if the port asked for is taken
   * @throws ServerException.DataDirectoryInUse if a live server uses the data directory
   * @throws ServerException.StartFailed if the process ends or does not answer in time
   */
  public static DoltServer start(ManagedServerConfig config) {
    ServerProcess process = ServerProcess.start(config);
    return new DoltServer(process.endpoint(), process);
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
      return new DoltServer(endpoint, null);
    } catch (SQLException e) {
      boolean nobody = DoltError.of(e) == DoltError.CONNECTION_LOST;
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
   * The process of a server started here.
   *
   * @return its process id, or empty for a server that was only connected to
   */
  public OptionalLong pid() {
    return process == null ? OptionalLong.empty() : OptionalLong.of(process.pid());
  }

  /**
   * The log file of a server started here.
   *
   * @return its path, or empty for a server that was only connected to
   */
  public Optional<Path> logFile() {
    return Optional.ofNullable(process).map(ServerProcess::logFile);
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
   * <p>On a server started here, the user also becomes the branches' administrator once and for
   * all: without that, Dolt adds a row to {@code dolt_branch_control} for every branch ever made,
   * keeps it after the branch is deleted, and every new branch costs more.
   *
   * @param name the database
   * @return the database; the same object for the same name
   * @throws DoltSqlException if the server refuses
   */
  public DoltDatabase database(DatabaseName name) {
    return databases.computeIfAbsent(name, this::open);
  }

  /** Closes all pools, and stops the server if it was started here. May be called again. */
  @Override
  public void close() {
    databases.values().forEach(DoltDatabase::close);
    pools.close();
    if (process != null) {
      process.close();
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
      if (process != null) {
        statement.execute("USE " + Quoting.identifier(name.value()));
        statement.execute(
            "INSERT IGNORE INTO dolt_branch_control VALUES ('%', '%', 'root', '%', 'admin')");
      }
      return new DoltDatabase(name, endpoint, pools);
    } catch (SQLException e) {
      throw new DoltSqlException("open database " + name + " at " + endpoint, e);
    }
  }
}
