package dev.polecat.bench.report;

import dev.polecat.bench.report.Report.Part;
import dev.polecat.bench.report.Rows.Row;
import java.util.List;
import java.util.Map;

/** The report as one page that needs nothing else: no scripts, no fonts, no images from outside. */
final class Html {
  private static final String STYLE =
      """
      body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff;
        max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
      table { border-collapse: collapse; margin: 1rem 0; font-size: 0.85rem; }
      th, td { text-align: left; vertical-align: top; padding: 0.2rem 0.8rem 0.2rem 0;
        border-bottom: 1px solid #ddd; }
      tr.bad { color: #b00020; }
      figure { margin: 1rem 0; overflow-x: auto; }
      svg { max-width: 100%; height: auto; }
      """;

  private final StringBuilder text = new StringBuilder();

  private Html() {}

  /** Writes the report; {@code plots} are SVG elements by the names of their sections. */
  static String of(Report report, Map<String, String> plots) {
    Html page = new Html();
    page.line("<!DOCTYPE html>");
    page.line("<html lang=\"en\"><head><meta charset=\"utf-8\"/>");
    page.line("<meta name=\"viewport\" content=\"width=device-width\"/>");
    page.line("<title>Polecat, measured</title>");
    page.line("<style>\n" + STYLE + "</style></head><body>");
    page.line("<h1>Polecat, measured</h1>");
    page.paragraph(Texts.introduction(report));
    page.table(Texts.MACHINE, Texts.machine(report));
    if (!report.faults().isEmpty()) {
      page.line("<h2>Failures</h2>");
      report.faults().forEach(page::paragraph);
    }
    page.line("<h2>Targets</h2>");
    page.table(Rows.TARGETS, Rows.targets(report));
    for (Part part : report.sections()) {
      Section section = part.section();
      page.line("<h2>" + escaped(section.title()) + "</h2>");
      page.paragraph(section.note());
      if (plots.containsKey(section.name())) {
        page.line("<figure>" + plots.get(section.name()) + "</figure>");
      }
      page.table(Rows.FIGURES, Rows.figures(part));
    }
    page.line("</body></html>");
    return page.text.toString();
  }

  private void paragraph(String words) {
    line("<p>" + escaped(words) + "</p>");
  }

  private void table(List<String> heads, List<Row> rows) {
    line("<table><thead>" + cells("th", heads) + "</thead><tbody>");
    for (Row row : rows) {
      String cells = cells("td", row.cells());
      line(row.bad() ? cells.replaceFirst("<tr>", "<tr class=\"bad\">") : cells);
    }
    line("</tbody></table>");
  }

  private static String cells(String element, List<String> cells) {
    StringBuilder row = new StringBuilder("<tr>");
    for (String cell : cells) {
      row.append('<').append(element).append('>');
      row.append(escaped(cell)).append("</").append(element).append('>');
    }
    return row.append("</tr>").toString();
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private static String escaped(String words) {
    return words
        .replaceAll("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F]", "\uFFFD")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;");
  }
}
