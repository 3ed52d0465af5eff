package dev.polecat.sling.cli;

/** How much the library's log says on standard error. */
final class LogLevel {
  private LogLevel() {}

  /** Must come before anything logs. What a command fails with it says itself. */
  static void set(boolean verbose) {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", verbose ? "info" : "off");
  }
}
