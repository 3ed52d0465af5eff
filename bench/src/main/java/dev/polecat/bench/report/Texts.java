package dev.polecat.bench.report;

import dev.polecat.bench.report.Rows.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What every format says in the same words. */
final class Texts {
  static final List<String> MACHINE = List.of("", "measured on");

  private Texts() {}

  static String introduction(Report report) {
    return "Ways to do the same work take turns within one run on one server, so that what slows"
        + " the machine down slows all of them. What counts are ratios, each the median of the"
        + " ratios within the repetitions; milliseconds are only shown. After every run main is"
        + " held against everything that was acknowledged: a run that lost a write is a failure,"
        + " not a number. Size "
        + report.size().name().toLowerCase(Locale.ROOT)
        + ": "
        + report.size().warmups()
        + " repetitions to warm up and "
        + report.size().repetitions()
        + " that count.";
  }

  static List<Row> machine(Report report) {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row(List.of("date", report.started().toString()), false));
    report.machine().forEach((name, value) -> rows.add(new Row(List.of(name, value), false)));
    return rows;
  }
}
