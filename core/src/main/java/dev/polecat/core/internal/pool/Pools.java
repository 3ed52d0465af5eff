package dev.polecat.core.internal.pool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import dev.polecat.core.Endpoint;
import dev.polecat.core.Login;
import dev.polecat.core.internal.sql.Connector;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Makes the Hikari pools of one server, and owns the housekeeping thread they share. */
public final class Pools implements AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(60);
  private static final Duration ADMIN_PATIENCE = Duration.ofSeconds(30);
  private static final Duration ADMIN_SILENCE = Duration.ofMinutes(1);

  private final Endpoint endpoint;
  private final ScheduledExecutorService housekeeping;

  public Pools(Endpoint endpoint) {
    this(endpoint, housekeeper());
  }

  private Pools(Endpoint endpoint, ScheduledExecutorService housekeeping) {
    this.endpoint = endpoint;
    this.housekeeping = housekeeping;
  }

  private static ScheduledExecutorService housekeeper() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(1, r -> daemon(r, "dolt-pool-housekeeping"));
    executor.setRemoveOnCancelPolicy(true);
    return executor;
  }

  /** Pools for another user, with the same housekeeping thread, which ends with these ones. */
  public Pools as(Login login) {
    return new Pools(endpoint.as(login), housekeeping);
  }

  /** Makes a pool for the library's own short statements, which gives up on a silent server. */
  public HikariDataSource adminPool(String path, int maxConnections) {
    HikariConfig config = config(path, maxConnections, ADMIN_PATIENCE);
    config.addDataSourceProperty("socketTimeout", Long.toString(ADMIN_SILENCE.toMillis()));
    return new HikariDataSource(config);
  }

  /**
   * Makes a pool for users' statements on a branch, which take as long as they take.
   *
   * @param path {@code database/branch}
   * @param patience how long a request for a connection waits
   */
  public HikariDataSource branchPool(
      String path, int maxConnections, boolean autoCommit, Duration patience) {
    HikariConfig config = config(path, maxConnections, patience);
    config.setAutoCommit(autoCommit);
    if (!autoCommit) {
      // opening leaves a snapshot behind, which a user's first transaction must not start from
      config.setConnectionInitSql("ROLLBACK");
    }
    return new HikariDataSource(config);
  }

  @Override
  public void close() {
    housekeeping.shutdownNow();
  }

  /** The first connection is opened on demand, and none is kept for long. */
  private HikariConfig config(String path, int maxConnections, Duration patience) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("dolt " + path);
    config.setJdbcUrl(Connector.url(endpoint, path));
    config.setDataSourceProperties(Connector.properties(endpoint));
    config.setMaximumPoolSize(maxConnections);
    config.setMinimumIdle(0);
    config.setIdleTimeout(IDLE.toMillis());
    config.setConnectionTimeout(patience.toMillis());
    config.setInitializationFailTimeout(-1);
    config.setScheduledExecutor(housekeeping);
    config.setExceptionOverride(new DoltErrors());
    config.setThreadFactory(r -> daemon(r, "dolt-pool " + path));
    return config;
  }

  /** Hikari takes 1105 for a broken connection; for Dolt it is the code of nearly every error. */
  private static final class DoltErrors implements SQLExceptionOverride {
    @java.lang.Override
    public Override adjudicate(SQLException e) {
      return e.getErrorCode() == 1105 ? Override.DO_NOT_EVICT : Override.CONTINUE_EVICT;
    }
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
