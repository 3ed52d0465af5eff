package dev.polecat.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.testing.DoltTestServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** A diff of any size needs little memory, and leaves no session behind, read or not. */
@ExtendWith(DoltTestServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeDiffTest {
  private static final int ROWS = 300_000;
  private static final RevisionRange LAST = RevisionRange.parse("main~..main");

  private DoltDatabase database;
  private Branches on;

  @BeforeAll
  void rows(DoltDatabase fresh) {
    database = fresh;
    on = new Branches(fresh);
    on.commit("main", "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(300))");
    on.commit(
        "main",
        "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)"
            + " SELECT a.i * 1000 + b.i, REPEAT('v', 200) FROM n a JOIN n b WHERE a.i < "
            + ROWS / 1000);
  }

  private Stream<RowChange> diff() {
    return History.of(database).diff(LAST, "t");
  }

  /** Sessions on main other than the one that asks. */
  private void awaitNoReaders() {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    String readers =
        "SELECT id FROM information_schema.processlist WHERE db = '%s/main' AND info LIKE '%%dolt\\_diff(%%' AND id <> CONNECTION_ID()"
            .formatted(database.name());
    while (!on.rows(readers).isEmpty()) {
      assertThat(System.nanoTime()).as("readers are gone").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void aDiffOfThreeHundredThousandRowsIsReadInAHeapOf64Megabytes() throws Exception {
    readIn64Megabytes("diff", LAST.toString());
  }

  @Test
  void aTableOfThreeHundredThousandRowsIsReadInAHeapOf64Megabytes() throws Exception {
    readIn64Megabytes("rows", "main");
  }

  @Test
  void theBlameOfThreeHundredThousandRowsIsReadInAHeapOf64Megabytes() throws Exception {
    readIn64Megabytes("blame", "main");
  }

  /** The rows alone are more than that. */
  private void readIn64Megabytes(String what, String revisions) throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeap.class.getName(),
                Integer.toString(database.endpoint().port()),
                database.name().value(),
                what,
                revisions,
                "t")
            .redirectErrorStream(true)
            .start();
    try {
      String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(said).contains("rows " + ROWS);
      assertThat(child.waitFor()).isZero();
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void whoStopsEarlyHangsUpAndReadsNotOn() {
    try (Stream<RowChange> rows = diff()) {
      assertThat(rows.limit(10)).hasSize(10);
    }
    awaitNoReaders();
  }

  @Test
  void whatIsReadToItsEndIsClosedByItself() {
    assertThat(diff().filter(row -> row.key().get("id").equals(7L))).hasSize(1);
    awaitNoReaders();
  }

  @Test
  void aSessionThatEndsWhileItIsReadIsAnErrorAndNotAnEnd() {
    try (Stream<RowChange> rows = diff()) {
      Iterator<RowChange> each = rows.iterator();
      each.next();
      database.sessions(BranchName.MAIN).forEach(this::endReader);
      assertThatThrownBy(() -> each.forEachRemaining(row -> assertThat(row.after()).isPresent()))
          .isInstanceOf(DoltSqlException.class);
    }
  }

  private void endReader(long session) {
    String query = "SELECT info FROM information_schema.processlist WHERE id = " + session;
    if (on.rows(query).stream().anyMatch(info -> info.contains("dolt_diff("))) {
      database.endSession(session);
    }
  }
}
