package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is loaded before it is needed. */
@Timeout(120)
class StartUpTest {
  @TempDir private Path directory;

  @Test
  void helpLoadsNoDatabaseAndNoJson() throws Exception {
    OtherJvm.Ended help =
        OtherJvm.run(
            directory, List.of(), List.of("-verbose:class", Main.class.getName(), "--help"));
    assertThat(help.exitCode()).isZero();
    List<String> loaded = help.output().lines().filter(l -> l.contains(" source: ")).toList();
    assertThat(loaded).anyMatch(line -> line.contains("dev.polecat.sling.cli.Main source:"));
    assertThat(loaded.stream().filter(line -> line.matches(".*(fasterxml|jdbi|com\\.mysql).*")))
        .isEmpty();
  }
}
