package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoltTestServer.class)
class BranchNameTest {
  private static final String KIND = "branch name";
  private static final String RULE = "Use lower-case letters";

  @TestFactory
  Stream<DynamicTest> refusesWhatIsHostileInSqlPathsAndUrls() {
    return Refused.each(KIND, RULE, BranchName::of);
  }

  @TestFactory
  Stream<DynamicTest> refusesWhatMeansSomethingElseToDolt() {
    return Refused.each(
        KIND,
        RULE,
        BranchName::of,
        List.of(
            "HEAD",
            "head",
            "a.lock",
            "a.lock/b",
            "refs/heads/a",
            "0123456789abcdefghijklmnopqrstuv",
            ".a",
            "a.",
            "a//b",
            "a/.b",
            "a/-b",
            "a~1",
            "a^",
            "a:b",
            "a*",
            "a[b",
            "a@{b",
            "a@b",
            "a#b",
            "a&b"));
  }

  @Test
  void refusesNull() {
    Refused.check(KIND, RULE, BranchName::of, null);
  }

  @Test
  void refusesOneCharacterMoreThanTheLimit() {
    assertThat(BranchName.of("a".repeat(BranchName.MAX_LENGTH)).value()).hasSize(200);
    Refused.check(KIND, RULE, BranchName::of, "a".repeat(BranchName.MAX_LENGTH + 1));
  }

  @Test
  void sortsByNameAndPrintsAsTheName() {
    assertThat(Stream.of("b", "a/b", "a").map(BranchName::of).sorted())
        .extracting(BranchName::toString)
        .containsExactly("a", "a/b", "b");
  }

  @Test
  void everyAcceptedNameIsABranchOfItsOwnInDolt(DoltDatabase database) throws Exception {
    for (String name :
        List.of(
            "polecat-toast-20260101t000000z-0af3",
            "a",
            "0",
            "_",
            "a.b",
            "a-",
            "a/b.c-d_e",
            "head/a",
            "main/a",
            "origin/main",
            "working",
            "staged",
            "0123456789abcdefghijklmnopqrstu",
            "a".repeat(BranchName.MAX_LENGTH))) {
      BranchName branch = BranchName.of(name);
      database.createBranch(branch, BranchName.MAIN);
      assertThat(database.branches()).contains(name);
      assertThat(database.head(branch)).isEqualTo(database.head(BranchName.MAIN));
      assertThat(database.uncommittedTables(branch)).isEmpty();
      try (Connection connection = database.connect(branch);
          Statement statement = connection.createStatement();
          ResultSet active = statement.executeQuery("SELECT active_branch()")) {
        assertThat(active.next()).isTrue();
        assertThat(active.getString(1)).isEqualTo(name);
      }
    }
  }
}
