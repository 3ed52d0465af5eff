package dev.polecat.bench.report;

import dev.polecat.bench.report.Report.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a report: JSON, Markdown with its plots beside it, and one HTML page with all in it. */
final class ReportFiles {
  private ReportFiles() {}

  static void write(Report report, Path directory) throws IOException {
    Files.createDirectories(directory);
    Map<String, String> plots = new LinkedHashMap<>();
    for (Part part : report.sections()) {
      String name = part.section().name();
      Charts.svg(part).ifPresent(svg -> plots.put(name, svg));
    }
    for (Map.Entry<String, String> plot : plots.entrySet()) {
      Files.writeString(directory.resolve(plot.getKey() + ".svg"), plot.getValue());
    }
    Files.writeString(directory.resolve("report.json"), Json.of(report));
    Files.writeString(
        directory.resolve("report.md"), Markdown.of(report, List.copyOf(plots.keySet())));
    Files.writeString(directory.resolve("report.html"), Html.of(report, plots));
  }
}
