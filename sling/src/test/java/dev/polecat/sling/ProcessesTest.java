package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.sling.cli.OtherJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that work in one town at once, and die in it, lose nothing and merge nothing twice. */
@ExtendWith(DoltTestServer.class)
@Timeout(240)
class ProcessesTest {
  private static final int POLECATS = 6;
  private static final int WRITES_OF_EACH = 3;

  private final List<Process> started = new ArrayList<>();
  private final List<Path> outputs = new ArrayList<>();
  @TempDir private Path directory;
  private TestRig test;

  @BeforeEach
  void tables(DoltDatabase database) {
    test = TestRig.of(database, TownConfig::withMergingLeftToOthers);
    test.run(
        BranchName.MAIN,
        "CREATE TABLE writes (id VARCHAR(100) PRIMARY KEY)",
        "CREATE TABLE counter (id INT PRIMARY KEY, n INT COMMENT 'merge=sum')",
        "INSERT INTO counter VALUES (1, 0)",
        "CALL DOLT_COMMIT('-Am', 'tables')");
  }

  @AfterEach
  void close() {
    started.forEach(Process::destroyForcibly);
    test.close();
  }

  private Process start(String name, String haltAt, long mergeAfter) throws IOException {
    Path own = Files.createDirectories(directory.resolve(name));
    outputs.add(OtherJvm.output(own));
    Process process =
        OtherJvm.start(
            own,
            List.of(),
            List.of(
                "-XX:TieredStopAtLevel=1",
                TownWorker.class.getName(),
                Integer.toString(test.rig().database().endpoint().port()),
                test.rig().name(),
                name,
                Integer.toString(POLECATS),
                haltAt,
                Long.toString(mergeAfter)));
    started.add(process);
    return process;
  }

  private void assertEnds(int exitCode, Process process) throws Exception {
    boolean ended = process.waitFor(180, TimeUnit.SECONDS);
    String said = Files.readString(outputs.get(started.indexOf(process)));
    assertThat(ended).as(said).isTrue();
    assertThat(process.exitValue()).as(said).isEqualTo(exitCode);
  }

  private List<String> acknowledged() throws IOException {
    List<String> ids = new ArrayList<>();
    for (Path output : outputs) {
      for (String line : Files.readAllLines(output)) {
        if (line.startsWith(TownWorker.WROTE)) {
          ids.add(line.substring(TownWorker.WROTE.length()));
        }
      }
    }
    return ids;
  }

  private void assertEverythingIsOnMainOnce() throws IOException {
    List<String> found = test.rows("SELECT id FROM writes AS OF 'main'");
    assertThat(found).containsAll(acknowledged());
    assertThat(test.rows("SELECT n FROM counter AS OF 'main'"))
        .containsExactly(Integer.toString(found.size()));
    assertThat(
            test.rows(
                "SELECT parent_hash FROM dolt_commit_ancestors WHERE parent_index = 1"
                    + " GROUP BY parent_hash HAVING COUNT(*) > 1"))
        .as("sealed commits merged twice")
        .isEmpty();
    assertThat(
            test.rows(
                "SELECT message FROM dolt_log WHERE message LIKE 'Merge branch%'"
                    + " GROUP BY message HAVING COUNT(*) > 1"))
        .as("branches merged twice")
        .isEmpty();
    assertThat(test.rig().ledger().entries(EnumSet.allOf(State.class))).isEmpty();
    assertThat(test.rig().database().branches()).containsExactly("main");
    assertThat(test.rows("SELECT IS_FREE_LOCK('pq:" + test.rig().name() + "')"))
        .containsExactly("1");
    assertThat(test.rig().database().uncommittedTables(BranchName.MAIN)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void manyWorkAtOnce(int processes) throws Exception {
    for (int i = 0; i < processes; i++) {
      start("w" + i, "-", 0);
    }
    for (Process process : started) {
      assertEnds(0, process);
    }
    assertThat(acknowledged()).hasSize(processes * POLECATS * WRITES_OF_EACH);
    assertThat(test.rows("SELECT COUNT(*) FROM dolt_log WHERE message LIKE 'Merge branch%'"))
        .containsExactly(Integer.toString(processes * POLECATS));
    assertEverythingIsOnMainOnce();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sling.branched",
        "done.sealed",
        "merge.merged",
        "merge.committed",
        "merge.deleted"
      })
  void whatOneSubmittedBeforeItDiedTheOtherMerges(String step) throws Exception {
    Process killed = start("killed", step, 0);
    Process survivor = start("survivor", "-", killed.pid());
    assertEnds(TownWorker.KILLED, killed);
    assertEnds(0, survivor);

    assertThat(test.rig().queue().pending()).isZero();
    Set<State> left = EnumSet.complementOf(EnumSet.of(State.ACTIVE, State.MERGED));
    assertThat(test.rig().ledger().entries(left)).isEmpty();
    for (LedgerEntry entry : test.rig().ledger().entries(Set.of(State.ACTIVE))) {
      test.expire(entry.branch());
    }
    try (TestRig sweeper = TestRig.withoutSchema(test.rig().database(), config -> config)) {
      sweeper.rig().sweep(Abandoned.SUBMIT);
      TestRig.waitFor("merges", () -> sweeper.rig().queue().pending() == 0);
    }
    test.rig().sweep(Abandoned.KEEP);
    assertEverythingIsOnMainOnce();
  }
}
