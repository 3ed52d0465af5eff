package dev.polecat.mergequeue;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.mergequeue.internal.PolicyCheck;
import dev.polecat.mergequeue.spi.MergeGate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Collects a queue's settings; not thread-safe. */
public final class MergeQueueBuilder {
  final DoltDatabase database;
  ConflictPolicies policies = ConflictPolicies.ofDefaults();
  final List<MergeGate> gates = new ArrayList<>();
  Duration gateLimit = Duration.ofSeconds(30);
  int maxListed = 1_000;
  Duration patience = Duration.ofSeconds(30);
  Ledger ledger = Ledger.inMemory();
  boolean merges = true;

  MergeQueueBuilder(DoltDatabase database) {
    this.database = Objects.requireNonNull(database, "database");
  }

  /**
   * Sets which policy decides which column. Default {@link ConflictPolicies#ofDefaults()}.
   *
   * @param policies the policies
   * @return this builder
   */
  public MergeQueueBuilder policies(ConflictPolicies policies) {
    this.policies = Objects.requireNonNull(policies, "policies");
    return this;
  }

  /**
   * Adds a gate. Gates are asked in the order in which they were added.
   *
   * @param gate the gate
   * @return this builder
   */
  public MergeQueueBuilder gate(MergeGate gate) {
    gates.add(Objects.requireNonNull(gate, "gate"));
    return this;
  }

  /**
   * Sets how long each gate may take before the request is parked. Default 30 seconds.
   *
   * @param limit more than zero
   * @return this builder
   * @throws InvalidPolicyException if the limit is zero or negative
   */
  public MergeQueueBuilder gateLimit(Duration limit) {
    if (limit.isZero() || limit.isNegative()) {
      throw new InvalidPolicyException(
          "A gate cannot answer within " + limit + "; give it some time.");
    }
    this.gateLimit = limit;
    return this;
  }

  /**
   * Sets how many decided cells, changed rows or violated rows a report, a diff or a reason lists
   * at most. Default 1,000. The counts stay exact.
   *
   * @param limit 0 or more
   * @return this builder
   * @throws InvalidPolicyException if the limit is negative
   */
  public MergeQueueBuilder maxListed(int limit) {
    if (limit < 0) {
      throw new InvalidPolicyException("Nothing can list " + limit + " rows; give 0 or more.");
    }
    this.maxListed = limit;
    return this;
  }

  /**
   * Sets how long a request may keep failing for reasons that may pass (main has uncommitted rows,
   * its merge breaks the connection each time) before it is parked. Default 30 seconds.
   *
   * @param limit the time since its first failure
   * @return this builder
   */
  public MergeQueueBuilder patience(Duration limit) {
    this.patience = Objects.requireNonNull(limit, "limit");
    return this;
  }

  /**
   * Sets where requests are remembered. Default {@link Ledger#inMemory()}; with {@link Ledger#on}
   * requests outlive the process, and the queue also merges what other processes left. All queues
   * of a rig should then be built alike: whichever holds the merge lock decides.
   *
   * @param ledger the ledger; whoever made it closes it, after the queue
   * @return this builder
   */
  public MergeQueueBuilder ledger(Ledger ledger) {
    this.ledger = Objects.requireNonNull(ledger, "ledger");
    return this;
  }

  /**
   * Leaves all merging to queues of other processes: this one only takes requests, and waits for
   * their outcomes.
   *
   * @return this builder
   */
  public MergeQueueBuilder leaveMergingToOthers() {
    this.merges = false;
    return this;
  }

  /**
   * Checks the policies against the schema and makes the queue. Its thread starts with the first
   * request; with a ledger that others share, at once.
   *
   * @return the queue
   * @throws InvalidPolicyException if a policy names a column that its table does not have, or
   *     contradicts the column's type; a table that does not exist yet is not checked
   * @throws DoltSqlException if the schema cannot be read
   * @throws IllegalStateException if merging is left to others who cannot see the ledger
   */
  public MergeQueue build() {
    if (!merges && ledger.lookAgain().isEmpty()) {
      throw new IllegalStateException(
          "Merging cannot be left to others with a ledger in memory: nobody else knows of it.");
    }
    PolicyCheck.check(database, policies);
    return new MergeQueue(this);
  }
}
