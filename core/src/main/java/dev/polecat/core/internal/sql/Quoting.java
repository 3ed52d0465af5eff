package dev.polecat.core.internal.sql;

/** Identifiers are quoted here and nowhere else; values are always bound. */
public final class Quoting {
  private Quoting() {}

  /** Returns the identifier in backticks, backticks within doubled. */
  public static String identifier(String name) {
    return '`' + name.replace("`", "``") + '`';
  }
}
