package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What merges that died left behind goes away, and nothing else. */
@ExtendWith(DoltTestServer.class)
class LeftoversTest {
  @Test
  void manyMayRemoveThemAtOnce(DoltDatabase database) throws Exception {
    CommitHash head = database.head(BranchName.MAIN).orElseThrow();
    for (int i = 0; i < 40; i++) {
      database.createBranch(BranchName.of("merge-align-20260101000000-" + i), head);
    }
    database.createBranch(BranchName.of("merge-overlay-29990101000000-new"), head);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<List<String>>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(threads.submit(() -> MergeQueue.removeLeftovers(database, false)));
    }
    for (Future<List<String>> one : all) {
      assertThat(one.get()).allMatch(name -> name.startsWith("merge-align-2026"));
    }
    threads.shutdown();
    assertThat(database.branches()).contains("merge-overlay-29990101000000-new").hasSize(2);
  }
}
