package dev.polecat.core.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code Key: value} lines at the end of a commit's message, which tell a program what the
 * message tells a person. Immutable and safe to share.
 *
 * <p>As in Git they are the last paragraph of the message if all its lines have that form, and
 * never the first paragraph, which is the subject.
 *
 * @param all the trailers in their order; a key may occur more than once
 */
public record Trailers(List<Trailer> all) {
  private static final Pattern LINE = Pattern.compile("([A-Za-z][A-Za-z0-9-]{0,60}):(?: (.*)|)");
  private static final Trailers NONE = new Trailers(List.of());

  /**
   * One line.
   *
   * @param key letters, digits and {@code -}
   * @param value the rest of the line without blanks around it; may be empty
   */
  public record Trailer(String key, String value) {}

  /**
   * Copies the trailers.
   *
   * @param all the trailers
   */
  public Trailers {
    all = List.copyOf(all);
  }

  /**
   * Reads the trailers of a message.
   *
   * @param message a commit's message
   * @return its trailers; none if its last paragraph has another line among them
   */
  public static Trailers of(String message) {
    List<String> lines = message.strip().lines().map(String::strip).toList();
    int gap = lines.lastIndexOf("");
    if (gap < 0) {
      return NONE;
    }
    List<Trailer> found = new ArrayList<>();
    for (String line : lines.subList(gap + 1, lines.size())) {
      Matcher trailer = LINE.matcher(line);
      if (!trailer.matches()) {
        return NONE;
      }
      String value = trailer.group(2);
      found.add(new Trailer(trailer.group(1), value == null ? "" : value.strip()));
    }
    return new Trailers(found);
  }

  /**
   * Writes a message that {@link #of} reads.
   *
   * @param subject what the message says before them; at least a line
   * @param trailers keys and values of one line each
   * @return the message
   */
  public static String message(String subject, Map<String, String> trailers) {
    StringBuilder message = new StringBuilder(subject).append("\n\n");
    trailers.forEach((key, value) -> message.append(key + ": " + value + "\n"));
    return message.toString();
  }

  /**
   * The value of a trailer.
   *
   * @param key its key; upper and lower case are the same
   * @return the last value with this key; empty if there is none
   */
  public Optional<String> get(String key) {
    return all.stream()
        .filter(trailer -> trailer.key().equalsIgnoreCase(key))
        .reduce((earlier, later) -> later)
        .map(Trailer::value);
  }

  /**
   * The trailers by key, of a key that occurs more than once the last value.
   *
   * @return a new map in the order of the trailers
   */
  public Map<String, String> map() {
    Map<String, String> map = new LinkedHashMap<>();
    all.forEach(trailer -> map.put(trailer.key(), trailer.value()));
    return map;
  }
}
