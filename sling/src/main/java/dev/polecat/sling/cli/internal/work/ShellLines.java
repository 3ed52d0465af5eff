package dev.polecat.sling.cli.internal.work;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Environment variables as lines that a POSIX shell can evaluate, whatever is in them. */
final class ShellLines {
  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9_./:@%+,-]+");

  private ShellLines() {}

  static List<String> of(Map<String, String> variables) {
    return variables.entrySet().stream().map(v -> v.getKey() + "=" + quoted(v.getValue())).toList();
  }

  private static String quoted(String value) {
    return HARMLESS.matcher(value).matches() ? value : "'" + value.replace("'", "'\\''") + "'";
  }
}
