package dev.polecat.core.internal.sql;

/** What stands in SQL text is quoted here and nowhere else; what can be bound is bound. */
public final class Quoting {
  private Quoting() {}

  /** Returns the identifier in backticks, backticks within doubled. */
  public static String identifier(String name) {
    return '`' + name.replace("`", "``") + '`';
  }

  /** Returns a string literal, for arguments of table functions, which cannot be bound. */
  public static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }
}
