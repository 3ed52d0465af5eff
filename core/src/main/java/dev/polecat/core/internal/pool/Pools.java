package dev.polecat.core.internal.pool;

import dev.polecat.core.BranchSession;
import dev.polecat.core.CommitMode;
import dev.polecat.core.Endpoint;
import dev.polecat.core.Login;
import java.time.Duration;

/** Makes the pools of one server, and owns what they share. Thread-safe. */
public final class Pools implements AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(60);
  private static final int MOST_IDLE = 256;
  private static final Duration ADMIN_PATIENCE = Duration.ofSeconds(30);
  private static final Duration ADMIN_SILENCE = Duration.ofMinutes(1);

  /** What became of a commit is asked for at least this long, however impatient the user is. */
  private static final Duration SHORTEST_INQUIRY = Duration.ofSeconds(5);

  private final Endpoint endpoint;
  private final Endpoint administrator;
  private final IdleConnections idle;

  public Pools(Endpoint endpoint) {
    this(endpoint, endpoint, new IdleConnections(IDLE, MOST_IDLE));
  }

  private Pools(Endpoint endpoint, Endpoint administrator, IdleConnections idle) {
    this.endpoint = endpoint;
    this.administrator = administrator;
    this.idle = idle;
  }

  /** Pools for another user, with the same idle connections, which go with these pools. */
  public Pools as(Login login) {
    return new Pools(endpoint.as(login), administrator, idle);
  }

  /** Makes a pool for the library's own short statements, which gives up on a silent server. */
  public AdminPool adminPool(String path, int maxConnections) {
    return adminPool(path, maxConnections, ADMIN_SILENCE);
  }

  /** The same with another limit for how long a statement may take. */
  public AdminPool adminPool(String path, int maxConnections, Duration silence) {
    return new AdminPool(
        pool(path, new ConnectionPool.Settings(maxConnections, ADMIN_PATIENCE, true, silence)),
        inquiry(ADMIN_PATIENCE));
  }

  /** Makes a pool for users' statements on a branch. */
  ConnectionPool branchPool(String path, BranchSession session) {
    return pool(
        path,
        new ConnectionPool.Settings(
            session.maxConnections(),
            session.patience(),
            session.commitMode() == CommitMode.EXPLICIT,
            session.silence()));
  }

  /** Asks as the administrator, who may end any session. */
  Inquiry inquiry(Duration patience) {
    return new Inquiry(
        administrator, patience.compareTo(SHORTEST_INQUIRY) > 0 ? patience : SHORTEST_INQUIRY);
  }

  @Override
  public void close() {
    idle.close();
  }

  private ConnectionPool pool(String path, ConnectionPool.Settings settings) {
    return new ConnectionPool(endpoint, path, settings, idle);
  }
}
