package dev.polecat.sling.cli.internal.work;

import dev.polecat.sling.Abandoned;
import dev.polecat.sling.Rig;
import dev.polecat.sling.SweepReport;
import dev.polecat.sling.SweepReport.Swept;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code polecat sweep}. */
@Command(
    name = "sweep",
    description = {
      "Brings ledger and branches in line after processes died. Branches whose lease has run out are"
          + " deleted if all of it is on main and nobody is on them; work is kept and reported."
    },
    footer = {"", "Example: polecat sweep --dry-run"})
public final class SweepCommand extends TownCommand {
  @Option(names = "--dry-run", description = "Say what would be done, and change nothing.")
  private boolean dryRun;

  @Option(
      names = "--submit",
      description = "Hand in abandoned branches that have work, instead of keeping them.")
  private boolean submit;

  @Override
  protected ExitCode run(Town town) {
    Abandoned abandoned = submit ? Abandoned.SUBMIT : Abandoned.KEEP;
    List<List<String>> rows = new ArrayList<>();
    List<Map<String, @Nullable Object>> swept = new ArrayList<>();
    for (Rig rig : rigs(town)) {
      SweepReport report = dryRun ? rig.sweepDryRun(abandoned) : rig.sweep(abandoned);
      for (Swept one : report.branches()) {
        rows.add(List.of(one.action().name(), rig.name(), one.branch(), one.detail()));
        swept.add(
            Console.map(
                "action", one.action(),
                "rig", rig.name(),
                "branch", one.branch(),
                "detail", one.detail()));
      }
    }
    console().document(Console.map("dryRun", dryRun, "branches", swept));
    if (rows.isEmpty()) {
      console().line("Nothing to sweep.");
    } else {
      console().table(List.of("ACTION", "RIG", "BRANCH", "DETAIL"), rows);
    }
    return ExitCode.DONE;
  }
}
