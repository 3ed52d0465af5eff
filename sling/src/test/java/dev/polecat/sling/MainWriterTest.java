package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.sling.schema.Issue;
import dev.polecat.sling.schema.Issues;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Roles that write main directly. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class MainWriterTest {
  private TestRig test;
  private Rig rig;

  @BeforeEach
  void open(DoltDatabase database) {
    test = TestRig.of(database);
    rig = test.rig();
  }

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void twoThreadsThatIncrementOneRowLoseNothing() throws Exception {
    rig.main().jdbi().useExtension(Issues.class, all -> all.insert(Issue.open("gt-1", "count")));
    rig.main().jdbi().useHandle(h -> h.execute("UPDATE issues SET priority = 0"));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (String role : new String[] {"witness", "deacon"}) {
        running.add(threads.submit(() -> increment(rig.main(role), 100)));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      threads.shutdown();
    }

    assertThat(test.rows("SELECT priority FROM issues AS OF 'main'")).containsExactly("200");
    assertThat(
            test.rows(
                "SELECT committer, COUNT(*) FROM dolt_log WHERE committer IN ('witness', 'deacon')"
                    + " GROUP BY committer ORDER BY committer"))
        .containsExactly("deacon|100", "witness|100");
  }

  private static void increment(MainWriter writer, int times) {
    for (int i = 0; i < times; i++) {
      writer.useTransaction(
          handle -> {
            int now = handle.createQuery("SELECT priority FROM issues").mapTo(Integer.class).one();
            handle.execute("UPDATE issues SET priority = ?", now + 1);
          });
    }
  }

  @Test
  void everyTransactionIsACommitByTheRole() {
    rig.main("witness").jdbi().useExtension(Issues.class, i -> i.insert(Issue.open("gt-1", "x")));
    rig.main().jdbi().useExtension(Issues.class, i -> i.insert(Issue.open("gt-2", "x")));

    assertThat(test.rows("SELECT committer, message FROM dolt_log LIMIT 2"))
        .map(row -> row.lines().findFirst().orElseThrow())
        .containsExactly("crew|crew: write to main", "witness|witness: write to main");
    assertThat(rig.database().uncommittedTables(BranchName.MAIN)).isEmpty();
  }

  @Test
  void aTransactionThatFailsWritesNothingAndSaysWhy() {
    assertThatThrownBy(
            () ->
                rig.main()
                    .useTransaction(
                        handle -> {
                          handle.attach(Issues.class).insert(Issue.open("gt-1", "x"));
                          throw new IllegalArgumentException("on purpose");
                        }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("on purpose");
    assertThat(test.rows("SELECT * FROM issues")).isEmpty();
    assertThat(rig.database().uncommittedTables(BranchName.MAIN)).isEmpty();
  }

  @Test
  void aRoleHasOneWriter() {
    assertThat(rig.main("witness")).isSameAs(rig.main("witness")).isNotSameAs(rig.main());
    assertThat(rig.main()).isSameAs(rig.main("crew"));
  }
}
