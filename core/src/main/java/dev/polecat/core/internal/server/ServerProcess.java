package dev.polecat.core.internal.server;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.polecat.core.DoltBinary;
import dev.polecat.core.DoltError;
import dev.polecat.core.Endpoint;
import dev.polecat.core.Login;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.core.ServerException;
import dev.polecat.core.internal.sql.Connector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One process of a dolt server, started here or found running. Thread-safe. */
final class ServerProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Path SET_SESSION = Path.of("/usr/bin/setsid");

  private final ManagedServerConfig config;
  private final ServerFiles files;
  private final ProcessHandle handle;
  private final @Nullable Process child;
  private final Endpoint endpoint;
  private final String token;
  private final String version;
  private final long logStart;
  private volatile ServerIdentity identity;

  private ServerProcess(
      ManagedServerConfig config,
      ProcessHandle handle,
      @Nullable Process child,
      ServerIdentity identity,
      Endpoint endpoint,
      String token,
      String version,
      long logStart) {
    this.config = config;
    this.files = new ServerFiles(config);
    this.handle = handle;
    this.child = child;
    this.identity = identity;
    this.endpoint = endpoint;
    this.token = token;
    this.version = version;
    this.logStart = logStart;
  }

  /** Starts a process, which is not ready yet. */
  static ServerProcess spawn(ManagedServerConfig config, DoltBinary binary, int port)
      throws IOException {
    ServerFiles files = new ServerFiles(config);
    String token = UUID.randomUUID().toString();
    Path configuration = files.writeConfiguration(port, token);
    long logStart = files.logSize();
    List<String> command =
        List.of(binary.path().toString(), "sql-server", "--config", configuration.toString());
    ProcessBuilder builder = new ProcessBuilder(inSessionOfItsOwn(command));
    builder.directory(config.dataDirectory().toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("DOLT_"));
    builder.environment().put("DOLT_ROOT_PATH", files.doltRoot().toString());
    builder.environment().put("DOLT_DISABLE_EVENT_FLUSH", "1"); // no process for metrics
    builder.environment().put("TZ", "UTC"); // NOW() then agrees with the connections' time zone
    Login administrator = new Administrator(config).prepare(binary, builder.environment());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(files.log().toFile()));
    Process process = builder.start();
    process.getOutputStream().close();
    Files.writeString(files.pidFile(), process.pid() + "\n");
    // should this JVM end before the server is ready, others know it by what it is going to be
    ServerIdentity expected =
        new ServerIdentity(
            process.pid(),
            process.info().startInstant().orElse(Instant.now()),
            String.join(" ", command));
    return new ServerProcess(
        config,
        process.toHandle(),
        process,
        expected,
        Endpoint.local(port).as(administrator),
        token,
        binary.version(),
        logStart);
  }

  /** The server that the state file names, if it lives and is the same in every respect. */
  static Optional<ServerProcess> recorded(ManagedServerConfig config, StateFile.Content content)
      throws IOException {
    Optional<ServerIdentity> live = content.liveServer(config.dataDirectory());
    Optional<ProcessHandle> handle = live.flatMap(ServerIdentity::find);
    if (handle.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ServerProcess(
            config,
            handle.get(),
            null,
            live.get(),
            Endpoint.local(content.state().port()).as(new Administrator(config).login()),
            content.token(),
            content.state().version(),
            new ServerFiles(config).logSize()));
  }

  Endpoint endpoint() {
    return endpoint;
  }

  long pid() {
    return handle.pid();
  }

  ServerIdentity identity() {
    return identity;
  }

  String token() {
    return token;
  }

  String version() {
    return version;
  }

  boolean isAlive() {
    // another's child can be dead without being collected, and then tells no command
    return child != null ? child.isAlive() : identity.find().isPresent();
  }

  CompletableFuture<ProcessHandle> onExit() {
    return handle.onExit();
  }

  OptionalInt exitCode() {
    return child == null || child.isAlive()
        ? OptionalInt.empty()
        : OptionalInt.of(child.exitValue());
  }

  /** The last lines it wrote. */
  String lastLines() {
    try {
      return files.logTail(logStart);
    } catch (IOException e) {
      return "(" + files.log() + " cannot be read: " + e + ")";
    }
  }

  long logSize() throws IOException {
    return files.logSize();
  }

  /** What it wrote since the log had this size. */
  String linesSince(long size) throws IOException {
    return files.logTail(Math.max(size, logStart));
  }

  /**
   * Waits until it answers.
   *
   * @throws ServerException if it ends or does not answer in time; it may still run then
   */
  void awaitReady() {
    RetryPolicy<Boolean> untilReady =
        RetryPolicy.<Boolean>builder()
            .handle(SQLException.class)
            .handleResult(false)
            .withDelay(POLL)
            .withMaxAttempts(-1)
            .withMaxDuration(config.startTimeout())
            .build();
    long deadline = System.nanoTime() + config.startTimeout().toNanos();
    String lastError = "";
    boolean ready = false;
    try {
      ready =
          Failsafe.with(untilReady)
              .get(() -> !isAlive() || answers(Duration.ofNanos(deadline - System.nanoTime())));
    } catch (FailsafeException e) {
      if (e.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new ServerException.StartFailed("Interrupted while the dolt server started.", e);
      }
      lastError = " Last answer: " + e.getCause().getMessage();
    }
    Optional<ServerIdentity> actual = ServerIdentity.of(handle);
    if (ready && isAlive() && actual.isPresent()) {
      identity = actual.get();
      return;
    }
    String tail = lastLines();
    if (!isAlive() && tail.contains("already in use")) {
      throw new ServerException.PortInUse(endpoint.port(), null);
    }
    String what =
        isAlive()
            ? "did not answer within "
                + config.startTimeout().toMillis() / 1000.0
                + " s."
                + lastError
            : "ended at once with exit code " + exitText() + ".";
    throw new ServerException.StartFailed(
        "The dolt server for "
            + config.dataDirectory()
            + " "
            + what
            + " Its last lines ("
            + files.log()
            + "):\n"
            + tail.indent(2),
        null);
  }

  /** Whether this very process answers a query. */
  boolean answers(Duration limit) throws SQLException {
    try (Connection connection = Connector.open(endpoint, "", limit);
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery("SELECT 1, @@secure_file_priv")) {
      return answer.next()
          && answer.getInt(1) == 1
          && answer.getString(2).endsWith(files.proof(token).getFileName().toString());
    } catch (SQLException e) {
      if (config.secured() && DoltError.of(e) == DoltError.NO_PERMISSION) {
        throw new Administrator(config).refused(e);
      }
      throw e;
    }
  }

  /** Ends it gently, or by force if that takes too long or this thread is interrupted. */
  void stop() {
    handle.destroy();
    try {
      long deadline = System.nanoTime() + config.stopTimeout().toNanos();
      while (isAlive() && System.nanoTime() < deadline) {
        TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
      }
      if (isAlive()) {
        LOG.warn("dolt process {} did not stop in {}; killing it", pid(), config.stopTimeout());
        kill();
        while (isAlive()) {
          TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it by force, without waiting. */
  void kill() {
    handle.destroyForcibly();
  }

  String exitText() {
    return exitCode().isPresent() ? Integer.toString(exitCode().getAsInt()) : "unknown";
  }

  /** So that what a terminal sends to this process does not end a server that others use. */
  private static List<String> inSessionOfItsOwn(List<String> command) {
    if (!Files.isExecutable(SET_SESSION)) {
      return command;
    }
    List<String> longer = new ArrayList<>(List.of(SET_SESSION.toString()));
    longer.addAll(command);
    return longer;
  }
}
