package dev.polecat.bench;

import dev.polecat.bench.compare.Comparison;
import dev.polecat.bench.compare.Measured;
import dev.polecat.bench.compare.Run;
import dev.polecat.bench.compare.Way;
import dev.polecat.bench.settings.DriverJob;
import dev.polecat.bench.settings.PolecatJob;
import dev.polecat.bench.settings.ServerSetting;
import dev.polecat.bench.settings.TunedTown;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;

/**
 * Settings of the server and of the driver, one by one: two servers side by side, one as the
 * library runs it and one with a single setting changed, take turns at the same work.
 */
public final class SettingsComparison {
  private static final int WRITERS = 50;
  private static final int COMMITS = 5;
  private static final int WARMUPS = 2;

  private static final List<ServerSetting> SERVER =
      List.of(
          ServerSetting.NONE,
          ServerSetting.variable("dolt_stats_enabled", "0"),
          ServerSetting.variable("dolt_stats_paused", "0"),
          ServerSetting.behavior(
              "auto_gc_behavior.enable=false", "  auto_gc_behavior:", "    enable: false"),
          ServerSetting.behavior("branch_activity_tracking", "  branch_activity_tracking: true"),
          ServerSetting.key("log_level", "info"),
          ServerSetting.key("log_level", "error"),
          ServerSetting.variable("dolt_show_system_tables", "1"),
          ServerSetting.environment("GOGC", "50"),
          ServerSetting.environment("GOGC", "400"),
          ServerSetting.environment("GOMEMLIMIT", "256MiB"),
          ServerSetting.environment("GODEBUG", "madvdontneed=0"),
          ServerSetting.environment("GOMAXPROCS", "4"));

  private static final List<Map.Entry<String, String>> DRIVER =
      List.of(
          Map.entry("useServerPrepStmts", "true"),
          Map.entry("cachePrepStmts", "true"),
          Map.entry("rewriteBatchedStatements", "false"),
          Map.entry("useLocalTransactionState", "true"),
          Map.entry("useLocalSessionState", "false"),
          Map.entry("elideSetAutoCommits", "false"),
          Map.entry("cacheServerConfiguration", "false"),
          Map.entry("connectionAttributes", ""),
          Map.entry("maintainTimeStats", "false"),
          Map.entry("tcpNoDelay", "false"),
          Map.entry("tcpKeepAlive", "false"),
          Map.entry("useUnbufferedInput", "false"),
          Map.entry("useReadAheadInput", "false"),
          Map.entry("enableQueryTimeouts", "false"),
          Map.entry("dontTrackOpenResources", "true"));

  private SettingsComparison() {}

  /**
   * Prints a table of all settings.
   *
   * @param args how many repetitions, by default 8; then words, of which a setting must contain one
   *     to be measured
   * @throws Exception if a run failed
   */
  public static void main(String[] args) throws Exception {
    int repetitions = args.length > 0 ? Integer.parseInt(args[0]) : 8;
    List<String> words = List.of(args).subList(Math.min(1, args.length), args.length);
    System.out.println("| server | sling to first write | writes | drain | all | server cpu |");
    System.out.println("|---|---|---|---|---|---|");
    for (ServerSetting setting : SERVER) {
      if (chosen(setting.name(), words)) {
        printServer(setting, server(setting, repetitions));
      }
    }
    System.out.println("\n| driver | connect and write |\n|---|---|");
    for (Map.Entry<String, String> property : DRIVER) {
      String name = property.getKey() + "=" + property.getValue();
      if (chosen(name, words)) {
        Measured measured = driver(property.getKey(), property.getValue(), repetitions);
        System.out.printf(
            Locale.ROOT, "| %s | %.2f |%n", name, measured.ratio(name, ServerSetting.NONE.name()));
      }
    }
  }

  /**
   * All settings.
   *
   * @param repetitions how many
   * @return one comparison for each setting: it, against what the library has
   * @throws Exception if a run failed
   */
  public static List<Measured> measure(int repetitions) throws Exception {
    List<Measured> all = new ArrayList<>();
    for (ServerSetting setting : SERVER) {
      all.add(server(setting, repetitions));
    }
    for (Map.Entry<String, String> property : DRIVER) {
      all.add(driver(property.getKey(), property.getValue(), repetitions));
    }
    return all;
  }

  private static Measured server(ServerSetting setting, int repetitions) throws Exception {
    try (TunedTown plain = TunedTown.start(ServerSetting.NONE);
        TunedTown tuned = TunedTown.start(setting)) {
      return new Comparison(
              "server: " + setting.name(),
              List.of(
                  new Way("plain", () -> new PolecatJob(plain, WRITERS, COMMITS)),
                  new Way("tuned", () -> new PolecatJob(tuned, WRITERS, COMMITS))))
          .run(WARMUPS, repetitions);
    }
  }

  private static Measured driver(String key, String value, int repetitions) throws Exception {
    Properties tuned = DriverJob.librarys();
    tuned.setProperty(key, value);
    try (TunedTown town = TunedTown.start(ServerSetting.NONE)) {
      return new Comparison(
              "driver: " + key + "=" + value,
              List.of(
                  new Way(
                      ServerSetting.NONE.name(),
                      () -> new DriverJob(town, DriverJob.librarys(), WRITERS, COMMITS)),
                  new Way(key + "=" + value, () -> new DriverJob(town, tuned, WRITERS, COMMITS))))
          .run(WARMUPS, repetitions);
    }
  }

  private static void printServer(ServerSetting setting, Measured measured) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %.2f | %.2f | %.2f | %.2f | %.2f |%n",
        setting.name(),
        part(measured, PolecatJob.SLING),
        part(measured, PolecatJob.WRITE),
        part(measured, PolecatJob.DRAIN),
        measured.ratio("tuned", "plain"),
        part(measured, PolecatJob.CPU));
  }

  /** The median of a part's ratios. */
  private static double part(Measured measured, String part) {
    measured.ratio("tuned", "plain"); // throws if one of them lost a write
    List<Run> tuned = measured.runs().get("tuned");
    List<Run> plain = measured.runs().get("plain");
    double[] ratios =
        IntStream.range(0, tuned.size())
            .mapToDouble(
                i -> (double) tuned.get(i).counts().get(part) / plain.get(i).counts().get(part))
            .sorted()
            .toArray();
    return (ratios[(ratios.length - 1) / 2] + ratios[ratios.length / 2]) / 2;
  }

  private static boolean chosen(String name, List<String> words) {
    return words.isEmpty() || words.stream().anyMatch(name::contains);
  }
}
