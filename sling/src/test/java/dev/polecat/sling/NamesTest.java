package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.testing.DoltTestServer;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A bad name is refused before anything is sent. */
@ExtendWith(DoltTestServer.class)
class NamesTest {
  private TestRig test;

  @BeforeEach
  void open(DoltDatabase database) {
    test = TestRig.withoutSchema(database, config -> config);
  }

  @AfterEach
  void close() {
    test.close();
  }

  private static List<String> badNames() {
    List<String> bad =
        new ArrayList<>(
            List.of(
                "",
                " ",
                "a b",
                " a",
                "a ",
                "a'b",
                "a\"b",
                "a`b",
                "..",
                "a..b",
                ".",
                "a/b",
                "a\\b",
                "-a",
                "_a",
                "a;b",
                "a%b",
                "a#b",
                "a?b=c",
                "a@{b",
                "a\nb",
                "a\n",
                "a\u0000b",
                "ü",
                "名前",
                "\uD83D\uDE3A",
                "a\u200Bb",
                "x'; DROP TABLE issues; --",
                "') OR 1=1 --",
                "${jndi:x}",
                "a".repeat(65),
                "a".repeat(300)));
    bad.add(null);
    return bad;
  }

  private void refusedWithoutATrace(ThrowingCallable call, String name) {
    List<String> databases = test.town().rigs();
    List<String> branches = test.rig().database().branches();
    assertThatThrownBy(call)
        .as(String.valueOf(name))
        .isInstanceOfSatisfying(
            InvalidNameException.class,
            e -> assertThat(e.rejected()).isEqualTo(name == null ? "" : name));
    assertThat(test.town().rigs()).isEqualTo(databases);
    assertThat(test.rig().database().branches()).isEqualTo(branches);
  }

  @Test
  void badPolecatNamesAreRefused() {
    for (String bad : badNames()) {
      refusedWithoutATrace(() -> test.rig().sling(bad, "gt-1"), bad);
    }
    refusedWithoutATrace(() -> test.rig().sling("Toast", "gt-1"), "Toast");
    refusedWithoutATrace(() -> test.rig().sling("a.b", "gt-1"), "a.b");
  }

  @Test
  void badBeadIdsAreRefused() {
    for (String bad : badNames()) {
      refusedWithoutATrace(() -> test.rig().sling("toast", bad), bad);
    }
  }

  @Test
  void badRigNamesAreRefused() {
    for (String bad : badNames()) {
      refusedWithoutATrace(() -> test.town().rig(bad), bad);
    }
    refusedWithoutATrace(() -> test.town().rig("mysql"), "mysql");
    refusedWithoutATrace(() -> test.town().rig("information_schema"), "information_schema");
    refusedWithoutATrace(() -> test.town().rig("1rig"), "1rig");
  }

  @Test
  void badRolesAreRefused() {
    for (String bad : badNames()) {
      refusedWithoutATrace(() -> test.rig().main(bad), bad);
    }
  }

  @Test
  void goodNamesAreWhatTheyWere() {
    String longest = "a".repeat(64);
    assertThat(new PolecatName(longest)).hasToString(longest);
    assertThat(new PolecatName("7-of_9")).hasToString("7-of_9");
    assertThat(new BeadId("GT-42.sub_1")).hasToString("GT-42.sub_1");
    try (Polecat slung = test.rig().sling(longest, "B".repeat(64))) {
      assertThat(test.rig().database().head(slung.branch())).contains(slung.base());
    }
  }
}
