package dev.polecat.core.internal.server;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.polecat.core.DoltBinary;
import dev.polecat.core.Endpoint;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.core.ServerException;
import dev.polecat.core.internal.sql.Connector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A dolt server this JVM started, and stops again. Thread-safe. */
public final class ServerProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int FREE_PORT_ATTEMPTS = 5;

  private final ManagedServerConfig config;
  private final Process process;
  private final Endpoint endpoint;
  private final DataDirectoryGuard guard;
  private final Thread exitHook;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ServerProcess(
      ManagedServerConfig config, Process process, Endpoint endpoint, DataDirectoryGuard guard) {
    this.config = config;
    this.process = process;
    this.endpoint = endpoint;
    this.guard = guard;
    this.exitHook = new Thread(this::endProcess, "dolt-server-stop");
  }

  /**
   * Starts a server and waits until it answers.
   *
   * @param config what to run
   * @return the running server
   * @throws ServerException if it cannot be started; nothing is left running
   */
  public static ServerProcess start(ManagedServerConfig config) {
    DoltBinary binary = DoltBinary.find(config.binary());
    try {
      DataDirectoryGuard guard = DataDirectoryGuard.acquire(config);
      try {
        return config.port() != 0
            ? startOn(checkedFree(config.port()), config, binary, guard)
            : startOnFreePort(config, binary, guard);
      } catch (RuntimeException | IOException e) {
        guard.close();
        throw e;
      }
    } catch (IOException e) {
      throw new ServerException.StartFailed(
          "The dolt server could not be started in " + config.root() + ": " + e, e);
    }
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  public long pid() {
    return process.pid();
  }

  public Path logFile() {
    return new ServerFiles(config).log();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Stops the server gently, then by force. Does nothing when called again. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        Runtime.getRuntime().removeShutdownHook(exitHook);
      } catch (IllegalStateException e) {
        LOG.debug("The JVM is ending; its hook stops the server too", e);
      }
      endProcess();
    }
  }

  private static ServerProcess startOnFreePort(
      ManagedServerConfig config, DoltBinary binary, DataDirectoryGuard guard) {
    // between finding a free port and the server's bind, somebody else may take it
    return Failsafe.with(
            RetryPolicy.<ServerProcess>builder()
                .handle(ServerException.PortInUse.class)
                .withMaxAttempts(FREE_PORT_ATTEMPTS)
                .build())
        .get(() -> startOn(freePort(), config, binary, guard));
  }

  private static ServerProcess startOn(
      int port, ManagedServerConfig config, DoltBinary binary, DataDirectoryGuard guard)
      throws IOException {
    ServerFiles files = new ServerFiles(config);
    String token = UUID.randomUUID().toString();
    Path configuration = files.writeConfiguration(port, token);
    long logStart = files.logSize();
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(binary.path().toString(), "sql-server", "--config", configuration.toString()));
    builder.directory(config.dataDirectory().toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("DOLT_"));
    builder.environment().put("DOLT_ROOT_PATH", files.doltRoot().toString());
    builder.environment().put("DOLT_DISABLE_EVENT_FLUSH", "1"); // no process for metrics
    builder.environment().put("TZ", "UTC"); // NOW() then agrees with the connections' time zone
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(files.log().toFile()));
    Process process = builder.start();
    ServerProcess server = new ServerProcess(config, process, Endpoint.local(port), guard);
    Runtime.getRuntime().addShutdownHook(server.exitHook);
    try {
      process.getOutputStream().close();
      PidFile.write(DataDirectoryGuard.pidFile(config), process.pid());
      server.awaitReady(files, token, logStart);
      LOG.info(
          "dolt {} serves {} on port {} as process {}",
          binary.version(),
          config.dataDirectory(),
          port,
          process.pid());
      return server;
    } catch (RuntimeException | IOException e) {
      // the guard stays with the caller, who may try another port
      Runtime.getRuntime().removeShutdownHook(server.exitHook);
      server.stopProcess();
      Files.deleteIfExists(DataDirectoryGuard.pidFile(config));
      throw e;
    }
  }

  private void awaitReady(ServerFiles files, String token, long logStart) throws IOException {
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
      ready = Failsafe.with(untilReady).get(() -> isReady(files.proof(token), deadline));
    } catch (FailsafeException e) {
      if (e.getCause() instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new ServerException.StartFailed("Interrupted while the dolt server started.", e);
      }
      lastError = " Last answer: " + e.getCause().getMessage();
    }
    if (ready && process.isAlive()) {
      return;
    }
    String tail = files.logTail(logStart);
    if (!process.isAlive() && tail.contains("already in use")) {
      throw new ServerException.PortInUse(endpoint.port(), null);
    }
    String what =
        process.isAlive()
            ? "did not answer within "
                + config.startTimeout().toMillis() / 1000.0
                + " s."
                + lastError
            : "ended at once with exit code " + process.exitValue() + ".";
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

  /** Returns true when this process answers, and also when it is dead: then waiting is over. */
  private boolean isReady(Path proof, long deadline) throws SQLException {
    if (!process.isAlive()) {
      return true;
    }
    Duration left = Duration.ofNanos(deadline - System.nanoTime());
    try (Connection connection = Connector.open(endpoint, "", left);
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery("SELECT 1, @@secure_file_priv")) {
      return answer.next() && answer.getInt(1) == 1 && proof.toString().equals(answer.getString(2));
    }
  }

  private void endProcess() {
    stopProcess();
    try {
      Files.deleteIfExists(DataDirectoryGuard.pidFile(config));
      guard.close();
    } catch (IOException e) {
      LOG.warn("Could not tidy {} after the dolt server stopped", config.runDirectory(), e);
    }
  }

  private void stopProcess() {
    process.destroy();
    try {
      if (!process.waitFor(config.stopTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("dolt process {} did not stop in {}; killing it", pid(), config.stopTimeout());
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static int checkedFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      // as the server does it: a port in TIME_WAIT is free
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
      return port;
    } catch (IOException e) {
      throw new ServerException.PortInUse(port, e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
