package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class CommitHashTest {
  private static final String KIND = "commit hash";
  private static final String RULE = "32 characters of 0-9 and a-v";
  private static final String HASH = "0123456789abcdefghijklmnopqrstuv";

  @TestFactory
  Stream<DynamicTest> refusesWhatIsHostileInSqlPathsAndUrls() {
    return Refused.each(KIND, RULE, CommitHash::of);
  }

  @TestFactory
  Stream<DynamicTest> refusesWhatIsNoHash() {
    return Refused.each(
        KIND,
        RULE,
        CommitHash::of,
        List.of(
            "main", "HEAD", HASH + "0", HASH.substring(1), HASH.replace('v', 'w'), HASH + "\n"));
  }

  @Test
  void refusesNull() {
    Refused.check(KIND, RULE, CommitHash::of, null);
  }

  @Test
  void acceptsAndPrintsAHashAsDoltDoes() {
    assertThat(CommitHash.of(HASH)).hasToString(HASH).isEqualTo(new CommitHash(HASH));
  }
}
