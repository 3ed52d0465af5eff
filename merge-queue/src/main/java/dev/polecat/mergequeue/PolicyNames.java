package dev.polecat.mergequeue;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads policies back from the form they print themselves in. */
final class PolicyNames {
  private static final Pattern FORM = Pattern.compile("([a-zA-Z][a-zA-Z0-9-]*)(?:\\(([^()]+)\\))?");
  private static final Map<String, Policy> PLAIN =
      Stream.of(Policy.Rule.values()).collect(Collectors.toMap(Policy::label, rule -> rule));

  private PolicyNames() {}

  static boolean isTaken(String label) {
    return PLAIN.containsKey(label) || label.equals("newest") || label.equals("newest-by-cell");
  }

  /**
   * Reads a policy such as {@code max} or {@code newest(changed_at)}.
   *
   * @param text the policy
   * @param timestampColumn the column of a {@code newest} that names none
   * @param custom the users' own policies by label
   * @throws InvalidPolicyException if there is no such policy
   */
  static Policy parse(String text, String timestampColumn, Map<String, Policy> custom) {
    Matcher form = FORM.matcher(text.strip());
    if (form.matches()) {
      String label = form.group(1).toLowerCase(Locale.ROOT);
      boolean argument = form.group(2) != null;
      String column = argument ? form.group(2).strip() : timestampColumn;
      if (label.equals("newest")) {
        return Policy.newest(column);
      }
      if (label.equals("newest-by-cell")) {
        return Policy.newestByCell(column);
      }
      Optional<Policy> found =
          Optional.ofNullable(PLAIN.get(label)).or(() -> Optional.ofNullable(custom.get(label)));
      if (found.isPresent() && !argument) {
        return found.get();
      }
    }
    Map<String, Policy> known = new TreeMap<>(PLAIN);
    known.putAll(custom);
    throw new InvalidPolicyException(
        "There is no policy \""
            + text
            + "\". There are newest, newest(column), newest-by-cell, newest-by-cell(column) and "
            + known.keySet()
            + ".");
  }
}
