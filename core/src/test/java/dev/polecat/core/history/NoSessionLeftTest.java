package dev.polecat.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltException;
import dev.polecat.core.testing.DoltTestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever is read, to its end, in part or in vain, its sessions are gone afterwards. */
@ExtendWith(DoltTestServer.class)
class NoSessionLeftTest {
  private static final Map<String, Integer> ONE = Map.of("id", 1);

  private DoltDatabase database;
  private List<Supplier<Stream<?>>> reads;
  private Set<Long> before;

  @BeforeEach
  void table(DoltDatabase fresh) {
    database = fresh;
    Branches on = new Branches(fresh);
    on.commit("main", "CREATE TABLE t (id INT PRIMARY KEY, v INT)");
    IntStream.range(0, 30)
        .forEach(i -> on.commit("main", "REPLACE INTO t VALUES (1, " + i + "), (" + i + ", 0)"));
    History history = History.of(fresh);
    reads =
        List.of(
            () -> history.log(Revision.MAIN),
            () -> history.log(Revision.MAIN, "t"),
            () -> history.rows(Revision.MAIN, "t"),
            () -> history.rows(Revision.working(BranchName.MAIN), "t"),
            () -> history.versions(Revision.MAIN, "t", ONE),
            () -> history.blame(Revision.MAIN, "t"),
            () -> history.blame(Revision.MAIN, "t", ONE).stream(),
            () -> history.row(Revision.MAIN, "t", ONE).stream());
    before = new HashSet<>(fresh.sessions(BranchName.MAIN));
  }

  private void awaitNoneIsLeft() {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!before.containsAll(database.sessions(BranchName.MAIN))) {
      assertThat(System.nanoTime()).as("sessions are gone").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void afterTheLastRow() {
    reads.forEach(read -> assertThat(read.get().count()).isPositive());
    awaitNoneIsLeft();
  }

  @Test
  void afterTheFirstRow() {
    for (Supplier<Stream<?>> read : reads) {
      try (Stream<?> rows = read.get()) {
        assertThat(rows.findFirst()).isPresent();
      }
    }
    awaitNoneIsLeft();
  }

  @Test
  void afterAnError() {
    History history = History.of(database);
    List<Supplier<Object>> vain =
        List.of(
            () -> history.log(Revision.of("nobody")),
            () -> history.log(Revision.MAIN, "nosuch"),
            () -> history.rows(Revision.MAIN, "nosuch"),
            () -> history.versions(Revision.MAIN, "t", Map.of("v", 1)),
            () -> history.blame(Revision.MAIN, "nosuch"),
            () -> history.commitAt(BranchName.of("nobody"), Instant.now()));
    vain.forEach(read -> assertThatThrownBy(read::get).isInstanceOf(DoltException.class));
    awaitNoneIsLeft();
  }
}
