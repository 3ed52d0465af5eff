package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Large tables pass through a process with a small heap; who has read enough ends it quietly. */
@ExtendWith(DoltTestServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class StreamingTest {
  private static final int ROWS = 300_000;

  @TempDir private Path directory;

  private DoltDatabase rig;

  @BeforeAll
  void manyRows(DoltDatabase database) throws Exception {
    rig = database;
    try (Connection connection = database.connect(BranchName.MAIN);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(100))");
      statement.execute(
          "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n"
              + " WHERE i < 999) SELECT a.i * 1000 + b.i, REPEAT('v', 80) FROM n a JOIN n b WHERE a.i < "
              + ROWS / 1000);
      statement.execute("CALL DOLT_COMMIT('-Am', 'rows')");
    }
  }

  /** What a shell said that ran a command with {@code polecat} as a function. */
  private Shell.Said bash(String command) throws Exception {
    List<String> arguments = new ArrayList<>();
    arguments.add("bash");
    arguments.add("-c");
    arguments.add(
        "set -o pipefail; polecat() { \"$JAVA\" -Xmx64m -cp \"$CLASSES\" dev.polecat.sling.cli.Main"
            + " --port "
            + rig.endpoint().port()
            + " --host 127.0.0.1 --rig "
            + rig.name()
            + " \"$@\"; }; "
            + command);
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(arguments)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("JAVA", Path.of(System.getProperty("java.home"), "bin/java") + "");
    builder.environment().put("CLASSES", OtherJvm.classPath());
    builder.environment().put("LC_ALL", "C");
    Process bash = builder.start();
    try {
      assertThat(bash.waitFor(250, TimeUnit.SECONDS)).isTrue();
      return new Shell.Said(bash.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      bash.descendants().forEach(ProcessHandle::destroy);
      bash.destroy();
    }
  }

  @Test
  void threeHundredThousandRowsOfADiffPassThroughAHeapOf64Megabytes() throws Exception {
    Shell.Said said = bash("polecat diff main~1..main t --json | wc -l").exits(ExitCode.DONE);
    assertThat(said.line()).isEqualTo(Integer.toString(ROWS));
  }

  @Test
  void whoHasReadEnoughEndsTheReadQuietly() throws Exception {
    for (String command :
        List.of("as-of main t", "as-of main t --json", "diff main~1..main t", "export t")) {
      Shell.Said said = bash("polecat " + command + " | head -n 3").exits(ExitCode.DONE);
      assertThat(said.lines()).as(command).hasSize(3);
      assertThat(said.err()).as(command).isEmpty();
    }
  }

  @Test
  void aFullDiskIsNoQuietEnd() throws Exception {
    for (String command : List.of("as-of main t", "tags", "export t")) {
      bash("polecat " + command + " > /dev/full")
          .fails(ExitCode.FAILED, "Standard output cannot be written", "No space left");
    }
  }

  @Test
  void textIsUtf8WhateverTheLocale() throws Exception {
    try (Connection connection = rig.connect(BranchName.MAIN);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE u (id VARCHAR(9) PRIMARY KEY)");
      statement.execute("INSERT INTO u VALUES ('\u00fc\u6f22')");
      statement.execute("CALL DOLT_COMMIT('-Am', 'umlaut')");
    }
    assertThat(bash("polecat as-of main u").exits(ExitCode.DONE).out()).contains("\u00fc\u6f22");
  }
}
