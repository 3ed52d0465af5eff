package dev.polecat.sling.cli.internal.queue;

import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.QueuePause;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.EntryReport;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code polecat queue list}. */
@Command(
    name = "list",
    description = {
      "Lists what is handed in (SEALED), parked (PARKED), or merged with its branch still there"
          + " (MERGED), of one rig or of all."
    },
    footer = {"", "Example: polecat --rig gastown queue list --json"})
final class QueueListCommand extends TownCommand {
  private static final Set<State> SHOWN = EnumSet.of(State.SEALED, State.PARKED, State.MERGED);

  @Override
  protected ExitCode run(Town town) {
    List<EntryReport> all = new ArrayList<>();
    List<Map<String, @Nullable Object>> pauses = new ArrayList<>();
    for (Rig rig : rigs(town)) {
      rig.ledger().entries(SHOWN).forEach(entry -> all.add(new EntryReport(rig.name(), entry)));
      Optional<QueuePause> paused = rig.ledger().paused();
      paused.ifPresent(
          pause -> {
            pauses.add(
                Console.map(
                    "rig", rig.name(),
                    "by", pause.by(),
                    "why", pause.why(),
                    "since", pause.since()));
            console().line(rig.name() + " is paused by " + pause.by() + ": " + pause.why());
          });
    }
    if (all.isEmpty()) {
      console().line("Nothing is handed in or parked.");
    } else {
      console().table(EntryReport.COLUMNS, all.stream().map(EntryReport::row).toList());
    }
    console()
        .document(
            Console.map(
                "requests", all.stream().map(EntryReport::json).toList(), "paused", pauses));
    return ExitCode.DONE;
  }
}
