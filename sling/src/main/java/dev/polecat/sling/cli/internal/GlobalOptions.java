package dev.polecat.sling.cli.internal;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command takes, before or after its name. */
public final class GlobalOptions {
  @Option(
      names = "--town",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "The town's directory. Default: GT_TOWN_ROOT, or the nearest above.")
  private @Nullable String town;

  @Option(
      names = "--host",
      scope = ScopeType.INHERIT,
      description = "The host of a server that somebody else runs.")
  private @Nullable String host;

  @Option(
      names = "--port",
      scope = ScopeType.INHERIT,
      description = "The server's port. Default: 3307.")
  private @Nullable String port;

  @Option(
      names = "--user",
      scope = ScopeType.INHERIT,
      description = "Who logs in; the password comes from BEADS_DOLT_PASSWORD. Default: root.")
  private @Nullable String user;

  @Option(
      names = "--rig",
      scope = ScopeType.INHERIT,
      description = "The rig. Default: GT_RIG, or the branch's, or the only one.")
  private @Nullable String rig;

  @Option(
      names = "--dolt-auto-commit",
      paramLabel = "on|off",
      scope = ScopeType.INHERIT,
      description = "Whether each write is a Dolt commit. Default: on.")
  private @Nullable String autoCommit;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print JSON: one document, or one a line for streams.")
  private boolean json;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log more, and print stack traces.")
  private boolean verbose;

  @Option(
      names = "--explain-config",
      scope = ScopeType.INHERIT,
      description = "Print each setting and where it comes from; do nothing else.")
  private boolean explainConfig;

  boolean json() {
    return json;
  }

  /** Whether stack traces are printed. */
  public boolean verbose() {
    return verbose;
  }

  /** Whether only the settings are printed. */
  public boolean explainConfig() {
    return explainConfig;
  }

  /** What was given on the command line. */
  Map<Key, String> given() {
    Map<Key, String> given = new EnumMap<>(Key.class);
    put(given, Key.TOWN, town);
    put(given, Key.HOST, host);
    put(given, Key.PORT, port);
    put(given, Key.USER, user);
    put(given, Key.RIG, rig);
    put(given, Key.AUTO_COMMIT, autoCommit);
    return given;
  }

  private static void put(Map<Key, String> given, Key key, @Nullable String value) {
    if (value != null) {
      given.put(key, value);
    }
  }
}
