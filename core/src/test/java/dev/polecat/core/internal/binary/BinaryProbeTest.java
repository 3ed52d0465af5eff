package dev.polecat.core.internal.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the stand-ins are shell scripts")
class BinaryProbeTest {
  @TempDir Path directory;

  @Test
  void theVersionIsFoundAmongOtherLines() throws Exception {
    Path dolt =
        FakePrograms.script(
            directory, "dolt", "#!/bin/sh\necho warning\necho dolt version 1.90.12-rc1\necho x\n");

    assertThat(new BinaryProbe().version(dolt)).hasToString("1.90.12");
  }

  @Test
  void theUsersOwnDoltSettingsAreNeitherReadNorWritten() throws Exception {
    Path seen = directory.resolve("seen");
    Path dolt =
        FakePrograms.script(
            directory,
            "dolt",
            """
            #!/bin/sh
            PATH=/usr/bin:/bin
            { pwd; echo "$DOLT_ROOT_PATH"; env | grep -c ^DOLT_; cat "$DOLT_ROOT_PATH"/.dolt/*; } \
              > '%s'
            echo dolt version 1.86.4
            """
                .formatted(seen));

    new BinaryProbe().version(dolt);

    List<String> lines = Files.readAllLines(seen);
    assertThat(lines.get(0)).as("working directory").isEqualTo(lines.get(1));
    assertThat(lines.get(2)).as("DOLT_* variables").isEqualTo("2");
    assertThat(lines.get(3)).contains("\"versioncheck.disabled\":\"true\"");
    assertThat(Path.of(lines.get(1))).as("private root").doesNotExist();
  }

  @Test
  void aProgramThatHangsIsKilledWithItsChildren() throws Exception {
    Path pids = directory.resolve("pids");
    Path dolt =
        FakePrograms.script(
            directory, "dolt", "#!/bin/sh\nPATH=/usr/bin:/bin\n" + Pids.hangingScript(pids));

    assertThatIOException()
        .isThrownBy(() -> new BinaryProbe(Duration.ofSeconds(2)).version(dolt))
        .withMessage("did not finish within 2 s; it printed:\n    compiling");
    assertThat(Pids.running(pids)).isEmpty();
  }

  @Test
  void aChildThatKeepsTheOutputOpenIsNotWaitedForLong() throws Exception {
    Path pids = directory.resolve("pids");
    Path dolt =
        FakePrograms.script(
            directory,
            "dolt",
            "#!/bin/sh\n/bin/sleep 300 &\necho $! > '" + pids + "'\necho dolt version 1.86.4\n");
    try {
      assertThat(new BinaryProbe().version(dolt)).hasToString("1.86.4");
    } finally {
      Pids.kill(pids);
    }
  }
}
