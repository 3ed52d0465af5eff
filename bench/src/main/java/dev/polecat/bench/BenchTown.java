package dev.polecat.bench;

import dev.polecat.core.ManagedServerConfig;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A town in a temporary directory, one per trial, shared by all threads. */
@State(Scope.Benchmark)
public class BenchTown {
  private Path directory;
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
    directory = Files.createTempDirectory("polecat-bench-");
    town = Town.open(TownConfig.managed(ManagedServerConfig.builder(directory).port(0).build()));
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
    List<Path> files;
    try (Stream<Path> walk = Files.walk(directory)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }

  Rig rig() {
    return rig;
  }
}
