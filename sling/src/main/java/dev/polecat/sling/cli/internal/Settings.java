package dev.polecat.sling.cli.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of one command: from flags, else from the environment, else from {@code
 * mayor/daemon.json} of the town, else from {@code .beads/config.yaml}. Files are not looked at
 * before there is need.
 */
public final class Settings {
  private static final List<String> SIGNS_OF_A_TOWN =
      List.of("mayor/daemon.json", "daemon/dolt-state.json", ".dolt-data");
  private static final String BEADS_FILE = ".beads/config.yaml";

  private final Map<Key, String> flags;
  private final Surroundings around;
  private final Map<Key, Found> found = new EnumMap<>(Key.class);

  private Settings(Map<Key, String> flags, Surroundings around) {
    this.flags = flags;
    this.around = around;
  }

  /**
   * Finds all settings.
   *
   * @throws ConfigException if a value or a file is wrong
   */
  public static Settings of(GlobalOptions options, Surroundings around) {
    Settings settings = new Settings(options.given(), around);
    settings.findTown();
    settings.findOthers();
    settings.found.values().forEach(Settings::check);
    return settings;
  }

  /** A setting; what is assumed if nothing says what it is, and empty if nothing is assumed. */
  public Optional<Found> find(Key key) {
    return Optional.ofNullable(found.get(key));
  }

  /** All settings that have a value. */
  public List<Found> all() {
    return List.copyOf(found.values());
  }

  /** The town's directory. */
  public Optional<Path> town() {
    return find(Key.TOWN).map(town -> around.directory().resolve(town.value()).normalize());
  }

  /** Whether the server is somebody else's. */
  public boolean external() {
    Found host = require(Key.HOST);
    Optional<Found> town = find(Key.TOWN);
    if (town.isEmpty() || isOn(require(Key.EXTERNAL)) || !isLoopback(host.value())) {
      return true;
    }
    return host.rank() <= Found.ENVIRONMENT && host.rank() <= town.get().rank();
  }

  /** A value that has a default. */
  public String text(Key key) {
    return require(key).value();
  }

  /** The port. */
  public int port() {
    return Integer.parseInt(text(Key.PORT));
  }

  /** Whether each write is a Dolt commit. */
  public boolean autoCommit() {
    return isOn(require(Key.AUTO_COMMIT));
  }

  private Found require(Key key) {
    return find(key).orElseThrow();
  }

  private void findTown() {
    given(Key.TOWN).or(this::townAbove).ifPresent(town -> found.put(Key.TOWN, town));
  }

  private Optional<Found> townAbove() {
    return above(SIGNS_OF_A_TOWN)
        .map(
            town ->
                new Found(
                    Key.TOWN,
                    town.toString(),
                    "the nearest town above the working directory",
                    Found.ASSUMED));
  }

  private Optional<Path> above(List<String> signs) {
    for (Path at = around.directory(); at != null; at = at.getParent()) {
      Path here = at;
      if (signs.stream().anyMatch(sign -> Files.exists(here.resolve(sign)))) {
        return Optional.of(here);
      }
    }
    return Optional.empty();
  }

  private void findOthers() {
    Optional<SettingsFile> daemon =
        town().map(town -> SettingsFile.read(town.resolve("mayor/daemon.json")));
    Optional<SettingsFile> beads = beadsFile().map(SettingsFile::read);
    for (Key key : Key.values()) {
      if (key == Key.TOWN) {
        continue;
      }
      given(key)
          .or(() -> daemon.flatMap(file -> inDaemonFile(file, key)))
          .or(() -> beads.flatMap(file -> inBeadsFile(file, key)))
          .or(() -> standard(key))
          .ifPresent(value -> found.put(key, value));
    }
  }

  /** That of the working directory, if it is in the town; else the town's. */
  private Optional<Path> beadsFile() {
    Optional<Path> town = town();
    return above(List.of(BEADS_FILE))
        .filter(at -> town.isEmpty() || at.startsWith(town.get()))
        .or(() -> town)
        .map(at -> at.resolve(BEADS_FILE));
  }

  private Optional<Found> given(Key key) {
    String flag = flags.get(key);
    if (flag != null) {
      return Optional.of(new Found(key, flag, key.flag(), Found.FLAG));
    }
    String value = around.environment().getOrDefault(key.variable(), "");
    return value.isBlank()
        ? Optional.empty()
        : Optional.of(new Found(key, value, "environment " + key.variable(), Found.ENVIRONMENT));
  }

  private static Optional<Found> inDaemonFile(SettingsFile file, Key key) {
    if (key.daemonKey().isEmpty()) {
      return Optional.empty();
    }
    return file.value("patrols.dolt_server." + key.daemonKey())
        .or(() -> file.value("dolt_server." + key.daemonKey()))
        .map(value -> new Found(key, value.text(), value.where(), Found.FILE));
  }

  /** Where Beads has its database embedded, its server's host, port and user mean nothing. */
  private Optional<Found> inBeadsFile(SettingsFile file, Key key) {
    boolean ofServer = key == Key.HOST || key == Key.PORT || key == Key.USER;
    if (key.beadsKey().isEmpty() || (ofServer && text(Key.MODE).equals("embedded"))) {
      return Optional.empty();
    }
    return file.value(key.beadsKey())
        .map(value -> new Found(key, value.text(), value.where(), Found.FILE));
  }

  private static Optional<Found> standard(Key key) {
    return key.standard().isEmpty()
        ? Optional.empty()
        : Optional.of(new Found(key, key.standard(), "default", Found.ASSUMED));
  }

  private static void check(Found found) {
    String value = found.value().toLowerCase(Locale.ROOT);
    if (found.key() == Key.PORT && !isPort(value)) {
      throw wrong(found, "Give a number from 1 to 65535, or 0 for any free port.");
    }
    if (found.key() == Key.MODE && !Set.of("server", "embedded").contains(value)) {
      throw wrong(found, "Give server or embedded.");
    }
    if (found.key().isSwitch() && !Set.of("on", "off", "true", "false").contains(value)) {
      throw wrong(found, "Give on or off.");
    }
  }

  private static ConfigException wrong(Found found, String rule) {
    return new ConfigException(
        found.source(), found.key() + " is '" + found.shown() + "'. " + rule, null);
  }

  private static boolean isPort(String value) {
    return value.matches("[0-9]{1,5}") && Integer.parseInt(value) <= 65_535;
  }

  private static boolean isOn(Found found) {
    return Set.of("on", "true").contains(found.value().toLowerCase(Locale.ROOT));
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
  }

  /** For messages: the settings that say where the server is. */
  List<Found> whereabouts() {
    List<Found> list = new ArrayList<>();
    for (Key key : List.of(Key.TOWN, Key.HOST, Key.PORT)) {
      find(key).ifPresent(list::add);
    }
    return list;
  }
}
