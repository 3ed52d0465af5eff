package dev.polecat.core.internal.server;

import dev.polecat.core.ManagedServerConfig;
import dev.polecat.core.ServerEvent;
import dev.polecat.core.ServerException;
import dev.polecat.core.ServerState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** How a process comes to a server: it adopts the one that runs, or starts one. */
final class ServerOpening {
  private static final long POLL_MILLIS = 20;
  private static final int FREE_PORT_ATTEMPTS = 5;

  private final Supervised all;
  private final ManagedServerConfig config;
  private final long deadline;

  ServerOpening(Supervised all) {
    this.all = all;
    this.config = all.config;
    this.deadline = System.nanoTime() + config.startTimeout().toNanos();
  }

  /**
   * Leaves {@code all} with a server that answers.
   *
   * @param mayStart whether a server is started if none runs
   * @return false if none runs and none may be started
   * @throws ServerException if there can be none
   */
  boolean open(boolean mayStart) throws IOException {
    while (!all.locks.tryJoin()) {
      pause(Optional.empty(), "is stopping the server there");
    }
    while (!all.locks.tryKeep()) {
      Optional<StateFile.Content> written = all.book.file().read();
      if (written.isPresent() && adoptAsGuest(written.get())) {
        return true;
      }
      pause(written, "keeps the server there, which does not answer");
    }
    return openAsKeeper(mayStart);
  }

  private boolean adoptAsGuest(StateFile.Content written) throws IOException {
    Optional<ServerProcess> live = ServerProcess.recorded(config, written);
    if (live.isEmpty() || !isOurs(live.get()) || !answers(live.get())) {
      ServerState.Status status = written.state().status();
      if (status == ServerState.Status.DISK_FULL || status == ServerState.Status.READ_ONLY) {
        throw new ServerException.StartFailed(
            written.state().lastError().orElse("" + status), null);
      }
      return false;
    }
    all.uses(live.get());
    all.book.load(written);
    adopted(live.get(), "process " + written.state().keeperPid().orElse(0) + " watches it");
    return true;
  }

  /** Without the right password there is nothing to wait for. */
  private boolean answers(ServerProcess process) {
    try {
      return process.answers(config.supervision().healthTimeout());
    } catch (SQLException e) {
      return false; // it may be on its way up
    }
  }

  private boolean openAsKeeper(boolean mayStart) throws IOException {
    Optional<StateFile.Content> written = all.book.file().read();
    Optional<ServerProcess> live = Optional.empty();
    if (written.isPresent()) {
      all.book.load(written.get());
      live = ServerProcess.recorded(config, written.get());
    }
    if (live.isPresent() && adoptAsKeeper(live.get())) {
      return true;
    }
    all.refuseStrangers();
    if (!mayStart) {
      all.locks.stopKeeping();
      return false;
    }
    try {
      start(written);
    } catch (RuntimeException e) {
      boolean gaveUp =
          written.filter(w -> w.state().status() == ServerState.Status.GAVE_UP).isPresent();
      all.book.none(
          gaveUp ? ServerState.Status.GAVE_UP : ServerState.Status.STOPPED, e.getMessage());
      all.book.write();
      throw explained(e);
    }
    all.book.event(
        ServerEvent.Kind.STARTED,
        "Started dolt on port " + all.endpoint().port() + ", process " + pid());
    return true;
  }

  private RuntimeException explained(RuntimeException failure) {
    DiskWatch.Trouble trouble = DiskWatch.toldBy(String.valueOf(failure.getMessage()));
    return trouble == DiskWatch.Trouble.NONE
        ? failure
        : new ServerException.StartFailed(
            all.disk.advice(trouble) + " " + failure.getMessage(), failure);
  }

  private boolean adoptAsKeeper(ServerProcess process) {
    try {
      process.awaitReady();
    } catch (ServerException e) {
      if (all.disk.now() != DiskWatch.Trouble.NONE) {
        throw new ServerException.StartFailed(all.disk.advice(all.disk.now()), e);
      }
      all.book.event(
          ServerEvent.Kind.REPLACED,
          "The server found running, process " + process.pid() + ", does not answer; replacing it");
      process.stop();
      return false;
    }
    all.uses(process);
    all.book.runs(process, ServerState.Status.RUNNING);
    all.book.write();
    adopted(process, "this process watches it now");
    return true;
  }

  private void adopted(ServerProcess process, String keeper) {
    all.book.event(
        ServerEvent.Kind.ADOPTED,
        "Using the server that runs on port "
            + process.endpoint().port()
            + ", process "
            + process.pid()
            + "; "
            + keeper);
  }

  /** On the port that was asked for; on any if it may be, but rather where a crashed one was. */
  private void start(Optional<StateFile.Content> written) throws IOException {
    if (all.hasEndpoint()) {
      all.start(all.endpoint().port());
    } else if (config.port() != 0) {
      all.start(config.port());
    } else {
      int last =
          written
              .map(StateFile.Content::state)
              .filter(state -> state.status() != ServerState.Status.STOPPED)
              .map(ServerState::port)
              .orElse(0);
      if (last != 0 && Supervised.isFree(last)) {
        all.start(last);
      } else {
        startOnAnyPort();
      }
    }
  }

  /** Between finding a free port and the server's bind, somebody else may take it. */
  private void startOnAnyPort() throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        all.start(freePort());
        return;
      } catch (ServerException.PortInUse e) {
        if (attempt == FREE_PORT_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private boolean isOurs(ServerProcess process) {
    return !all.hasEndpoint() || all.endpoint().equals(process.endpoint());
  }

  private long pid() {
    ServerProcess process = all.server;
    return process == null ? 0 : process.pid();
  }

  private void pause(Optional<StateFile.Content> written, String activity) {
    if (System.nanoTime() > deadline || all.closing) {
      OptionalLong keeper =
          written
              .map(StateFile.Content::state)
              .map(ServerState::keeperPid)
              .orElse(OptionalLong.empty());
      String why =
          written.flatMap(w -> w.state().lastError()).map(error -> " (" + error + ")").orElse("");
      throw new ServerException.DataDirectoryInUse(
          config.dataDirectory(), keeper.orElse(0), activity + why);
    }
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException.StartFailed("Interrupted while the dolt server started.", e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
