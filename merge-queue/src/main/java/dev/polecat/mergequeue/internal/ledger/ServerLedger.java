package dev.polecat.mergequeue.internal.ledger;

import dev.polecat.core.Author;
import dev.polecat.core.BranchDataSource;
import dev.polecat.core.BranchName;
import dev.polecat.core.BranchSession;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltServer;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.TransactionRetry;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.QueuePause;
import dev.polecat.mergequeue.internal.resolve.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A ledger in a database of the server. An entry is written only over the version that was read;
 * every write sets another version, so that two at once cannot both win: the server then finds them
 * in conflict, as it would not if both wrote the same. For the same reason any write can be
 * repeated when nobody knows whether it took effect.
 */
public final class ServerLedger implements Ledger {
  private static final BranchSession SESSION =
      BranchSession.of(new Author("polecat ledger", "ledger@polecat.local"))
          .withCommitMode(CommitMode.EXPLICIT)
          .withMaxConnections(8)
          .withPatience(Duration.ofSeconds(10))
          .withSilence(Duration.ofMinutes(1))
          .withTrust(Duration.ofSeconds(1)); // everything here is done again if need be

  private static final TransactionRetry RETRY =
      TransactionRetry.ofDefaults().within(Duration.ofSeconds(10));

  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private static final Duration PROMPT = Duration.ofMillis(500);
  private static final int LOST_CONNECTIONS = 2;
  private static final String SELECT =
      "SELECT " + String.join(", ", LedgerRow.COLUMNS) + " FROM branches WHERE rig = ?";

  private final String rig;
  private final BranchDataSource connections;
  private final GroupCommit<LedgerWrite, Boolean> writes =
      new GroupCommit<>(
          write -> attempt(write::on), all -> once(c -> LedgerWrite.together(c, all)));
  private volatile Duration ahead = Duration.ZERO;

  private ServerLedger(DatabaseName rig, BranchDataSource connections) {
    this.rig = rig.value();
    this.connections = connections;
  }

  /** Opens the ledger of a rig, making or migrating its database if need be. */
  public static ServerLedger open(DoltServer server, DatabaseName name, DatabaseName rig) {
    DoltDatabase database = server.database(name);
    try (Connection connection = database.connect(BranchName.MAIN)) {
      LedgerSchema.migrate(connection, name.value());
    } catch (SQLException e) {
      throw new DoltSqlException("open ledger " + database, e);
    }
    ServerLedger ledger = new ServerLedger(rig, database.open(BranchName.MAIN, SESSION));
    try {
      ledger.paused(); // reads the server's clock
    } catch (DoltSqlException e) {
      ledger.close();
      throw e;
    }
    return ledger;
  }

  @Override
  public List<LedgerEntry> entries(Set<State> states) {
    List<String> values = new ArrayList<>(List.of(rig));
    states.forEach(state -> values.add(state.name()));
    String sql =
        SELECT + " AND state IN (" + LedgerWrite.marks(states.size()) + ") ORDER BY since, branch";
    return states.isEmpty()
        ? List.of()
        : repeat("read", c -> Sql.list(c, sql, LedgerRow::known, values.toArray(new String[0])))
            .stream()
            .flatMap(Optional::stream)
            .toList();
  }

  @Override
  public Optional<LedgerEntry> entry(BranchName branch) {
    return repeat(
        "read branch " + branch + " from",
        c ->
            Sql.list(c, SELECT + " AND branch = ?", LedgerRow::entry, rig, branch.value()).stream()
                .findFirst());
  }

  @Override
  public boolean add(LedgerEntry entry) {
    return write(null, entry);
  }

  @Override
  public boolean replace(LedgerEntry before, LedgerEntry after) {
    return write(before.version(), after);
  }

  @Override
  public void remove(List<LedgerEntry> before) {
    if (before.isEmpty()) {
      return;
    }
    String marks = LedgerWrite.marks(before.size());
    List<String> values = new ArrayList<>(List.of(rig));
    before.forEach(entry -> values.add(entry.branch().value()));
    before.forEach(entry -> values.add(entry.version()));
    repeat(
        "remove branches from",
        c ->
            Sql.update(
                c,
                "DELETE FROM branches WHERE rig = ? AND branch IN (%s) AND version IN (%s)"
                    .formatted(marks, marks),
                values.toArray(new String[0])));
  }

  @Override
  public void renew(String holder, Set<BranchName> branches, Duration lease) {
    if (branches.isEmpty()) {
      return;
    }
    List<String> values =
        new ArrayList<>(List.of(Long.toString(lease.toNanos() / 1_000), rig, holder));
    branches.forEach(branch -> values.add(branch.value()));
    repeat(
        "renew leases in",
        c ->
            Sql.update(
                c,
                "UPDATE branches SET version = UUID(),"
                    + " lease_until = DATE_ADD(UTC_TIMESTAMP(6), INTERVAL ? MICROSECOND)"
                    + " WHERE rig = ? AND state = 'ACTIVE' AND lease_holder = ?"
                    + " AND branch IN (%s)".formatted(LedgerWrite.marks(branches.size())),
                values.toArray(new String[0])));
  }

  @Override
  public Optional<QueuePause> paused() {
    return repeat("read", this::paused);
  }

  private Optional<QueuePause> paused(Connection connection) throws SQLException {
    Instant asked = Instant.now();
    return Sql.one(
        connection,
        "SELECT UTC_TIMESTAMP(6) AS server_time, paused_by, why, since"
            + " FROM (SELECT 1) one LEFT JOIN pauses ON rig = ?",
        row -> {
          noteTime(asked, LedgerRow.instant(row, "server_time"));
          return row.getString("paused_by") == null
              ? Optional.empty()
              : Optional.of(
                  new QueuePause(
                      row.getString("paused_by"),
                      row.getString("why"),
                      LedgerRow.instant(row, "since")));
        },
        rig);
  }

  /** An answer that took long says little about the time. */
  private void noteTime(Instant asked, Instant server) {
    Duration trip = Duration.between(asked, Instant.now());
    if (trip.compareTo(PROMPT) < 0) {
      ahead = Duration.between(asked.plus(trip.dividedBy(2)), server);
    }
  }

  @Override
  public void pause(QueuePause pause) {
    repeat(
        "pause the queue in",
        c ->
            Sql.update(
                c,
                "REPLACE INTO pauses (rig, paused_by, why, since) VALUES (?, ?, ?, ?)",
                rig,
                pause.by(),
                pause.why(),
                LedgerRow.TIME.format(pause.since())));
  }

  @Override
  public void resume() {
    repeat("resume the queue in", c -> Sql.update(c, "DELETE FROM pauses WHERE rig = ?", rig));
  }

  @Override
  public Instant now() {
    return Instant.now().plus(ahead).truncatedTo(ChronoUnit.MICROS);
  }

  @Override
  public Optional<Duration> lookAgain() {
    return Optional.of(LOOK_AGAIN);
  }

  @Override
  public void close() {
    connections.close();
  }

  @Override
  public String toString() {
    return "ledger of " + rig;
  }

  /** Says whether the entry is in the ledger now, whoever's attempt wrote it. */
  private boolean write(@Nullable String before, LedgerEntry after) {
    String branch = after.branch().value();
    List<@Nullable String> row = LedgerRow.of(rig, after);
    try {
      if (writes.write(new LedgerWrite(rig, branch, before, after.version(), row))) {
        return true;
      }
    } catch (SQLException e) {
      throw failure("write branch " + branch + " to", e);
    }
    return entry(after.branch())
        .filter(entry -> entry.version().equals(after.version()))
        .isPresent();
  }

  private <T> T repeat(String doing, Work<T> work) {
    try {
      return attempt(work);
    } catch (SQLException e) {
      throw failure(doing, e);
    }
  }

  private DoltSqlException failure(String doing, SQLException e) {
    return new DoltSqlException(doing + " the ledger of " + rig, e);
  }

  private <T> T attempt(Work<T> work) throws SQLException {
    for (int lost = 0; ; lost++) {
      try {
        return RETRY.<T, SQLException>call(() -> once(work));
      } catch (SQLException e) {
        if (DoltError.of(e) != DoltError.CONNECTION_LOST || lost == LOST_CONNECTIONS) {
          throw e;
        }
      }
    }
  }

  private <T> T once(Work<T> work) throws SQLException {
    try (Connection connection = connections.getConnection()) {
      return work.run(connection);
    }
  }

  private interface Work<T> {
    T run(Connection connection) throws SQLException;
  }
}
