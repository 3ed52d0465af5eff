package dev.polecat.sling.cli.internal;

/**
 * A setting's value and where it comes from.
 *
 * @param key the setting
 * @param value its value
 * @param source where it comes from, for a person to read
 * @param rank how far that is from the command line: 0 a flag, 1 the environment, 2 a file of the
 *     town, 3 found or assumed
 */
public record Found(Key key, String value, String source, int rank) {
  static final int FLAG = 0;
  static final int ENVIRONMENT = 1;
  static final int FILE = 2;
  static final int ASSUMED = 3;

  /** What {@code --explain-config} shows. */
  String shown() {
    if (key.isSecret()) {
      return value.isEmpty() ? "" : "(not shown)";
    }
    return value;
  }

  @Override
  public String toString() {
    return key + " = " + shown() + " (" + source + ")";
  }
}
