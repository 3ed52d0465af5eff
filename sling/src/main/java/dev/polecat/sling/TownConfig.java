package dev.polecat.sling;

import dev.polecat.core.CommitMode;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.Endpoint;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.Logins;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.MergeQueue;
import dev.polecat.mergequeue.MergeQueueBuilder;
import dev.polecat.sling.schema.TownSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * How a town is run. Immutable and safe to share; every {@code with} method gives a changed copy.
 */
public final class TownConfig {
  private final Settings settings;

  private TownConfig(Settings settings) {
    this.settings = settings;
  }

  /** The settings; changed only in a copy that nobody else has yet. */
  private static final class Settings {
    final Optional<ManagedServerConfig> managed;
    final Optional<Endpoint> external;
    ConflictPolicies policies = TownSchema.policies();
    CommitMode commitMode = CommitMode.PER_TRANSACTION;
    int connectionsPerPolecat = 4;
    Duration sealTimeout = Duration.ofSeconds(30);
    Duration mergePatience = Duration.ofSeconds(30);
    UnaryOperator<MergeQueueBuilder> queue = UnaryOperator.identity();
    Optional<DatabaseName> ledger = Optional.of(Ledger.DEFAULT_DATABASE);
    Duration lease = Duration.ofHours(1);
    boolean merging = true;
    Duration serverPatience = Duration.ofSeconds(30);
    Optional<Logins> logins = Optional.empty();

    Settings(Optional<ManagedServerConfig> managed, Optional<Endpoint> external) {
      this.managed = managed;
      this.external = external;
    }

    Settings(Settings from) {
      this(from.managed, from.external);
      policies = from.policies;
      commitMode = from.commitMode;
      connectionsPerPolecat = from.connectionsPerPolecat;
      sealTimeout = from.sealTimeout;
      mergePatience = from.mergePatience;
      queue = from.queue;
      ledger = from.ledger;
      lease = from.lease;
      merging = from.merging;
      serverPatience = from.serverPatience;
      logins = from.logins;
    }
  }

  /**
   * A town with a server of its own, on port {@value Endpoint#DEFAULT_PORT} of loopback.
   *
   * @param root the town's directory; created when missing
   * @return the configuration
   */
  public static TownConfig managed(Path root) {
    return managed(ManagedServerConfig.builder(root).build());
  }

  /**
   * A town with a server of its own.
   *
   * @param server how to run the server
   * @return the configuration
   */
  public static TownConfig managed(ManagedServerConfig server) {
    return new TownConfig(new Settings(Optional.of(server), Optional.empty()));
  }

  /**
   * A town on a server that runs already.
   *
   * @param endpoint where it listens, and who logs in
   * @return the configuration
   */
  public static TownConfig external(Endpoint endpoint) {
    return new TownConfig(new Settings(Optional.empty(), Optional.of(endpoint)));
  }

  /**
   * A town on a secured server that runs already, such as another process's: each role logs in as
   * itself, and the endpoint's user only makes, tags and deletes branches. A role without a
   * password there is refused; users are made by the process that runs the server.
   *
   * @param endpoint where it listens, and who logs in for what belongs to no role: {@code root}
   *     where polecats are slung or branches merged
   * @param logins the roles' passwords: of {@code polecat}, {@code queue} and {@code main-<role>}
   * @return the configuration
   */
  public static TownConfig external(Endpoint endpoint, Logins logins) {
    return new TownConfig(new Settings(Optional.empty(), Optional.of(endpoint)))
        .with(changed -> changed.logins = Optional.of(logins));
  }

  /**
   * With other policies. Default {@link TownSchema#policies()}.
   *
   * @param value which policy decides which column
   * @return the changed configuration
   */
  public TownConfig withPolicies(ConflictPolicies value) {
    Objects.requireNonNull(value, "policies");
    return with(changed -> changed.policies = value);
  }

  /**
   * With another commit mode for polecats. Default {@link CommitMode#PER_TRANSACTION}.
   *
   * @param value when a write becomes a Dolt commit
   * @return the changed configuration
   */
  public TownConfig withCommitMode(CommitMode value) {
    Objects.requireNonNull(value, "commit mode");
    return with(changed -> changed.commitMode = value);
  }

  /**
   * With another limit of connections per polecat. Default 4. Connections are opened when needed.
   *
   * @param value at least 1
   * @return the changed configuration
   */
  public TownConfig withConnectionsPerPolecat(int value) {
    if (value < 1) {
      throw new InvalidNameException(
          "number of connections per polecat", Integer.toString(value), "Give at least 1.");
    }
    return with(changed -> changed.connectionsPerPolecat = value);
  }

  /**
   * With another limit for how long {@code done} waits for connections in use. Default 30 seconds.
   *
   * @param value the limit
   * @return the changed configuration
   */
  public TownConfig withSealTimeout(Duration value) {
    Objects.requireNonNull(value, "seal timeout");
    return with(changed -> changed.sealTimeout = value);
  }

  /**
   * With another limit for how long a merge may keep failing for reasons that may pass. Default 30
   * seconds.
   *
   * @param value the limit
   * @return the changed configuration
   */
  public TownConfig withMergePatience(Duration value) {
    Objects.requireNonNull(value, "merge patience");
    return with(changed -> changed.mergePatience = value);
  }

  /**
   * With another limit for how long a request for a connection waits while the server is away, as
   * during a restart, or all connections of a polecat are in use. Default 30 seconds.
   *
   * @param value the limit; zero means that writers see a retryable error at once
   * @return the changed configuration
   */
  public TownConfig withServerPatience(Duration value) {
    if (value.isNegative()) {
      throw new InvalidNameException("server patience", value.toString(), "Give zero or more.");
    }
    return with(changed -> changed.serverPatience = value);
  }

  /**
   * With other settings of the rigs' merge queues, such as gates: {@code withQueue(queue ->
   * queue.gate(tests))}. Applied after policies and patience, and after earlier ones of these.
   *
   * @param change changes the builder it is given; called once for each rig
   * @return the changed configuration
   */
  public TownConfig withQueue(UnaryOperator<MergeQueueBuilder> change) {
    Objects.requireNonNull(change, "change");
    return with(changed -> changed.queue = builder -> change.apply(settings.queue.apply(builder)));
  }

  /**
   * With the ledger in another database. Default {@code polecat_ledger}. All processes of a town
   * must use the same one.
   *
   * @param database the ledger's database; made when there is need
   * @return the changed configuration
   */
  public TownConfig withLedger(String database) {
    DatabaseName name = DatabaseName.of(database);
    return with(changed -> changed.ledger = Optional.of(name));
  }

  /**
   * With the ledger in memory: for those who may not create databases. Requests then end with the
   * process, and other processes do not know of them.
   *
   * @return the changed configuration
   */
  public TownConfig withLedgerInMemory() {
    return with(changed -> changed.ledger = Optional.empty());
  }

  /**
   * With another lease. A polecat's lease is renewed while its handle is open; when it has run out,
   * {@link Rig#sweep} takes the branch for abandoned. Default one hour.
   *
   * @param value at least one second; longer than agents without an open handle may be silent
   * @return the changed configuration
   */
  public TownConfig withLease(Duration value) {
    if (value.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new InvalidNameException("lease", value.toString(), "Give at least a second.");
    }
    return with(changed -> changed.lease = value);
  }

  /**
   * With all merging left to queues of other processes: {@code done} then hands in, and waits for
   * the outcome.
   *
   * @return the changed configuration
   */
  public TownConfig withMergingLeftToOthers() {
    return with(changed -> changed.merging = false);
  }

  /**
   * The server to run.
   *
   * @return its configuration; empty for an external one
   */
  public Optional<ManagedServerConfig> managed() {
    return settings.managed;
  }

  /**
   * The server to connect to.
   *
   * @return its endpoint; empty for a managed one
   */
  public Optional<Endpoint> external() {
    return settings.external;
  }

  /**
   * The roles' passwords on the server to connect to.
   *
   * @return the logins; empty if one login does for all, or the server is a managed one
   */
  public Optional<Logins> logins() {
    return settings.logins;
  }

  /**
   * Which policy decides which column.
   *
   * @return the policies
   */
  public ConflictPolicies policies() {
    return settings.policies;
  }

  /**
   * When a polecat's write becomes a Dolt commit.
   *
   * @return the commit mode
   */
  public CommitMode commitMode() {
    return settings.commitMode;
  }

  /**
   * How many connections a polecat may have open at once.
   *
   * @return the limit
   */
  public int connectionsPerPolecat() {
    return settings.connectionsPerPolecat;
  }

  /**
   * How long {@code done} waits for connections in use.
   *
   * @return the limit
   */
  public Duration sealTimeout() {
    return settings.sealTimeout;
  }

  /**
   * How long a merge may keep failing for reasons that may pass.
   *
   * @return the limit
   */
  public Duration mergePatience() {
    return settings.mergePatience;
  }

  /**
   * How long a request for a connection waits.
   *
   * @return the limit
   */
  public Duration serverPatience() {
    return settings.serverPatience;
  }

  /**
   * Where requests are remembered.
   *
   * @return the ledger's database; empty if they are remembered in memory only
   */
  public Optional<DatabaseName> ledger() {
    return settings.ledger;
  }

  /**
   * How long a branch counts as worked on after its lease was last renewed.
   *
   * @return the lease
   */
  public Duration lease() {
    return settings.lease;
  }

  /** The queue of a rig. */
  MergeQueue queue(DoltDatabase database, Ledger ledger) {
    MergeQueueBuilder builder =
        MergeQueue.builder(database)
            .policies(settings.policies)
            .patience(settings.mergePatience)
            .ledger(ledger);
    return settings
        .queue
        .apply(settings.merging ? builder : builder.leaveMergingToOthers())
        .build();
  }

  @Override
  public String toString() {
    return "TownConfig["
        + managed().map(Object::toString).orElseGet(() -> external().orElseThrow().toString())
        + ", commitMode="
        + settings.commitMode
        + ", connectionsPerPolecat="
        + settings.connectionsPerPolecat
        + ", sealTimeout="
        + settings.sealTimeout
        + ", mergePatience="
        + settings.mergePatience
        + ", serverPatience="
        + settings.serverPatience
        + ", ledger="
        + settings.ledger.map(DatabaseName::value).orElse("in memory")
        + ", lease="
        + settings.lease
        + (settings.merging ? "" : ", merging left to others")
        + ", policies:\n"
        + settings.policies
        + "]";
  }

  private TownConfig with(Consumer<Settings> change) {
    Settings copy = new Settings(settings);
    change.accept(copy);
    return new TownConfig(copy);
  }
}
