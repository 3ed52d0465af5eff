package dev.polecat.sling.cli.internal.work;

import dev.polecat.core.history.Row;
import dev.polecat.core.history.RowChange;
import dev.polecat.sling.Overlay;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.RowPrinter;
import dev.polecat.sling.cli.internal.RowText;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polecat overlay}. */
@Command(
    name = "overlay",
    description = {
      "Shows a table of main as it would look if all live branches were merged now, uncommitted rows"
          + " included. Changes nothing. Branches that could not be merged are left out, and named"
          + " on standard error with the reason.",
      "With --json the first line says which branches are in it and which are not; then the rows"
          + " come one a line."
    },
    footer = {"", "Example: polecat --rig gastown overlay issues --changes"})
public final class OverlayCommand extends TownCommand {
  @Parameters(paramLabel = "<table>", description = "The table.")
  private String table;

  @Option(names = "--changes", description = "Show only the rows that differ from main's.")
  private boolean changes;

  @Override
  protected ExitCode run(Town town) {
    try (Overlay overlay = rig(town).overlay(table)) {
      console()
          .document(
              Console.map(
                  "table", overlay.table(),
                  "main", overlay.main(),
                  "merged", overlay.merged(),
                  "leftOut", overlay.leftOut().stream().map(LeftOutReport::json).toList()));
      overlay.leftOut().forEach(left -> console().note(LeftOutReport.text(left)));
      if (changes) {
        console().each(overlay.changes(), this::print);
      } else {
        RowPrinter.print(
            console(), overlay.rows().map(Row::values), row -> Console.map("row", row));
      }
    }
    return ExitCode.DONE;
  }

  private void print(RowChange change) {
    console()
        .document(
            Console.map(
                "change", change.kind(),
                "key", change.key(),
                "before", change.before(),
                "after", change.after()));
    console().line(change.kind() + " " + RowText.row(change.key()));
    List<String> lines = RowText.change(change);
    lines.forEach(console()::line);
  }
}
