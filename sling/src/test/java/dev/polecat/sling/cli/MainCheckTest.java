package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.sling.TestRig;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A check that finds nothing proves nothing unless it finds what is wrong. */
@ExtendWith(DoltTestServer.class)
class MainCheckTest {
  private static final Instant EARLY = Instant.parse("2026-01-01T00:00:00.000001Z");
  private static final Instant LATE = Instant.parse("2026-01-01T00:00:00.000002Z");
  private static final List<Workload.Write> WRITES =
      List.of(
          new Workload.Write(1, 1, "own-1-1", false, "own text", EARLY),
          new Workload.Write(1, 2, "hot-0", true, "late text", LATE),
          new Workload.Write(2, 1, "hot-0", true, "early text", EARLY));

  private TestRig test;

  @BeforeEach
  void soundMain(DoltDatabase database) {
    test = TestRig.of(database);
    test.run(
        BranchName.MAIN,
        "INSERT INTO issues (id, title, labels, updated_at) VALUES"
            + " ('own-1-1', 'own text', NULL, '2026-01-01'),"
            + " ('hot-0', 'late text', '[\"w2-1\", \"w1-2\"]', '2026-01-01 00:00:00.000002')");
  }

  @AfterEach
  void close() {
    test.close();
  }

  private List<String> lostAfter(String... damage) {
    test.run(BranchName.MAIN, damage);
    return new MainCheck(test.rig(), WRITES).lostWrites();
  }

  @Test
  void aSoundMainIsNotBlamed() {
    assertThat(lostAfter()).isEmpty();
  }

  @Test
  void aMissingRowIsFound() {
    assertThat(lostAfter("DELETE FROM issues WHERE id = 'own-1-1'"))
        .singleElement()
        .asString()
        .contains("own-1-1");
  }

  @Test
  void aMissingContestedRowIsFoundForEachOfItsWrites() {
    assertThat(lostAfter("DELETE FROM issues WHERE id = 'hot-0'")).hasSize(2);
  }

  @Test
  void aWrongTitleIsFound() {
    assertThat(lostAfter("UPDATE issues SET title = 'other' WHERE id = 'own-1-1'"))
        .singleElement()
        .asString()
        .contains("own-1-1", "other", "own text");
  }

  @Test
  void anOlderTitleOfAContestedRowIsFound() {
    assertThat(
            lostAfter(
                "UPDATE issues SET title = 'early text', updated_at = updated_at"
                    + " WHERE id = 'hot-0'"))
        .singleElement()
        .asString()
        .contains("hot-0.title", "early text");
  }

  @Test
  void aMissingLabelIsFoundByName() {
    assertThat(
            lostAfter(
                "UPDATE issues SET labels = '[\"w1-2\"]', updated_at = updated_at"
                    + " WHERE id = 'hot-0'"))
        .singleElement()
        .asString()
        .contains("hot-0.labels", "w2-1");
  }

  @Test
  void aLabelTooManyOrTwiceIsFound() {
    assertThat(
            lostAfter(
                "UPDATE issues SET labels = '[\"w1-2\", \"w2-1\", \"w2-1\"]',"
                    + " updated_at = updated_at WHERE id = 'hot-0'"))
        .hasSize(1);
    assertThat(
            lostAfter(
                "UPDATE issues SET labels = '[\"w1-2\", \"w2-1\", \"stray\"]',"
                    + " updated_at = updated_at WHERE id = 'hot-0'"))
        .hasSize(1);
  }

  @Test
  void aLabelInPlaceOfAnotherIsFound() {
    assertThat(
            lostAfter(
                "UPDATE issues SET labels = '[\"w1-2\", \"stray\"]', updated_at = updated_at"
                    + " WHERE id = 'hot-0'"))
        .singleElement()
        .asString()
        .contains("w2-1");
  }

  @Test
  void aWrongTimeIsFound() {
    assertThat(lostAfter("UPDATE issues SET updated_at = '2026-01-01' WHERE id = 'hot-0'"))
        .singleElement()
        .asString()
        .contains("hot-0.updated_at");
  }

  @Test
  void theWritersCommitsAreCountedWithoutTheMerges() {
    for (String author : new String[] {"writer-1", "writer-2", "crew"}) {
      test.run(
          BranchName.MAIN,
          "UPDATE issues SET description = '" + author + "'",
          "CALL DOLT_COMMIT('-Am', 'work', '--author', '" + author + " <w@example.org>')",
          "CALL DOLT_COMMIT('--allow-empty', '-m', 'Merge x', '--author', '"
              + author
              + " <w@example.org>')");
    }
    assertThat(MainCheck.writersCommits(test.rig())).isEqualTo(2);
  }
}
