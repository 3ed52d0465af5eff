package dev.polecat.core.internal.server;

import dev.polecat.core.DoltBinary;
import dev.polecat.core.Endpoint;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.core.ServerException;
import dev.polecat.core.ServerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One use of a managed server; those of a JVM on one directory share its supervisor. Thread-safe.
 */
public final class ServerUse implements AutoCloseable {
  private static final Map<Path, Shared> DIRECTORIES = new ConcurrentHashMap<>();

  private final Shared shared;
  private final ServerSupervisor supervisor;
  private final ManagedServerConfig config;
  private final AtomicBoolean closed = new AtomicBoolean();

  private static final class Shared {
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ServerSupervisor supervisor;
    private int uses;
  }

  private ServerUse(Shared shared, ServerSupervisor supervisor, ManagedServerConfig config) {
    this.shared = shared;
    this.supervisor = supervisor;
    this.config = config;
  }

  /**
   * Uses the server of a directory, which is started if none runs.
   *
   * @param config what to run; where this JVM has a supervisor there already, its settings stay
   * @param mayStart whether a server is started if none runs
   * @return the use; empty if none runs and none may be started
   * @throws ServerException if there can be none; nothing is left running
   */
  public static Optional<ServerUse> of(ManagedServerConfig config, boolean mayStart) {
    try {
      boolean known = new ServerFiles(config).state().exists();
      if (!known && !mayStart) {
        return Optional.empty();
      }
      // a server that runs needs none, and a missing one leaves no trace
      DoltBinary binary = known ? null : DoltBinary.find(config.binary());
      Files.createDirectories(config.runDirectory());
      Shared shared =
          DIRECTORIES.computeIfAbsent(config.runDirectory().toRealPath(), path -> new Shared());
      shared.lock.lock();
      try {
        return of(shared, config, binary, mayStart);
      } finally {
        shared.lock.unlock();
      }
    } catch (IOException e) {
      DiskWatch.Trouble trouble = DiskWatch.toldBy(e.toString());
      throw new ServerException.StartFailed(
          "The dolt server could not be started in "
              + config.root()
              + ": "
              + e
              + (trouble == DiskWatch.Trouble.NONE
                  ? ""
                  : ". " + new DiskWatch(config).advice(trouble)),
          e);
    }
  }

  private static Optional<ServerUse> of(
      Shared shared, ManagedServerConfig config, @Nullable DoltBinary binary, boolean mayStart)
      throws IOException {
    ServerSupervisor supervisor = shared.supervisor;
    if (supervisor == null) {
      supervisor = ServerSupervisor.open(config, binary, mayStart).orElse(null);
      if (supervisor == null) {
        return Optional.empty();
      }
      shared.supervisor = supervisor;
    } else {
      supervisor.requireSame(config);
      supervisor.add(config.listener());
      boolean joined = false;
      try {
        supervisor.startAgain();
        if (config.keepRunning()) {
          supervisor.keepRunning(true);
        }
        supervisor.awaitHealthy(config.startTimeout());
        joined = true;
      } finally {
        if (!joined) {
          supervisor.remove(config.listener());
        }
      }
    }
    shared.uses++;
    return Optional.of(new ServerUse(shared, supervisor, config));
  }

  /** What the state file of a directory says, held against the processes that live. */
  public static Optional<ServerState> recorded(ManagedServerConfig config) throws IOException {
    ServerFiles files = new ServerFiles(config);
    Optional<StateFile.Content> written = files.state().read();
    if (written.isEmpty()) {
      return Optional.empty();
    }
    boolean lives = written.get().liveServer(config.dataDirectory()).isPresent();
    return Optional.of(written.get().seen(lives, Files.exists(files.keepRunning())));
  }

  /**
   * Has the server of a directory stop when nobody uses it any more.
   *
   * @return whether no server runs there now
   */
  public static boolean stop(ManagedServerConfig config) throws IOException {
    Optional<ServerUse> use = of(config, false);
    if (use.isEmpty()) {
      Files.deleteIfExists(new ServerFiles(config).keepRunning());
      return true;
    }
    try (ServerUse last = use.get()) {
      last.keepRunning(false);
    }
    return recorded(config).filter(state -> state.pid().isPresent()).isEmpty();
  }

  public Endpoint endpoint() {
    return supervisor.endpoint();
  }

  public ServerState state() {
    return supervisor.state();
  }

  public Path logFile() {
    return supervisor.logFile();
  }

  /** Waits until the server answers; throws {@link ServerException.Unreachable} if it does not. */
  public void awaitHealthy(Duration limit) {
    supervisor.awaitHealthy(limit);
  }

  /** Says whether the server goes on when nobody uses it any more. */
  public void keepRunning(boolean keep) throws IOException {
    supervisor.keepRunning(keep);
  }

  /** Uses the server no more; the last use of all processes stops it. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    shared.lock.lock();
    try {
      shared.uses--;
      if (shared.uses == 0) {
        shared.supervisor = null;
        supervisor.close();
      } else {
        supervisor.remove(config.listener());
      }
    } finally {
      shared.lock.unlock();
    }
  }
}
