package dev.polecat.bench.report;

import dev.polecat.bench.report.Report.Part;
import dev.polecat.bench.report.Rows.Row;
import java.util.Collections;
import java.util.List;

/** The report as Markdown; it shows the plots that lie beside it. */
final class Markdown {
  private final StringBuilder text = new StringBuilder();

  private Markdown() {}

  /** Writes the report; {@code plotted} names the sections that have a plot. */
  static String of(Report report, List<String> plotted) {
    Markdown page = new Markdown();
    page.line("# Polecat, measured\n");
    page.line(Texts.introduction(report) + "\n");
    page.table(Texts.MACHINE, Texts.machine(report));
    if (!report.faults().isEmpty()) {
      page.line("## Failures\n");
      report.faults().forEach(fault -> page.line("- " + escaped(fault)));
      page.line("");
    }
    page.line("## Targets\n");
    page.table(Rows.TARGETS, Rows.targets(report));
    for (Part part : report.sections()) {
      page.line("## " + part.section().title() + "\n");
      page.line(part.section().note() + "\n");
      if (plotted.contains(part.section().name())) {
        page.line("![" + part.section().title() + "](" + part.section().name() + ".svg)\n");
      }
      page.table(Rows.FIGURES, Rows.figures(part));
    }
    return page.text.toString();
  }

  private void table(List<String> heads, List<Row> rows) {
    line("| " + String.join(" | ", heads) + " |");
    line("|" + String.join("|", Collections.nCopies(heads.size(), "---")) + "|");
    for (Row row : rows) {
      line("| " + String.join(" | ", row.cells().stream().map(Markdown::escaped).toList()) + " |");
    }
    line("");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private static String escaped(String cell) {
    return cell.replace("|", "\\|").replaceAll("\\s+", " ");
  }
}
