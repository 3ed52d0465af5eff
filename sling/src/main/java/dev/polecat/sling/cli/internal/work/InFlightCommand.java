package dev.polecat.sling.cli.internal.work;

import dev.polecat.sling.InFlightRow;
import dev.polecat.sling.InFlightTable;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.RowText;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code polecat inflight}. */
@Command(
    name = "inflight",
    description = {
      "Shows what is on branches and not on main yet, uncommitted rows included: the tables, or the"
          + " rows of one table.",
      "With --json the rows come one a line."
    },
    footer = {"", "Example: polecat --rig gastown inflight issues"})
public final class InFlightCommand extends TownCommand {
  @Parameters(arity = "0..1", paramLabel = "<table>", description = "The table whose rows to show.")
  private @Nullable String table;

  @Override
  protected ExitCode run(Town town) {
    Rig rig = rig(town);
    if (table == null) {
      tables(rig);
    } else {
      console().each(rig.inFlight(table), this::print);
    }
    return ExitCode.DONE;
  }

  private void tables(Rig rig) {
    List<InFlightTable> tables = rig.inFlight();
    console()
        .table(
            List.of("TABLE", "CHANGE", "BRANCH", "POLECAT", "BEAD", "UNCOMMITTED"),
            tables.stream()
                .map(
                    one ->
                        List.of(
                            one.table().name(),
                            one.table().kind().name(),
                            one.branch().value(),
                            one.polecat(),
                            one.bead(),
                            one.uncommitted() ? "yes" : "no"))
                .toList());
    console()
        .document(
            Console.map(
                "rig",
                rig.name(),
                "tables",
                tables.stream()
                    .map(
                        one ->
                            Console.map(
                                "table", one.table().name(),
                                "change", one.table().kind(),
                                "rowsChanged", one.table().rowsChanged(),
                                "schemaChanged", one.table().schemaChanged(),
                                "branch", one.branch(),
                                "polecat", one.polecat(),
                                "bead", one.bead(),
                                "uncommitted", one.uncommitted()))
                    .toList()));
  }

  private void print(InFlightRow row) {
    console()
        .document(
            Console.map(
                "table", row.change().table(),
                "change", row.change().kind(),
                "branch", row.branch(),
                "polecat", row.polecat(),
                "bead", row.bead(),
                "key", row.change().key(),
                "before", row.change().before(),
                "after", row.change().after()));
    console()
        .line(
            row.change().kind()
                + " "
                + RowText.row(row.change().key())
                + " on "
                + row.branch()
                + " ("
                + row.bead()
                + ")");
    RowText.change(row.change()).forEach(console()::line);
  }
}
