package dev.polecat.bench.report;

import dev.polecat.bench.compare.Measured;
import dev.polecat.bench.compare.Run;
import dev.polecat.bench.compare.Spread;
import dev.polecat.bench.report.Report.Part;
import dev.polecat.bench.report.Report.Result;
import dev.polecat.bench.report.Report.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The report's tables, as text, for every format to lay out. */
final class Rows {
  static final List<String> FIGURES =
      List.of("", "way", "median", "min", "max", "times the first way's", "also counted");
  static final List<String> TARGETS = List.of("target", "at", "limit", "measured", "");

  private Rows() {}

  /**
   * One line of a table.
   *
   * @param cells its text
   * @param bad whether it tells of a failure
   */
  record Row(List<String> cells, boolean bad) {}

  static List<Row> figures(Part part) {
    List<Row> rows = new ArrayList<>();
    for (Result result : part.results()) {
      Measured measured = result.measured();
      if (measured == null) {
        String failure = "FAILED: " + result.failure();
        rows.add(new Row(List.of(result.point().label(), failure, "", "", "", "", ""), true));
      } else {
        measured.runs().keySet().forEach(way -> rows.add(figures(result, measured, way)));
      }
    }
    return rows;
  }

  private static Row figures(Result result, Measured measured, String way) {
    String label = result.point().label();
    Optional<String> lost = measured.lost(way);
    if (lost.isPresent()) {
      long runs = measured.runs().get(way).stream().filter(run -> run.lost() != null).count();
      String of = runs + " of " + measured.runs().get(way).size() + " runs lost writes, such as ";
      return new Row(
          List.of(label, way, "FAILED", "", "", "", of + lost.get()),
          !measured.mayLose().contains(way));
    }
    Spread millis = measured.spread(way, Run::millis);
    String first = measured.runs().keySet().iterator().next();
    String ratio =
        measured.lost(first).isPresent() ? "" : number(measured.ratio(way, first)) + " x";
    return new Row(
        List.of(
            label,
            way,
            number(millis.median()) + " ms",
            number(millis.min()) + " ms",
            number(millis.max()) + " ms",
            ratio,
            counted(measured, way)),
        false);
  }

  private static String counted(Measured measured, String way) {
    Set<String> names = measured.runs().get(way).get(0).counts().keySet();
    return names.stream()
        .map(name -> name + " " + number(measured.spread(way, run -> run.count(name)).median()))
        .collect(Collectors.joining(", "));
  }

  static List<Row> targets(Report report) {
    List<Row> rows = new ArrayList<>();
    for (Part part : report.sections()) {
      for (Result result : part.results()) {
        for (Verdict verdict : result.verdicts()) {
          rows.add(row(part, result, verdict));
        }
      }
    }
    return rows;
  }

  private static Row row(Part part, Result result, Verdict verdict) {
    Target target = verdict.target();
    String bound = target.bound() == Target.Bound.AT_MOST ? "at most " : "at least ";
    return new Row(
        List.of(
            target.name(),
            part.section().name() + ", " + result.point().label(),
            bound + number(target.limit()),
            verdict.why() == null ? number(verdict.value()) : verdict.why(),
            verdict.reached() ? "reached" : "not reached"),
        !verdict.reached());
  }

  /** Three digits, or all there are before the point. */
  static String number(double value) {
    double size = Math.abs(value);
    int decimals = value == Math.rint(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
