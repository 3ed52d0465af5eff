package dev.polecat.bench.settings;

import dev.polecat.bench.compare.ProcessorTime;
import dev.polecat.core.DoltBinary;
import dev.polecat.core.DoltBinarySearch;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A town in a temporary directory whose server has one setting changed. Thread-safe. */
public final class TunedTown implements AutoCloseable {
  private final Path directory;
  private final Town town;
  private final Rig rig;

  private TunedTown(Path directory, Town town) {
    this.directory = directory;
    this.town = town;
    this.rig = town.rig("bench").initSchema();
  }

  /**
   * Starts the server and creates the schema.
   *
   * @param setting what is changed
   * @return the town; close it when done
   * @throws IOException if there is no room for temporary files
   */
  public static TunedTown start(ServerSetting setting) throws IOException {
    Path directory = Files.createTempDirectory("polecat-bench-");
    Path wrapper = directory.resolve("dolt");
    Files.writeString(wrapper, setting.wrapper(DoltBinary.find().path().toString()));
    if (!wrapper.toFile().setExecutable(true)) {
      throw new IOException(wrapper + " cannot be made executable.");
    }
    return new TunedTown(
        directory,
        Town.open(
            TownConfig.managed(
                ManagedServerConfig.builder(directory.resolve("town"))
                    .port(0)
                    .binary(DoltBinarySearch.builder().given(wrapper).build())
                    .build())));
  }

  /**
   * The rig that all work is done in.
   *
   * @return the rig
   */
  public Rig rig() {
    return rig;
  }

  /**
   * The processor time the server has used.
   *
   * @return time since its start
   */
  public Duration cpu() {
    return ProcessorTime.of(town.server());
  }

  /** Stops the server and removes its files. */
  @Override
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
}
