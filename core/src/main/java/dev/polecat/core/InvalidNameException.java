package dev.polecat.core;

import org.jspecify.annotations.Nullable;

/**
 * A name was refused before anything was sent to a server.
 *
 * @serial exclude
 */
public final class InvalidNameException extends DoltException {
  private static final long serialVersionUID = 1L;

  private final String kind;
  private final String rejected;

  /**
   * Creates the exception.
   *
   * @param kind what the name was meant for, such as "branch name"
   * @param rejected the name as given; shortened and made printable in the message
   * @param rule what a valid name looks like
   */
  public InvalidNameException(String kind, @Nullable String rejected, String rule) {
    super("Not a valid " + kind + ": " + printable(rejected) + ". " + rule, null);
    this.kind = kind;
    this.rejected = rejected == null ? "" : rejected;
  }

  /**
   * What the name was meant for.
   *
   * @return for example "branch name"
   */
  public String kind() {
    return kind;
  }

  /**
   * The name as it was given.
   *
   * @return the refused text, empty if it was null
   */
  public String rejected() {
    return rejected;
  }

  private static String printable(@Nullable String name) {
    if (name == null) {
      return "null";
    }
    StringBuilder shown = new StringBuilder("\"");
    name.codePoints()
        .limit(60)
        .forEach(
            c -> {
              if (c < 0x20 || c > 0x7e) {
                shown.append(String.format("\\u%04x", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    shown.append(name.codePointCount(0, name.length()) > 60 ? "...\"" : "\"");
    return shown + " (" + name.length() + " characters)";
  }
}
