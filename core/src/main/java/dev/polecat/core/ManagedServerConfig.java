package dev.polecat.core;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How to run a server of one's own. Immutable; built with {@link #builder(Path)}.
 *
 * <p>Below the root directory live {@code .dolt-data/} (the databases) and {@code daemon/} (pid,
 * log, configuration), the layout of the seeds.
 */
public final class ManagedServerConfig {
  private final Path root;
  private final int port;
  private final DoltBinarySearch binary;
  private final Duration startTimeout;
  private final Duration stopTimeout;
  private final int maxConnections;
  private final Supervision supervision;
  private final Consumer<ServerEvent> listener;
  private final boolean keepRunning;
  private final boolean secured;

  private ManagedServerConfig(Builder builder) {
    this.root = builder.root;
    this.port = builder.port;
    this.binary = builder.binary;
    this.startTimeout = builder.startTimeout;
    this.stopTimeout = builder.stopTimeout;
    this.maxConnections = builder.maxConnections;
    this.supervision = builder.supervision;
    this.listener = builder.listener;
    this.keepRunning = builder.keepRunning;
    this.secured = builder.secured;
  }

  /**
   * Starts a configuration.
   *
   * @param root the directory that holds the server's data and run files; created when missing
   * @return a builder with the defaults
   * @throws InvalidNameException if its path has a {@code %} or a backslash that is no separator
   */
  public static Builder builder(Path root) {
    return new Builder(root);
  }

  /**
   * The root directory.
   *
   * @return an absolute path
   */
  public Path root() {
    return root;
  }

  /**
   * Where the databases live.
   *
   * @return {@code root/.dolt-data}
   */
  public Path dataDirectory() {
    return root.resolve(".dolt-data");
  }

  /**
   * Where pid file, log and server configuration live.
   *
   * @return {@code root/daemon}
   */
  public Path runDirectory() {
    return root.resolve("daemon");
  }

  /**
   * What the server says.
   *
   * @return {@code root/daemon/dolt-server.log}
   */
  public Path logFile() {
    return runDirectory().resolve("dolt-server.log");
  }

  /**
   * The port to listen on.
   *
   * @return the port; 0 means any free one
   */
  public int port() {
    return port;
  }

  /**
   * How the dolt binary is found.
   *
   * @return the search
   */
  public DoltBinarySearch binary() {
    return binary;
  }

  /**
   * How long the server may take until it answers.
   *
   * @return the limit
   */
  public Duration startTimeout() {
    return startTimeout;
  }

  /**
   * How long a gentle stop may take before the process is killed.
   *
   * @return the limit
   */
  public Duration stopTimeout() {
    return stopTimeout;
  }

  /**
   * How many connections the server accepts.
   *
   * @return the limit
   */
  public int maxConnections() {
    return maxConnections;
  }

  /**
   * How the server is watched and restarted.
   *
   * @return the settings
   */
  public Supervision supervision() {
    return supervision;
  }

  /**
   * Who is told what happens to the server.
   *
   * @return the listener
   */
  public Consumer<ServerEvent> listener() {
    return listener;
  }

  /**
   * Whether the server goes on when nobody uses it any more.
   *
   * @return true if closing leaves it running
   */
  public boolean keepRunning() {
    return keepRunning;
  }

  /**
   * Whether users have passwords.
   *
   * @return true if nobody is let in without a password
   */
  public boolean secured() {
    return secured;
  }

  /**
   * Where a secured server's passwords are: one file for each user, named after it, which only the
   * owner can read.
   *
   * @return {@code root/daemon/passwords}
   */
  public Path passwordDirectory() {
    return runDirectory().resolve("passwords");
  }

  @Override
  public String toString() {
    return "ManagedServerConfig[root="
        + root
        + ", port="
        + port
        + ", startTimeout="
        + startTimeout
        + ", stopTimeout="
        + stopTimeout
        + ", maxConnections="
        + maxConnections
        + ", keepRunning="
        + keepRunning
        + ", "
        + supervision
        + ", secured="
        + secured
        + "]";
  }

  /** Collects a configuration; not thread-safe. */
  public static final class Builder {
    private final Path root;
    private int port = Endpoint.DEFAULT_PORT;
    private DoltBinarySearch binary = DoltBinarySearch.ofDefaults();
    private Duration startTimeout = Duration.ofSeconds(30);
    private Duration stopTimeout = Duration.ofSeconds(30);
    private int maxConnections = 1000;
    private Supervision supervision = Supervision.DEFAULT;
    private Consumer<ServerEvent> listener = event -> {};
    private boolean keepRunning;
    private boolean secured;

    private Builder(Path root) {
      this.root = root.toAbsolutePath().normalize();
      String path = this.root.toString().replace(this.root.getFileSystem().getSeparator(), "/");
      if (path.contains("%") || path.contains("\\")) {
        throw new InvalidNameException(
            "root directory", path, "Dolt makes no database below a '%' or a '\\'; use another.");
      }
    }

    /**
     * Sets the port. Default {@value Endpoint#DEFAULT_PORT}.
     *
     * @param port 1 to 65535, or 0 for any free port
     * @return this builder
     */
    public Builder port(int port) {
      if (port < 0 || port > 65_535) {
        throw new InvalidNameException(
            "port", Integer.toString(port), "Give 1 to 65535, or 0 for any free port.");
      }
      this.port = port;
      return this;
    }

    /**
     * Sets how the binary is found. Default {@link DoltBinarySearch#ofDefaults()}.
     *
     * @param binary the search
     * @return this builder
     */
    public Builder binary(DoltBinarySearch binary) {
      this.binary = Objects.requireNonNull(binary, "binary");
      return this;
    }

    /**
     * Sets how long the server may take until it answers. Default 30 seconds.
     *
     * @param limit a positive time
     * @return this builder
     */
    public Builder startTimeout(Duration limit) {
      this.startTimeout = positive(limit, "start timeout");
      return this;
    }

    /**
     * Sets how long a gentle stop may take before the process is killed. Default 30 seconds.
     *
     * @param limit a positive time
     * @return this builder
     */
    public Builder stopTimeout(Duration limit) {
      this.stopTimeout = positive(limit, "stop timeout");
      return this;
    }

    /**
     * Sets how many connections the server accepts. Default 1000, Dolt's own; over it Dolt drops
     * the socket without a word.
     *
     * @param limit at least 10
     * @return this builder
     */
    public Builder maxConnections(int limit) {
      if (limit < 10) {
        throw new InvalidNameException(
            "connection limit", Integer.toString(limit), "Give at least 10.");
      }
      this.maxConnections = limit;
      return this;
    }

    /**
     * Sets how the server is watched and restarted. Default {@link Supervision#DEFAULT}.
     *
     * @param settings all of it
     * @return this builder
     */
    public Builder supervision(Supervision settings) {
      this.supervision = Objects.requireNonNull(settings, "supervision");
      return this;
    }

    /**
     * Sets the time from one health check to the next. Default 30 seconds.
     *
     * @param interval a positive time
     * @return this builder
     */
    public Builder healthInterval(Duration interval) {
      this.supervision =
          supervision.withHealth(interval, supervision.healthTimeout(), supervision.failedChecks());
      return this;
    }

    /**
     * Sets who is told what happens to the server: one event after another, in order, on a thread
     * of its own. What it throws is logged. Default nobody.
     *
     * @param listener called for every event
     * @return this builder
     */
    public Builder listener(Consumer<ServerEvent> listener) {
      this.listener = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Sets whether the server goes on when nobody uses it any more, for later processes. It does so
     * for all who use the directory, until {@link DoltServer#keepRunning(boolean)} ends it. Default
     * false, which leaves things as another process has set them.
     *
     * @param keep true to leave it running
     * @return this builder
     */
    public Builder keepRunning(boolean keep) {
      this.keepRunning = keep;
      return this;
    }

    /**
     * Sets whether users have passwords. Default false: {@code root} has none, and whoever reaches
     * the port may do everything, which is why a server listens on loopback only.
     *
     * <p>The first start with true gives {@code root} a random password, before the server can be
     * reached; data that was served without passwords before is secured the same way. From then on
     * it is served with true only. The passwords are in {@link
     * ManagedServerConfig#passwordDirectory()}.
     *
     * @param value true to let nobody in without a password
     * @return this builder
     */
    public Builder secured(boolean value) {
      this.secured = value;
      return this;
    }

    /**
     * Builds the configuration.
     *
     * @return an immutable configuration
     */
    public ManagedServerConfig build() {
      return new ManagedServerConfig(this);
    }

    private static Duration positive(Duration limit, String what) {
      if (limit.isNegative() || limit.isZero()) {
        throw new InvalidNameException(what, limit.toString(), "Give a positive time.");
      }
      return limit;
    }
  }
}
