package dev.polecat.bench.report;

import dev.polecat.bench.report.Report.Part;
import dev.polecat.bench.report.Report.Result;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Measures sections, one point after the other. A point that fails does not stop the rest, and what
 * is measured is handed on after each section, so that it is there when the next one is broken off.
 */
final class Reporter {
  private final Size size;
  private final PrintStream progress;

  Reporter(Size size, PrintStream progress) {
    this.size = size;
    this.progress = progress;
  }

  /** Where a report goes. */
  interface Reader {
    /** Takes the report as it is so far. */
    void read(Report report) throws IOException;
  }

  Report measure(List<Section> sections, Reader reader) throws IOException, InterruptedException {
    Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Map<String, String> machine = Machine.describe();
    List<Part> parts = new ArrayList<>();
    Report report = new Report(started, size, machine, parts);
    for (Section section : sections) {
      List<Result> results = new ArrayList<>();
      for (Section.Point point : section.points().apply(size)) {
        results.add(measure(section, point));
      }
      parts.add(new Part(section, results));
      reader.read(report);
    }
    return report;
  }

  private Result measure(Section section, Section.Point point) throws InterruptedException {
    progress.print(section.name() + ", " + point.label() + " ... ");
    progress.flush();
    long start = System.nanoTime();
    try {
      Result result = new Result(point, point.measure().call(), null);
      progress.printf("%.1f s%n", (System.nanoTime() - start) / 1e9);
      return result;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      progress.println("failed");
      e.printStackTrace(progress);
      return new Result(point, null, e.toString());
    }
  }
}
