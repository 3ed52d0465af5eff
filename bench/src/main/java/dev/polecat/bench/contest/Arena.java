package dev.polecat.bench.contest;

import dev.polecat.bench.BenchServer;
import dev.polecat.core.BranchName;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltServer;
import dev.polecat.core.Endpoint;
import dev.polecat.sling.Polecat;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The server and the database all ways of one contest write to, one after the other. Each finds the
 * database as the first one did: main is set back to the commit that filled the table. Its
 * connections have the library's own driver properties, so every way is tuned alike.
 */
final class Arena implements AutoCloseable {
  private static final DatabaseName NAME = DatabaseName.of("contest");

  private final Workload workload;
  private final BenchServer server;
  private final DoltDatabase direct;
  private final @Nullable SlowNetwork network;
  private final DoltDatabase reached;
  private final String start;

  Arena(Workload workload) throws IOException, SQLException {
    this.workload = workload;
    this.server = BenchServer.start();
    this.direct = server.server().database(NAME);
    try (Connection main = connectDirectly()) {
      Beads.create(main, workload.table());
      for (int i = 0; i < workload.before().liveBranches(); i++) {
        DoltCalls.createBranch(main, "idle-" + i, false);
      }
    }
    slingBefore(workload.before().slings());
    this.start = direct.head(BranchName.MAIN).orElseThrow().value();
    this.network =
        workload.delay().isZero()
            ? null
            : new SlowNetwork(server.server().endpoint(), workload.delay());
    this.reached = network == null ? direct : DoltServer.connect(network.endpoint()).database(NAME);
  }

  Workload workload() {
    return workload;
  }

  DatabaseName name() {
    return NAME;
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

  DoltServer server() {
    return server.server();
  }

  void reset() throws SQLException {
    try (Connection main = connectDirectly()) {
      DoltCalls.execute(main, "CALL DOLT_RESET('--hard', '" + start + "')");
      new MainCheck(main).nothingIsLeftOver(workload);
    }
  }

  @Override
  public void close() throws IOException {
    if (network != null) {
      network.close();
    }
    server.close();
  }

  private void slingBefore(int slings) {
    if (slings > 0) {
      try (Town town = Town.open(TownConfig.external(server.server().endpoint()))) {
        Rig rig = town.rig(NAME.value());
        for (int i = 0; i < slings; i++) {
          try (Polecat polecat = rig.sling("before", "bead-" + i)) {
            rig.nukeWithoutTag(polecat.branch());
          }
        }
      }
    }
  }
}
