package dev.polecat.bench.contest;

import dev.polecat.bench.BenchServer;
import dev.polecat.core.BranchName;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltServer;
import dev.polecat.core.Endpoint;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The database all ways of one contest write to, one after the other. Each finds it as the first
 * one did: main is set back to the commit that filled the table. Its connections have the library's
 * own driver properties, so every way is tuned alike.
 */
final class Arena implements AutoCloseable {
  private final Workload workload;
  private final DoltDatabase direct;
  private final @Nullable SlowNetwork network;
  private final DoltDatabase reached;
  private final String start;

  Arena(BenchServer server, Workload workload) throws IOException, SQLException {
    this.workload = workload;
    DatabaseName name = server.freshName();
    this.direct = server.server().database(name);
    try (Connection main = connectDirectly()) {
      Beads.create(main, workload);
    }
    this.start = direct.head(BranchName.MAIN).orElseThrow().value();
    this.network =
        workload.delay().isZero()
            ? null
            : new SlowNetwork(server.server().endpoint(), workload.delay());
    this.reached = network == null ? direct : DoltServer.connect(network.endpoint()).database(name);
  }

  Workload workload() {
    return workload;
  }

  DatabaseName name() {
    return direct.name();
  }

  /** Where the ways are to connect. */
  Endpoint endpoint() {
    return reached.endpoint();
  }

  /** Opens a connection as the ways are to use it, with the network's delay. */
  Connection connect() throws SQLException {
    return reached.connect(BranchName.MAIN);
  }

  /** Opens a connection for what is not measured. */
  Connection connectDirectly() throws SQLException {
    return direct.connect(BranchName.MAIN);
  }

  void reset() throws SQLException {
    try (Connection main = connectDirectly()) {
      DoltCalls.execute(main, "CALL DOLT_RESET('--hard', '" + start + "')");
      new MainCheck(main).nothingIsLeftOver();
    }
  }

  @Override
  public void close() throws IOException, SQLException {
    if (network != null) {
      network.close();
    }
    try (Connection main = connectDirectly()) {
      DoltCalls.execute(main, "DROP DATABASE `" + name() + "`");
    }
  }
}
