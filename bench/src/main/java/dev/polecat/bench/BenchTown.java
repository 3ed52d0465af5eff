package dev.polecat.bench;

import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import java.io.IOException;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A town in a temporary directory, one per trial, shared by all threads. */
@State(Scope.Benchmark)
public class BenchTown {
  private BenchServer server;
  private Town town;
  private Rig rig;

  /** Made by JMH. */
  public BenchTown() {}

  /**
   * Starts the server and creates the schema.
   *
   * @throws IOException if there is no room for temporary files
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    server = BenchServer.start();
    town = Town.open(TownConfig.external(server.server().endpoint()));
    rig = town.rig("bench").initSchema();
  }

  /**
   * Stops the server and removes its files.
   *
   * @throws IOException if they cannot be removed
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    town.close();
    server.close();
  }

  Rig rig() {
    return rig;
  }
}
