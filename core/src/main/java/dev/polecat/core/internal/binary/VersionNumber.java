package dev.polecat.core.internal.binary;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Three numbers that order releases; what follows them, such as {@code -rc1}, is not looked at. */
record VersionNumber(int major, int minor, int patch) implements Comparable<VersionNumber> {
  private static final Comparator<VersionNumber> ORDER =
      Comparator.comparingInt(VersionNumber::major)
          .thenComparingInt(VersionNumber::minor)
          .thenComparingInt(VersionNumber::patch);
  private static final String NUMBERS = "(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?";

  static VersionNumber of(String text) {
    return find("^", text)
        .orElseThrow(() -> new IllegalArgumentException("Not a version: " + text));
  }

  /** The first version in {@code text} that directly follows the regular expression. */
  static Optional<VersionNumber> find(String lead, String text) {
    Matcher found = Pattern.compile(lead + NUMBERS, Pattern.MULTILINE).matcher(text);
    if (!found.find()) {
      return Optional.empty();
    }
    String patch = found.group(3) == null ? "0" : found.group(3);
    return Optional.of(
        new VersionNumber(
            Integer.parseInt(found.group(1)),
            Integer.parseInt(found.group(2)),
            Integer.parseInt(patch)));
  }

  @Override
  public int compareTo(VersionNumber other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
