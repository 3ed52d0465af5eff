package dev.polecat.sling.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.history.Revision;
import dev.polecat.core.spi.Steps;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeQueue;
import dev.polecat.sling.Polecat;
import dev.polecat.sling.TestRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An import takes nothing away that its files say nothing of. */
@ExtendWith(DoltTestServer.class)
@Timeout(120)
class JsonlSafetyTest {
  @TempDir private Path directory;
  private TestRig town;

  @BeforeEach
  void open(DoltDatabase database) {
    town = TestRig.withoutSchema(database, config -> config);
  }

  @AfterEach
  void close() {
    Steps.unwatch();
    assertThat(town.rig().polecatBranches()).isEmpty();
    town.close();
  }

  private JsonlImport into(String table, List<String> lines) throws IOException {
    Path file = Files.write(directory.resolve("t.jsonl"), lines);
    return JsonlImport.into(town.rig()).file(table, file);
  }

  private void onMain(String... statements) {
    town.run(BranchName.MAIN, statements);
    town.run(BranchName.MAIN, "CALL DOLT_COMMIT('-Am', 'test')");
  }

  private CommitHash head() {
    return town.rig().database().head(BranchName.MAIN).orElseThrow();
  }

  @Test
  void aRowDoesNotTakeThePlaceOfAnotherWithTheSameUniqueValue() throws IOException {
    onMain("CREATE TABLE t (id INT PRIMARY KEY, mail VARCHAR(20) UNIQUE, a INT)");
    onMain("INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 2)");
    JsonlImport all = into("t", List.of("{\"id\":9,\"mail\":\"x\"}")).since(Revision.of(head()));

    assertThatThrownBy(all::run).isInstanceOf(JsonlException.class).hasMessageContaining("line 1");
    assertThat(town.rows("SELECT * FROM t ORDER BY id")).containsExactly("1|x|1", "2|y|2");
  }

  @Test
  void aKeyThatIsTheSameForTheServerIsNotWrittenOver() throws IOException {
    onMain(
        "CREATE TABLE t (id VARCHAR(20) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY, a INT,"
            + " updated_at DATETIME)");
    List<String> lines = new ArrayList<>(List.of("{\"id\":\"same\",\"a\":1}"));
    for (int i = 0; i < 250; i++) {
      lines.add("{\"id\":\"other" + i + "\",\"a\":3}");
    }
    lines.add("{\"id\":\"SAME\",\"a\":2}");

    assertThatThrownBy(into("t", lines)::run).hasMessageContaining("SAME");
    assertThat(town.rows("SELECT * FROM t")).isEmpty();
  }

  @Test
  void keysOfEveryKindAreFoundAgain() throws IOException {
    onMain(
        "CREATE TABLE t (b VARBINARY(8), d DECIMAL(10,2), at DATETIME(3), a INT,"
            + " updated_at DATETIME, PRIMARY KEY (b, d, at))",
        "INSERT INTO t VALUES (X'00ff', 1.5, '2026-01-01', 1, '2026-01-01')");
    String key = "{\"b\":\"AP8=\",\"d\":1.5,\"at\":\"2026-01-01T00:00:00Z\"";
    into("t", List.of(key + ",\"a\":2,\"updated_at\":\"2026-02-01T00:00:00Z\"}")).run();

    assertThat(town.rows("SELECT a FROM t")).containsExactly("2");
    assertThatThrownBy(into("t", List.of(key + "}", key.replace("1.5", "1.50") + "}"))::run)
        .hasMessageContaining("line 2: its key is that of line 1");
  }

  @Test
  void aCommitThatIsNotOnMainIsNoStart() throws IOException {
    onMain("CREATE TABLE t (id INT PRIMARY KEY, a INT)");
    Polecat other = town.rig().sling("toast", "gt-1");
    town.run(
        other.branch(), "INSERT INTO t VALUES (1, 1)", "CALL DOLT_COMMIT('-Am', 'unfinished')");
    JsonlImport all = into("t", List.of("{\"id\":2,\"a\":2}")).since(Revision.of(other.branch()));

    assertThatThrownBy(all::run).hasMessageContaining("not on main");
    assertThat(town.rows("SELECT * FROM t")).isEmpty();
    other.close();
    town.rig().nukeWithoutTag(other.branch());
  }

  @Test
  void whatAFileDoesNotNameStaysAsMergesMeanwhileMakeIt() throws Exception {
    town.rig().initSchema();
    onMain(
        "INSERT INTO issues (id, title, status, updated_at) VALUES"
            + " ('a', 'old', 'open', '2026-01-01')");
    MergeQueue queue = town.rig().queue();
    queue.pause("test", "so that both wait");
    Polecat toast = town.rig().sling("toast", "gt-1");
    toast.jdbi().useHandle(h -> h.execute("UPDATE issues SET status = 'closed' WHERE id = 'a'"));
    toast.leave();
    JsonlImport all = into("issues", List.of("{\"id\":\"a\",\"title\":\"new\"}"));
    CompletableFuture<JsonlReport> report = CompletableFuture.supplyAsync(all::run);
    while (queue.pending() < 2 && !report.isDone()) {
      Thread.onSpinWait();
    }
    queue.resume();

    assertThat(report.get().outcome()).isInstanceOf(MergeOutcome.Merged.class);
    assertThat(town.rows("SELECT title, status FROM issues")).containsExactly("new|closed");
  }

  @Test
  void whatMainGetsWhileAFileIsLoadedStays() throws IOException {
    town.rig().initSchema();
    onMain("INSERT INTO issues (id, title, updated_at) VALUES ('a', 'old', '2026-01-01')");
    JsonlImport all = into("issues", List.of("{\"id\":\"a\",\"title\":\"new\"}"));
    AtomicInteger loads = new AtomicInteger();
    Steps.watch(
        step -> {
          if (step.equals("refresh.paused") && loads.incrementAndGet() == 1) {
            onMain("UPDATE issues SET status = 'closed', updated_at = '2026-01-02'");
          }
        });

    JsonlReport report = all.run();
    assertThat(town.rows("SELECT title, status FROM issues")).containsExactly("new|closed");
    assertThat(report.decisions().cellsByPolicy()).isNotEmpty();
    assertThat(loads).hasValue(2);
  }

  @Test
  void whileMainsRowsChangeAllTheTimeNothingIsImported() throws IOException {
    town.rig().initSchema();
    onMain("INSERT INTO issues (id, title, priority) VALUES ('a', 'old', 0)");
    JsonlImport all = into("issues", List.of("{\"id\":\"a\",\"title\":\"new\"}"));
    Steps.watch(
        step -> {
          if (step.equals("refresh.paused")) {
            onMain("UPDATE issues SET priority = priority + 1");
          }
        });

    assertThatThrownBy(all::run).hasMessageContaining("try again");
    assertThat(town.rows("SELECT title, priority FROM issues")).containsExactly("old|5");
  }
}
