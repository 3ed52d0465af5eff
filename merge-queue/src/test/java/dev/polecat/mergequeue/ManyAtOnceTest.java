package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.Author;
import dev.polecat.core.BranchDataSource;
import dev.polecat.core.BranchName;
import dev.polecat.core.BranchSession;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.TransactionRetry;
import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Main is written by others, and by other queues, while branches are merged. */
@ExtendWith(DoltTestServer.class)
@Timeout(120)
class ManyAtOnceTest {
  private static final String ADD_TAG =
      "UPDATE t SET tags = JSON_ARRAY_APPEND(tags, '$', '%1$s'), a = '%1$s',"
          + " updated_at = NOW(6) WHERE id = 0";

  private MainAndBranches main;

  @BeforeEach
  void table(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), tags JSON, updated_at DATETIME(6))",
        "INSERT INTO t VALUES (0, 'hot', '[]', '2026-01-01')");
  }

  private MergeRequest branch(int id) {
    return main.branch(
        "b" + id,
        ADD_TAG.formatted("b" + id),
        "INSERT INTO t (id, a) VALUES (" + (100 + id) + ", 'b" + id + "')");
  }

  @Test
  void nothingIsLostWhenOthersWriteMainDuringTwentyMerges() throws Exception {
    List<MergeRequest> requests = IntStream.range(0, 20).mapToObj(this::branch).toList();
    CountDownLatch writing = new CountDownLatch(2);
    ExecutorService writers = Executors.newFixedThreadPool(2);
    try (MergeQueue queue = main.queue()) {
      List<Future<List<String>>> written = new ArrayList<>();
      for (int writer = 0; writer < 2; writer++) {
        written.add(writers.submit(writeMain(writer, writing)));
      }
      writing.await();
      List<CompletionStage<MergeOutcome>> outcomes = requests.stream().map(queue::submit).toList();
      assertThat(outcomes)
          .allSatisfy(
              o -> assertThat(MainAndBranches.await(o)).isInstanceOf(MergeOutcome.Merged.class));

      List<String> expected = new ArrayList<>(requests.stream().map(r -> "" + r.branch()).toList());
      for (Future<List<String>> acknowledged : written) {
        expected.addAll(acknowledged.get());
      }
      assertThat(main.rows("SELECT a FROM t AS OF 'main' WHERE id > 0"))
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(
              main.rows(
                  "SELECT j.tag FROM t AS OF 'main',"
                      + " JSON_TABLE(tags, '$[*]' COLUMNS (tag VARCHAR(20) PATH '$')) j"
                      + " WHERE id = 0"))
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(main.rows("SELECT * FROM dolt_status")).isEmpty();
    } finally {
      writers.shutdown();
    }
  }

  /** Writes a row of its own and a tag of the contested row, in one transaction each. */
  private Callable<List<String>> writeMain(int writer, CountDownLatch writing) {
    return () -> {
      List<String> acknowledged = new ArrayList<>();
      BranchSession session = BranchSession.of(new Author("writer" + writer, "w@example.org"));
      try (BranchDataSource source = main.database().open(BranchName.MAIN, session)) {
        while (acknowledged.size() < 25) {
          int id = 1000 * (writer + 1) + acknowledged.size();
          TransactionRetry.ofAttempts(500).call(() -> write(source, id));
          acknowledged.add("w" + id);
          writing.countDown();
        }
      }
      return acknowledged;
    };
  }

  private static boolean write(BranchDataSource source, int id) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(ADD_TAG.formatted("w" + id));
      statement.execute("INSERT INTO t (id, a) VALUES (" + id + ", 'w" + id + "')");
      connection.commit();
      return true;
    }
  }

  @Test
  void twoQueuesMergeFortyBranchesBetweenThemEachOnce() {
    List<MergeRequest> requests = IntStream.range(0, 40).mapToObj(this::branch).toList();
    List<MergeOutcome> outcomes = new ArrayList<>();
    try (MergeQueue one = main.queue();
        MergeQueue other = main.queue()) {
      List<CompletionStage<MergeOutcome>> stages = new ArrayList<>();
      for (int i = 0; i < 40; i++) { // from both ends, so that they meet
        stages.add(one.submit(requests.get(i)));
        stages.add(other.submit(requests.get(39 - i)));
      }
      stages.forEach(stage -> outcomes.add(MainAndBranches.await(stage)));
    }

    assertThat(outcomes).filteredOn(MergeOutcome.Merged.class::isInstance).hasSize(40);
    assertThat(outcomes).filteredOn(MergeOutcome.AlreadyMerged.class::isInstance).hasSize(40);
    assertThat(main.row("SELECT COUNT(*) FROM dolt_log WHERE message LIKE 'Merge branch%'"))
        .isEqualTo("40");
    assertThat(main.row("SELECT COUNT(*), (SELECT JSON_LENGTH(tags) FROM t WHERE id = 0) FROM t"))
        .isEqualTo("41|40");
    assertThat(main.database().branches()).containsExactly("main");
  }
}
