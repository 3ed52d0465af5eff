package dev.polecat.core.internal.server;

import dev.polecat.core.CredentialsException;
import dev.polecat.core.DoltBinary;
import dev.polecat.core.Endpoint;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.core.ServerException;
import dev.polecat.core.ServerState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server of one directory, as keeper and guest share it: its process, its locks, its books. */
final class Supervised {
  private static final Logger LOG = LoggerFactory.getLogger("dev.polecat.core.DoltServer");

  final ManagedServerConfig config;
  final Listeners listeners = new Listeners();
  final StateBook book;
  final DirectoryLocks locks;
  final DiskWatch disk;

  /** Held by whoever starts or stops a process. */
  final ReentrantLock processLock = new ReentrantLock();

  /** Runs everything that looks after the server, one thing after another. */
  final ScheduledThreadPoolExecutor worker;

  volatile boolean closing;

  /** The process in use; null while there is none. */
  volatile @Nullable ServerProcess server;

  private volatile @Nullable ServerProcess spawned;
  private volatile @Nullable Endpoint endpoint;
  private volatile @Nullable DoltBinary binary;

  Supervised(ManagedServerConfig config) throws IOException {
    this.config = config;
    this.book = new StateBook(config, listeners);
    this.disk = new DiskWatch(config);
    this.locks = DirectoryLocks.open(config);
    this.worker =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "dolt-supervisor");
              thread.setDaemon(true);
              return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    worker.setRemoveOnCancelPolicy(true);
  }

  /** Where the server listens: set once, and the same ever after. */
  Endpoint endpoint() {
    Endpoint known = endpoint;
    if (known == null) {
      throw new IllegalStateException("The server was never started");
    }
    return known;
  }

  boolean hasEndpoint() {
    return endpoint != null;
  }

  void uses(ServerProcess process) {
    server = process;
    if (endpoint == null) {
      endpoint = process.endpoint();
    }
  }

  /**
   * Starts a process and waits until it answers. The caller is the keeper and has the lock.
   *
   * @throws ServerException if it does not; nothing is left running then
   */
  ServerProcess start(int port) throws IOException {
    refuseStrangers();
    if (!isFree(port)) {
      throw new ServerException.PortInUse(port, null);
    }
    ServerProcess process = ServerProcess.spawn(config, binary(), port);
    spawned = process;
    try {
      if (closing) { // whoever closes saw no process yet
        process.kill();
      }
      book.runs(process, ServerState.Status.STARTING);
      book.write();
      process.awaitReady();
    } catch (RuntimeException e) {
      process.stop();
      Files.deleteIfExists(new ServerFiles(config).pidFile());
      throw e;
    } finally {
      spawned = null;
    }
    uses(process);
    book.runs(process, ServerState.Status.RUNNING);
    book.write();
    LOG.info(
        "dolt {} serves {} on port {} as process {}{}",
        process.version(),
        config.dataDirectory(),
        port,
        process.pid(),
        config.secured() ? "" : "; it has no passwords, so it listens on loopback only");
    return process;
  }

  /** Has a start in progress fail soon. */
  void abandonStart() {
    ServerProcess process = spawned;
    if (process != null) {
      process.kill();
    }
  }

  /**
   * Makes sure that no live server is there, of whoever it is.
   *
   * @throws ServerException.DataDirectoryInUse if one is
   */
  void refuseStrangers() throws IOException {
    Optional<ServerInfo> other = ServerInfo.read(config.dataDirectory());
    if (other.isPresent() && other.get().isAlive()) {
      throw new ServerException.DataDirectoryInUse(
          config.dataDirectory(),
          other.get().pid(),
          "is a dolt server listening on port "
              + other.get().port()
              + " that dolt-state.json does not describe");
    }
  }

  /** Asks the process; returns what was wrong, or null if it answered. */
  @Nullable String ask(ServerProcess process) {
    try {
      return process.answers(config.supervision().healthTimeout())
          ? null
          : "Another server answers on port " + process.endpoint().port() + ".";
    } catch (CredentialsException e) {
      LOG.warn("The server answers, but lets nobody in here; it goes on as it is", e);
      return null; // another process of it would not take the password either
    } catch (SQLException e) {
      return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
  }

  /** The binary, looked for when it is first needed. */
  DoltBinary binary() {
    DoltBinary known = binary;
    if (known == null) {
      known = DoltBinary.find(config.binary());
      binary = known;
    }
    return known;
  }

  void binary(@Nullable DoltBinary found) {
    binary = found;
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      // as the server does it: a port in TIME_WAIT is free
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
