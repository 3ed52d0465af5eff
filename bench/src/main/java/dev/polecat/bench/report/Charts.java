package dev.polecat.bench.report;

import dev.polecat.bench.compare.Measured;
import dev.polecat.bench.report.Report.Part;
import dev.polecat.bench.report.Report.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** Draws the figures of a section over its points, as SVG that refers to nothing outside. */
final class Charts {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 480;
  private static final Pattern NEEDLESS_DIGITS = Pattern.compile("(\\.\\d\\d)\\d+");
  private static final Pattern CLIP = Pattern.compile("\\bclip(\\d+)");

  private Charts() {}

  private record Line(List<Double> x, List<Double> y) {}

  /** The plot of a section; empty if it has none, or nothing was measured that can be drawn. */
  static Optional<String> svg(Part part) throws IOException {
    Plot plot = part.section().plot();
    if (plot == null) {
      return Optional.empty();
    }
    Map<String, Line> lines = lines(part.results(), plot);
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(part.section().title())
            .xAxisTitle(plot.x())
            .yAxisTitle(plot.y())
            .theme(Styler.ChartTheme.Matlab)
            .build();
    chart.getStyler().setXAxisLogarithmic(plot.logarithmic());
    chart.getStyler().setYAxisLogarithmic(plot.logarithmic());
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    lines.forEach((way, line) -> chart.addSeries(way, line.x(), line.y()));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ChartEncoder.saveChart(chart, bytes, "svg");
    return Optional.of(inlined(bytes.toString(StandardCharsets.UTF_8), part.section().name()));
  }

  private static Map<String, Line> lines(List<Result> results, Plot plot) {
    Map<String, Line> lines = new LinkedHashMap<>();
    for (Result result : results) {
      Measured measured = result.measured();
      if (measured == null) {
        continue;
      }
      for (String way : measured.runs().keySet()) {
        if (measured.lost(way).isEmpty()) {
          double y = measured.spread(way, plot.figure()).median();
          if (!plot.logarithmic() || y > 0) {
            Line line =
                lines.computeIfAbsent(way, w -> new Line(new ArrayList<>(), new ArrayList<>()));
            line.x().add(result.point().x());
            line.y().add(y);
          }
        }
      }
    }
    return lines;
  }

  /** Without what only a file needs, with names of its own, and with shorter numbers. */
  private static String inlined(String svg, String name) {
    String element = svg.substring(svg.indexOf("<svg"));
    String named = CLIP.matcher(element).replaceAll(name + "-clip$1");
    return NEEDLESS_DIGITS.matcher(named).replaceAll("$1");
  }
}
