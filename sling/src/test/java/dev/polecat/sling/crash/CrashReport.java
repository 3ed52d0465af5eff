package dev.polecat.sling.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts of a run, as text. Used by one thread. */
final class CrashReport {
  private final long seed;
  private final Plan plan;
  private final Map<String, Map<Damage, Integer>> strikes = new TreeMap<>();
  private final Map<String, Integer> found = new TreeMap<>();
  private final Map<String, Integer> errors = new TreeMap<>();
  private final Map<String, Integer> parked = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private int rounds;

  CrashReport(long seed, Plan plan) {
    this.seed = seed;
    this.plan = plan;
  }

  void add(Round round, Evidence evidence, TownCheck.Result result) {
    rounds++;
    for (Strike strike : round.made()) {
      strikes
          .computeIfAbsent(strike.step(), step -> new TreeMap<>())
          .merge(strike.damage(), 1, Integer::sum);
    }
    found.merge("acknowledged", evidence.acknowledged.size(), Integer::sum);
    result.found().forEach((what, count) -> found.merge(what, count, Integer::sum));
    evidence.errors.forEach((what, count) -> errors.merge(general(what), count, Integer::sum));
    evidence.outcomes.forEach(
        (branch, outcome) -> {
          if (outcome.equals(Finish.PARKED)) {
            parked.merge(general(evidence.details.get(branch)), 1, Integer::sum);
          }
        });
  }

  void note(String line) {
    notes.add(line);
  }

  void fail(Round round, List<Strike> planned, List<String> wrong) {
    failures.add(
        "Round %s, again with -Dtest=CrashTest%s -Dcrash.seed=%d -Dcrash.round=%s -Dcrash.strikes=%s:\n%s"
            .formatted(
                round.name(),
                plan == Plan.NIGHTLY ? " -Pnightly" : "",
                seed,
                round.name().substring(1),
                planned.stream().map(Strike::toString).collect(Collectors.joining(",")),
                String.join("\n", wrong).indent(4)));
  }

  void fail(String what) {
    failures.add(what);
  }

  List<String> failures() {
    return failures;
  }

  int kills() {
    int kills = 0;
    for (Map<Damage, Integer> counts : strikes.values()) {
      for (Map.Entry<Damage, Integer> count : counts.entrySet()) {
        kills += count.getKey().isKill() ? count.getValue() : 0;
      }
    }
    return kills;
  }

  String text(Duration took) {
    StringBuilder text = new StringBuilder();
    text.append(
        "Crash run, seed %d: %d kills in %d rounds of %d JVMs with %d polecats each, in %d s\n"
            .formatted(seed, kills(), rounds, plan.jvms(), plan.polecats(), took.toSeconds()));
    text.append("\n%-18s".formatted("strikes"));
    for (Damage damage : Damage.values()) {
      text.append("%16s".formatted(damage));
    }
    strikes.forEach(
        (step, counts) -> {
          text.append("\n%-18s".formatted(step));
          for (Damage damage : Damage.values()) {
            text.append("%16s".formatted(counts.getOrDefault(damage, 0)));
          }
        });
    text.append("\n%-18s".formatted("all"));
    for (Damage damage : Damage.values()) {
      int all = strikes.values().stream().mapToInt(c -> c.getOrDefault(damage, 0)).sum();
      text.append("%16s".formatted(all));
    }
    text.append("\n\n");
    append(text, "writes and branches", found);
    append(text, "calls that failed", errors);
    append(text, "parked", parked);
    notes.forEach(note -> text.append(note).append('\n'));
    text.append(failures.isEmpty() ? "Nothing is lost.\n" : String.join("\n", failures));
    return text.toString();
  }

  void write(String text) throws IOException {
    Path target = Files.createDirectories(Path.of("target"));
    Files.writeString(target.resolve("crash-report.txt"), text);
  }

  private static void append(StringBuilder text, String title, Map<String, Integer> counts) {
    text.append(title).append('\n');
    counts.forEach((what, count) -> text.append("%8d  %s\n".formatted(count, what)));
    text.append('\n');
  }

  /** Without what differs from case to case. */
  private static String general(String message) {
    String general =
        message
            .replaceAll("polecat-r[0-9a-z-]+", "<branch>")
            .replaceAll("\\b[0-9a-v]{32}\\b", "<commit>")
            .replaceAll("127.0.0.1:[0-9]+", "<server>");
    return general.length() > 300 ? general.substring(0, 300) + "..." : general;
  }
}
