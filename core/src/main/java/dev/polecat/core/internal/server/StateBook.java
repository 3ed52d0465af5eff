package dev.polecat.core.internal.server;

import dev.polecat.core.ManagedServerConfig;
import dev.polecat.core.ServerEvent;
import dev.polecat.core.ServerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process knows of the server, and the events it tells of it. The keeper also writes it
 * down for the others. Thread-safe.
 */
final class StateBook {
  private static final Logger LOG = LoggerFactory.getLogger("dev.polecat.core.DoltServer");

  private final StateFile file;
  private final Path keepRunning;
  private final Listeners listeners;
  private final Path dataDirectory;
  private ServerState.Status status = ServerState.Status.STOPPED;
  private Optional<ServerIdentity> identity = Optional.empty();
  private int port;
  private String command = "";
  private String version = "";
  private String token = "";
  private OptionalLong keeperPid = OptionalLong.empty();
  private int restarts;
  private List<Instant> counted = List.of();
  private Optional<ServerState.Crash> lastCrash = Optional.empty();
  private Optional<String> lastError = Optional.empty();
  private Optional<Instant> nextRestart = Optional.empty();
  private Instant updatedAt = Instant.now();

  StateBook(ManagedServerConfig config, Listeners listeners) {
    ServerFiles files = new ServerFiles(config);
    this.file = files.state();
    this.keepRunning = files.keepRunning();
    this.dataDirectory = config.dataDirectory();
    this.port = config.port();
    this.listeners = listeners;
  }

  StateFile file() {
    return file;
  }

  synchronized ServerState state() {
    return snapshot();
  }

  synchronized ServerState.Status status() {
    return status;
  }

  boolean keepsRunning() {
    return Files.exists(keepRunning);
  }

  void keepRunning(boolean keep) throws IOException {
    if (keep) {
      Files.createDirectories(keepRunning.getParent());
      Files.writeString(keepRunning, "");
    } else {
      Files.deleteIfExists(keepRunning);
    }
  }

  /** Takes over what another keeper wrote. */
  synchronized void load(StateFile.Content content) {
    ServerState state = content.state();
    status = state.status();
    identity = content.identity();
    port = state.port();
    command = state.command();
    version = state.version();
    token = content.token();
    keeperPid = state.keeperPid();
    restarts = state.restarts();
    counted = content.counted();
    lastCrash = state.lastCrash();
    lastError = state.lastError();
    nextRestart = state.nextRestart();
    updatedAt = state.updatedAt();
  }

  /** A process runs, and is this one. */
  synchronized void runs(ServerProcess process, ServerState.Status now) {
    status = now;
    identity = Optional.of(process.identity());
    port = process.endpoint().port();
    command = process.identity().command();
    version = process.version();
    token = process.token();
    nextRestart = Optional.empty();
    if (now == ServerState.Status.RUNNING) {
      lastError = Optional.empty();
    }
    updatedAt = Instant.now();
  }

  /** No process runs any more. */
  synchronized void ended(ServerState.Status now, OptionalInt exitCode, String error) {
    lastCrash = Optional.of(new ServerState.Crash(Instant.now(), exitCode));
    none(now, error);
  }

  /** No process runs. */
  synchronized void none(ServerState.Status now, @Nullable String error) {
    identity = Optional.empty();
    nextRestart = Optional.empty();
    change(now, error);
  }

  synchronized void scheduled(Instant next, List<Instant> restartsThatCount) {
    status = ServerState.Status.DOWN;
    counted = restartsThatCount;
    nextRestart = Optional.of(next);
    updatedAt = Instant.now();
  }

  synchronized void restarted() {
    restarts++;
  }

  /** The error is forgotten where it is null. */
  synchronized void change(ServerState.Status now, @Nullable String error) {
    status = now;
    lastError = Optional.ofNullable(error);
    updatedAt = Instant.now();
  }

  /** Writes the state down, for the keeper; what cannot be written now is written next time. */
  synchronized void write() {
    keeperPid = OptionalLong.of(ProcessHandle.current().pid());
    updatedAt = Instant.now();
    try {
      file.write(new StateFile.Content(snapshot(), token, counted));
    } catch (IOException e) {
      LOG.warn("The server's state cannot be written down: {}", e.toString());
    }
  }

  void event(ServerEvent.Kind kind, String message) {
    switch (kind) {
      case STARTED, ADOPTED, BECAME_KEEPER, RESTARTED, RECOVERED, STOPPED, LEFT_RUNNING ->
          LOG.info(message);
      case GAVE_UP, DISK_FULL, READ_ONLY, RESTART_FAILED -> LOG.error(message);
      default -> LOG.warn(message);
    }
    listeners.tell(new ServerEvent(kind, Instant.now(), message, state()));
  }

  private ServerState snapshot() {
    return new ServerState(
        status,
        identity.map(known -> OptionalLong.of(known.pid())).orElseGet(OptionalLong::empty),
        identity.map(ServerIdentity::startedAt),
        port,
        command,
        dataDirectory,
        version,
        keeperPid,
        keepsRunning(),
        restarts,
        lastCrash,
        lastError,
        nextRestart,
        updatedAt);
  }
}
