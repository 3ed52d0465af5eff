package dev.polecat.sling;

import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.Endpoint;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.MergeQueue;
import dev.polecat.sling.schema.TownSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How a town is run. Immutable and safe to share; every {@code with} method gives a changed copy.
 */
public final class TownConfig {
  private final Optional<ManagedServerConfig> managed;
  private final Optional<Endpoint> external;
  private final ConflictPolicies policies;
  private final CommitMode commitMode;
  private final int connectionsPerPolecat;
  private final Duration sealTimeout;
  private final Duration mergePatience;
  private final UnaryOperator<MergeQueue.Builder> queue;

  private TownConfig(
      Optional<ManagedServerConfig> managed,
      Optional<Endpoint> external,
      ConflictPolicies policies,
      CommitMode commitMode,
      int connectionsPerPolecat,
      Duration sealTimeout,
      Duration mergePatience,
      UnaryOperator<MergeQueue.Builder> queue) {
    this.managed = managed;
    this.external = external;
    this.policies = policies;
    this.commitMode = commitMode;
    this.connectionsPerPolecat = connectionsPerPolecat;
    this.sealTimeout = sealTimeout;
    this.mergePatience = mergePatience;
    this.queue = queue;
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
    return of(Optional.of(server), Optional.empty());
  }

  /**
   * A town on a server that runs already.
   *
   * @param endpoint where it listens, and who logs in
   * @return the configuration
   */
  public static TownConfig external(Endpoint endpoint) {
    return of(Optional.empty(), Optional.of(endpoint));
  }

  /**
   * With other policies. Default {@link TownSchema#policies()}.
   *
   * @param value which policy decides which column
   * @return the changed configuration
   */
  public TownConfig withPolicies(ConflictPolicies value) {
    Objects.requireNonNull(value, "policies");
    return new TownConfig(
        managed,
        external,
        value,
        commitMode,
        connectionsPerPolecat,
        sealTimeout,
        mergePatience,
        queue);
  }

  /**
   * With another commit mode for polecats. Default {@link CommitMode#PER_TRANSACTION}.
   *
   * @param value when a write becomes a Dolt commit
   * @return the changed configuration
   */
  public TownConfig withCommitMode(CommitMode value) {
    Objects.requireNonNull(value, "commit mode");
    return new TownConfig(
        managed,
        external,
        policies,
        value,
        connectionsPerPolecat,
        sealTimeout,
        mergePatience,
        queue);
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
    return new TownConfig(
        managed, external, policies, commitMode, value, sealTimeout, mergePatience, queue);
  }

  /**
   * With another limit for how long {@code done} waits for connections in use. Default 30 seconds.
   *
   * @param value the limit
   * @return the changed configuration
   */
  public TownConfig withSealTimeout(Duration value) {
    Objects.requireNonNull(value, "seal timeout");
    return new TownConfig(
        managed,
        external,
        policies,
        commitMode,
        connectionsPerPolecat,
        value,
        mergePatience,
        queue);
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
    return new TownConfig(
        managed, external, policies, commitMode, connectionsPerPolecat, sealTimeout, value, queue);
  }

  /**
   * With other settings of the rigs' merge queues, such as gates: {@code withQueue(queue ->
   * queue.gate(tests))}. Applied after policies and patience, and after earlier ones of these.
   *
   * @param change changes the builder it is given; called once for each rig
   * @return the changed configuration
   */
  public TownConfig withQueue(UnaryOperator<MergeQueue.Builder> change) {
    Objects.requireNonNull(change, "change");
    return new TownConfig(
        managed,
        external,
        policies,
        commitMode,
        connectionsPerPolecat,
        sealTimeout,
        mergePatience,
        builder -> change.apply(queue.apply(builder)));
  }

  /**
   * The server to run.
   *
   * @return its configuration; empty for an external one
   */
  public Optional<ManagedServerConfig> managed() {
    return managed;
  }

  /**
   * The server to connect to.
   *
   * @return its endpoint; empty for a managed one
   */
  public Optional<Endpoint> external() {
    return external;
  }

  /**
   * Which policy decides which column.
   *
   * @return the policies
   */
  public ConflictPolicies policies() {
    return policies;
  }

  /**
   * When a polecat's write becomes a Dolt commit.
   *
   * @return the commit mode
   */
  public CommitMode commitMode() {
    return commitMode;
  }

  /**
   * How many connections a polecat may have open at once.
   *
   * @return the limit
   */
  public int connectionsPerPolecat() {
    return connectionsPerPolecat;
  }

  /**
   * How long {@code done} waits for connections in use.
   *
   * @return the limit
   */
  public Duration sealTimeout() {
    return sealTimeout;
  }

  /**
   * How long a merge may keep failing for reasons that may pass.
   *
   * @return the limit
   */
  public Duration mergePatience() {
    return mergePatience;
  }

  /** The queue of a rig. */
  MergeQueue queue(DoltDatabase database) {
    return queue
        .apply(MergeQueue.builder(database).policies(policies).patience(mergePatience))
        .build();
  }

  @Override
  public String toString() {
    return "TownConfig["
        + managed.map(Object::toString).orElseGet(() -> String.valueOf(external.orElseThrow()))
        + ", commitMode="
        + commitMode
        + ", connectionsPerPolecat="
        + connectionsPerPolecat
        + ", sealTimeout="
        + sealTimeout
        + ", mergePatience="
        + mergePatience
        + ", policies:\n"
        + policies
        + "]";
  }

  private static TownConfig of(Optional<ManagedServerConfig> managed, Optional<Endpoint> external) {
    return new TownConfig(
        managed,
        external,
        TownSchema.policies(),
        CommitMode.PER_TRANSACTION,
        4,
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        UnaryOperator.identity());
  }
}
