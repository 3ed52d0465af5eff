package dev.polecat.core.internal.server;

import dev.polecat.core.DoltBinary;
import dev.polecat.core.Endpoint;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.core.ServerEvent;
import dev.polecat.core.ServerException;
import dev.polecat.core.ServerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the server of one directory for this JVM, as its keeper or as a guest, until it is
 * closed. Thread-safe.
 */
final class ServerSupervisor {
  private static final Logger LOG = LoggerFactory.getLogger(ServerSupervisor.class);
  private static final Duration IMPATIENT = Duration.ofMillis(200);
  private static final Duration POLL = Duration.ofMillis(20);

  private final Supervised all;
  private final Keeper keeper;
  private final Guest guest;
  private final Thread exitHook = new Thread(this::end, "dolt-server-stop");
  private @Nullable ServerProcess watched;
  private boolean ended;

  private ServerSupervisor(Supervised all) {
    this.all = all;
    this.keeper = new Keeper(all);
    this.guest = new Guest(all, keeper);
  }

  /**
   * Adopts the server of the directory, or starts one.
   *
   * @return empty if none runs and none may be started
   * @throws ServerException if there can be none; nothing is left running or locked then
   */
  static Optional<ServerSupervisor> open(
      ManagedServerConfig config, @Nullable DoltBinary binary, boolean mayStart)
      throws IOException {
    Supervised all = new Supervised(config);
    all.binary(binary);
    all.listeners.add(config.listener());
    ServerSupervisor supervisor = new ServerSupervisor(all);
    Runtime.getRuntime().addShutdownHook(supervisor.exitHook);
    boolean open = false;
    try {
      open = supervisor.openLocked(mayStart);
      return open ? Optional.of(supervisor) : Optional.empty();
    } finally {
      if (!open) {
        supervisor.removeHook();
        supervisor.endThreads();
        all.locks.close();
      }
    }
  }

  Endpoint endpoint() {
    return all.endpoint();
  }

  ServerState state() {
    return all.book.state();
  }

  Path logFile() {
    return new ServerFiles(all.config).log();
  }

  void keepRunning(boolean keep) throws IOException {
    all.book.keepRunning(keep);
  }

  /** Whether users have passwords is the same for all who use a server. */
  void requireSame(ManagedServerConfig config) {
    if (config.secured() != all.config.secured()) {
      throw new IllegalStateException(
          "The server of "
              + config.root()
              + " is in use here as "
              + (all.config.secured() ? "secured" : "not secured")
              + "; open it in the same way, or close it first.");
    }
  }

  void add(Consumer<ServerEvent> listener) {
    all.listeners.add(listener);
  }

  void remove(Consumer<ServerEvent> listener) {
    all.listeners.remove(listener);
  }

  /** Starts a server that was given up. */
  void startAgain() throws IOException {
    try {
      all.worker
          .submit(
              () -> {
                if (all.server == null && all.book.status() == ServerState.Status.GAVE_UP) {
                  all.processLock.lock();
                  try {
                    new ServerOpening(all).open(true);
                  } finally {
                    all.processLock.unlock();
                  }
                  keeper.begin();
                  watch();
                }
                return null;
              })
          .get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        failure.addSuppressed(new IllegalStateException("asked to start again here"));
        throw failure;
      }
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException.StartFailed("Interrupted while the dolt server started.", e);
    }
  }

  /**
   * Waits until the server answers.
   *
   * @throws ServerException.Unreachable if it does not in time, or is given up
   */
  void awaitHealthy(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      ServerProcess server = all.server;
      String failure = server == null ? null : all.ask(server);
      if (server != null && failure == null) {
        return;
      }
      ServerState state = state();
      boolean over = all.closing || state.status() == ServerState.Status.GAVE_UP;
      if (over || System.nanoTime() >= deadline) {
        throw new ServerException.Unreachable(
            endpoint(),
            "The dolt server at "
                + endpoint()
                + " is "
                + (all.closing ? "closed" : state.status())
                + (over ? "" : " and did not answer within " + limit.toMillis() / 1000.0 + " s")
                + state.lastError().map(error -> ". " + error).orElse("."),
            null);
      }
      try {
        TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ServerException.Unreachable(endpoint(), "Interrupted while waiting.", e);
      }
    }
  }

  /** Leaves the server to its other users, or stops it if there are none. */
  void close() {
    removeHook();
    end();
  }

  private boolean openLocked(boolean mayStart) throws IOException {
    all.processLock.lock();
    try {
      if (!new ServerOpening(all).open(mayStart)) {
        return false;
      }
      if (all.config.keepRunning()) {
        keepRunning(true);
      }
    } finally {
      all.processLock.unlock();
    }
    keeper.begin();
    long interval = all.config.supervision().healthInterval().toNanos();
    all.worker.execute(this::watch);
    all.worker.scheduleWithFixedDelay(this::check, interval, interval, TimeUnit.NANOSECONDS);
    return true;
  }

  private void check() {
    guarded(
        () -> {
          if (all.locks.isKeeper()) {
            keeper.check();
          } else {
            guest.check();
          }
        });
    watch();
  }

  /** Notices at once when the process ends; a guest then looks often for the next one. */
  private void watch() {
    ServerProcess server = all.server;
    if (server != null && server != watched) {
      watched = server;
      server.onExit().thenRun(() -> all.worker.execute(() -> exited(server)));
    }
  }

  private void exited(ServerProcess server) {
    guarded(
        () -> {
          if (all.locks.isKeeper()) {
            keeper.ended(server);
          } else {
            guest.ended(server);
          }
        });
    soon();
  }

  private void soon() {
    Duration interval = all.config.supervision().healthInterval();
    Duration pause = interval.compareTo(IMPATIENT) < 0 ? interval : IMPATIENT;
    all.worker.schedule(this::lookAgain, pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void lookAgain() {
    if (all.server == null && !all.locks.isKeeper()) {
      check();
    }
    watch();
    if (all.server == null && all.book.status() != ServerState.Status.GAVE_UP) {
      soon();
    }
  }

  /** A scheduled task that throws is never run again; supervision goes on. */
  private void guarded(Check check) {
    try {
      if (!all.closing) {
        check.run();
      }
    } catch (IOException | RuntimeException e) {
      LOG.error("Looking after the dolt server of {} failed", all.config.root(), e);
    }
  }

  private interface Check {
    void run() throws IOException;
  }

  private void end() {
    all.closing = true;
    all.worker.shutdownNow();
    all.abandonStart();
    all.processLock.lock();
    try {
      if (!ended) {
        ended = true;
        leave();
      }
    } catch (IOException e) {
      LOG.warn("Could not tidy {} after use of the dolt server", all.config.runDirectory(), e);
    } finally {
      all.processLock.unlock();
      endThreads();
    }
  }

  private void leave() throws IOException {
    try (DirectoryLocks locks = all.locks) {
      if (!locks.leaveAsLast() || all.book.keepsRunning()) {
        all.book.event(
            ServerEvent.Kind.LEFT_RUNNING, "The dolt server goes on without this process");
        return;
      }
      // as a guest this process may not have seen the last restart
      Optional<StateFile.Content> written = all.book.file().read();
      Optional<ServerProcess> server = Optional.ofNullable(all.server);
      if (server.filter(ServerProcess::isAlive).isEmpty() && written.isPresent()) {
        server = ServerProcess.recorded(all.config, written.get());
      }
      server.ifPresent(ServerProcess::stop);
      Files.deleteIfExists(new ServerFiles(all.config).pidFile());
      boolean gaveUp = all.book.status() == ServerState.Status.GAVE_UP;
      all.book.none(
          ServerState.Status.STOPPED, gaveUp ? all.book.state().lastError().orElse(null) : null);
      all.book.write();
      all.book.event(ServerEvent.Kind.STOPPED, "Stopped the dolt server of " + all.config.root());
    }
  }

  private void endThreads() {
    all.closing = true;
    all.worker.shutdownNow();
    all.listeners.close();
    try {
      Duration limit = all.config.supervision().healthTimeout();
      if (!all.worker.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.warn("A health check of the dolt server of {} has not ended", all.config.root());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(exitHook);
    } catch (IllegalStateException e) {
      LOG.debug("The JVM is ending; its hook leaves the server too", e);
    }
  }
}
