package dev.polecat.core;

import java.util.regex.Pattern;

/**
 * Who a Dolt commit is attributed to. Immutable and safe to share.
 *
 * @param name the author's name, 1 to 200 printable characters without {@code < >}, and no blanks
 *     around them, which Dolt would drop
 * @param email the author's address, without blanks and {@code < >}
 */
public record Author(String name, String email) {
  private static final Pattern NAME = Pattern.compile("(?U)(?!\\s)[^<>\\p{Cntrl}]{1,200}(?<!\\s)");
  private static final Pattern EMAIL = Pattern.compile("(?U)[^<>\\s\\p{Cntrl}]{1,200}");

  /**
   * Validates the author.
   *
   * @param name the author's name
   * @param email the author's address
   * @throws InvalidNameException if Dolt could not read the pair back as {@code name <email>}
   */
  public Author {
    if (name == null || !NAME.matcher(name).matches()) {
      throw new InvalidNameException(
          "author name",
          name,
          "Use 1 to 200 printable characters without '<', '>' and blanks around them.");
    }
    if (email == null || !EMAIL.matcher(email).matches()) {
      throw new InvalidNameException(
          "author email", email, "Use 1 to 200 characters without blanks, '<' and '>'.");
    }
  }

  /**
   * The form Dolt's {@code --author} takes.
   *
   * @return {@code name <email>}
   */
  @Override
  public String toString() {
    return name + " <" + email + ">";
  }
}
