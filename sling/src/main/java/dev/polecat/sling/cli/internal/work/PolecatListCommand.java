package dev.polecat.sling.cli.internal.work;

import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.EntryReport;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code polecat polecat list}. */
@Command(
    name = "list",
    description = "Lists the branches the ledger knows, whatever their state.",
    footer = {"", "Example: polecat --rig gastown polecat list"})
final class PolecatListCommand extends TownCommand {
  @Override
  protected ExitCode run(Town town) {
    List<EntryReport> all = new ArrayList<>();
    for (Rig rig : rigs(town)) {
      for (LedgerEntry entry : rig.ledger().entries(EnumSet.allOf(State.class))) {
        all.add(new EntryReport(rig.name(), entry));
      }
    }
    console().table(EntryReport.COLUMNS, all.stream().map(EntryReport::row).toList());
    console().document(Console.map("branches", all.stream().map(EntryReport::json).toList()));
    return ExitCode.DONE;
  }
}
