package dev.polecat.core.internal.binary;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Turns failures and measures into words for people. */
final class Words {
  private Words() {}

  static String of(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds == 0) {
      return duration.toMillis() + " ms";
    }
    return seconds < 120 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
  }

  static String megabytes(long bytes) {
    return (bytes + 500_000) / 1_000_000 + " MB";
  }

  /** Program output as the end of an error message. */
  static String tail(List<String> lines) {
    return lines.isEmpty() ? "; it printed nothing" : "; it printed:\n    " + indented(lines);
  }

  /** Why something failed. Our own messages stand alone; others need the type to be understood. */
  static String reason(Throwable failure) {
    if (failure.getClass() == IOException.class && failure.getMessage() != null) {
      return failure.getMessage();
    }
    StringBuilder words = new StringBuilder(one(failure));
    Throwable cause = failure.getCause();
    for (int depth = 0; cause != null && depth < 5; depth++, cause = cause.getCause()) {
      String next = one(cause);
      if (!words.toString().contains(next)) {
        words.append(", caused by ").append(next);
      }
    }
    return words.toString();
  }

  private static String one(Throwable failure) {
    String name = failure.getClass().getSimpleName();
    return failure.getMessage() == null ? name : name + ": " + failure.getMessage();
  }

  private static String indented(List<String> lines) {
    return String.join("\n    ", lines);
  }
}
