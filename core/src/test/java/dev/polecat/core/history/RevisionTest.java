package dev.polecat.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.InvalidNameException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is no name of a commit is refused before anything is sent. */
class RevisionTest {
  @Test
  void namesOfCommitsAreTaken() {
    for (String name : List.of("main", "polecat-toast-1", "nuked/a.b", "main~2", "v1^", "HEAD")) {
      assertThat(Revision.of(name).toString()).isEqualTo(name);
    }
  }

  @Test
  void whatIsNoNameIsRefused() {
    for (String name :
        List.of("", " ", "a b", "a'b", "a;b", "-a", "a..b", "a\\", "`", "a".repeat(251))) {
      assertThatThrownBy(() -> Revision.of(name)).isInstanceOf(InvalidNameException.class);
    }
  }

  @Test
  void rangesAreReadAndWritten() {
    for (String range : List.of("main..toast", "main...toast", "v1.0...a/b~2")) {
      assertThat(RevisionRange.parse(range).toString()).isEqualTo(range);
    }
    assertThat(RevisionRange.parse("a...b").sinceFork()).isTrue();
    for (String range : List.of("main", "..", "a..", "...b", "a....b", "a..b..c")) {
      assertThatThrownBy(() -> RevisionRange.parse(range)).isInstanceOf(InvalidNameException.class);
    }
  }

  @Test
  void uncommittedRowsCanBeOnOneSideOnly() {
    Revision one = Revision.working(BranchName.of("one"));
    Revision other = Revision.working(BranchName.of("other"));
    assertThatThrownBy(() -> RevisionRange.between(one, other))
        .isInstanceOf(InvalidNameException.class);
    assertThatThrownBy(() -> RevisionRange.sinceFork(one, Revision.MAIN))
        .isInstanceOf(InvalidNameException.class);
  }
}
