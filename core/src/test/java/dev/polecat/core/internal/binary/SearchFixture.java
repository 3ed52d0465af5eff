package dev.polecat.core.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BinarySearches;
import dev.polecat.core.DoltBinary;
import dev.polecat.core.DoltBinary.Source;
import dev.polecat.core.DoltBinaryException;
import dev.polecat.core.DoltBinaryException.Attempt;
import dev.polecat.core.DoltBinarySearchBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A search that sees nothing of this machine: its own PATH, cache and progress. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the stand-ins are shell scripts")
abstract class SearchFixture {
  @TempDir Path directory;
  final List<String> progress = new CopyOnWriteArrayList<>();

  Path bin() {
    return directory.resolve("bin");
  }

  Path cache() {
    return directory.resolve("cache");
  }

  Path cacheEntry() {
    return new BinaryCache(cache(), Platform.current(), new BinaryProbe()).entry();
  }

  /** Neither download nor build unless a test allows it. */
  DoltBinarySearchBuilder search() {
    return BinarySearches.isolated(directory)
        .pathVariable(bin().toString())
        .cacheDirectory(cache())
        .downloadAllowed(false)
        .buildAllowed(false)
        .progress(progress::add);
  }

  DoltBinarySearchBuilder downloading(ReleaseServer server) {
    return search().releases(server.address()).downloadAllowed(true);
  }

  static DoltBinaryException failureOf(DoltBinarySearchBuilder search) {
    return Assertions.catchThrowableOfType(
        DoltBinaryException.class, () -> DoltBinary.find(search.build()));
  }

  static String failureOf(DoltBinarySearchBuilder search, Source source) {
    return failureOf(search).attempts().stream()
        .filter(attempt -> attempt.source() == source)
        .map(Attempt::failure)
        .reduce((first, second) -> first + "\n" + second)
        .orElseThrow();
  }

  @AfterEach
  void nothingIsLeftInTheCacheButTheBinaryAndItsLock() throws IOException {
    if (Files.exists(cacheEntry().getParent())) {
      try (Stream<Path> files = Files.list(cacheEntry().getParent())) {
        assertThat(files.map(file -> file.getFileName().toString())).isSubsetOf("dolt", "lock");
      }
    }
  }
}
