package dev.polecat.mergequeue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.history.Blame;
import dev.polecat.core.history.History;
import dev.polecat.core.history.KeyBlame;
import dev.polecat.core.history.Revision;
import dev.polecat.core.history.RowBlame;
import dev.polecat.core.testing.DoltTestServer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What came through the queue is blamed on its branch's commit, and on its merge commit. */
@ExtendWith(DoltTestServer.class)
class BlameThroughQueueTest {
  private MainAndBranches main;

  @BeforeEach
  void table(DoltDatabase database) {
    main = new MainAndBranches(database);
    main.commit(
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(20), b VARCHAR(20), tags JSON,"
            + " updated_at DATETIME)",
        "INSERT INTO t VALUES (1, 'a', 'b', '[\"x\"]', '2026-01-01'), (2, 'a', 'b', '[]', '2026-01-01')");
  }

  @Test
  void theMergeTellsItsTrailersAndWhatItDecidedItselfIsItsOwn() {
    MergeRequest one =
        main.branch(
                "one",
                "UPDATE t SET a = 'p', tags = '[\"p\"]', updated_at = '2026-01-03' WHERE id = 1")
            .withTrailer("Polecat", "toast")
            .withTrailer("Bead", "gt-1");
    MergeRequest other =
        main.branch(
                "other",
                "UPDATE t SET b = 'q', tags = '[\"q\"]', updated_at = '2026-01-02' WHERE id = 1")
            .withTrailer("Polecat", "rust")
            .withTrailer("Bead", "gt-2");
    List<CommitHash> merges =
        main.merge(one, other).stream()
            .map(outcome -> ((MergeOutcome.Merged) outcome).report().commit())
            .toList();

    History history = History.of(main.database());
    RowBlame blame = history.blame(Revision.MAIN, "t", Map.of("id", 1)).orElseThrow();
    Blame a = blame.columns().get("a");
    assertThat(a.commit().hash()).isEqualTo(one.sealed());
    assertThat(a.commit().author()).isEqualTo(one.author().name());
    assertThat(a.arrival().hash()).isEqualTo(merges.get(0));
    assertThat(a.arrival().trailers().map())
        .containsEntry("Polecat", "toast")
        .containsEntry("Bead", "gt-1")
        .containsEntry("Sealed-Commit", one.sealed().value());
    Blame b = blame.columns().get("b");
    assertThat(b.commit().hash()).isEqualTo(other.sealed());
    assertThat(b.arrival().trailers().get("Polecat")).contains("rust");
    assertThat(blame.row().get("tags")).isEqualTo("[\"p\",\"q\"]");
    Blame tags = blame.columns().get("tags");
    assertThat(tags.commit().hash()).as("the union is nobody's").isEqualTo(merges.get(1));
    assertThat(tags.commit().trailers().get("Cells-Decided")).contains("max=1 union=1");
    try (Stream<KeyBlame> all = history.blame(Revision.MAIN, "t")) {
      assertThat(all.toList().get(0).last().commit().hash()).isEqualTo(merges.get(1));
    }
  }
}
