package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/** What no name may be, and how a refusal must read. */
final class Refused {
  /** Refused wherever a name becomes part of SQL, a path or a connection string. */
  static final Map<String, String> HOSTILE =
      Map.ofEntries(
          Map.entry("nothing", ""),
          Map.entry("a blank", " "),
          Map.entry("a blank within", "a b"),
          Map.entry("a blank at the end", "a "),
          Map.entry("a single quote", "a'b"),
          Map.entry("a double quote", "a\"b"),
          Map.entry("a backtick", "a`b"),
          Map.entry("a backslash", "a\\b"),
          Map.entry("SQL", "a'; DROP DATABASE a; --"),
          Map.entry("a comment", "a/**/b"),
          Map.entry("a URL's query", "a?user=b"),
          Map.entry("a URL's escape", "a%2fb"),
          Map.entry("two dots", "a..b"),
          Map.entry("a parent directory", "../a"),
          Map.entry("a root", "/a"),
          Map.entry("a trailing slash", "a/"),
          Map.entry("a leading minus", "-d"),
          Map.entry("an option", "--force"),
          Map.entry("an umlaut", "\u00fcber"),
          Map.entry("a letter that only looks Latin", "m\u0430in"),
          Map.entry("an emoji", "\ud83d\ude00"),
          Map.entry("half an emoji", "\ud83d"),
          Map.entry("an upper-case letter", "Main"),
          Map.entry("a NUL", "a\0b"),
          Map.entry("a line break", "a\nb"),
          Map.entry("a line break at the end", "a\n"),
          Map.entry("a terminal's escape", "a\u001b[31mb"),
          Map.entry("a control of the upper half", "a\u0085b"),
          Map.entry("a character that turns the text around", "a\u202eb"),
          Map.entry("300 characters", "a".repeat(300)));

  private Refused() {}

  static Stream<DynamicTest> each(String kind, String rule, Function<String, ?> type) {
    return HOSTILE.entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(kind, rule, type, e.getValue())));
  }

  static Stream<DynamicTest> each(
      String kind, String rule, Function<String, ?> type, List<String> names) {
    return names.stream()
        .map(name -> DynamicTest.dynamicTest(shown(name), () -> check(kind, rule, type, name)));
  }

  static void check(String kind, String rule, Function<String, ?> type, @Nullable String name) {
    Throwable refusal = catchThrowable(() -> apply(type, name));
    assertThat(refusal)
        .isInstanceOf(InvalidNameException.class)
        .hasMessageContainingAll(kind, rule);
    assertThat(refusal.getMessage())
        .as("printable ASCII only, and not the whole of a long name")
        .matches("[ -~]{1,600}");
    InvalidNameException invalid = (InvalidNameException) refusal;
    assertThat(invalid.kind()).isEqualTo(kind);
    assertThat(invalid.rejected()).isEqualTo(name == null ? "" : name);
  }

  private static String shown(String name) {
    return '"' + name.replaceAll("[^ -~]", "?").substring(0, Math.min(name.length(), 40)) + '"';
  }

  /** Passes null where the signature forbids it, as Java callers without checks can. */
  @SuppressWarnings("NullAway")
  private static void apply(Function<String, ?> type, @Nullable String name) {
    type.apply(name);
  }
}
