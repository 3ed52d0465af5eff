package dev.polecat.sling.cli.internal.work;

import dev.polecat.sling.Collision;
import dev.polecat.sling.LeftOut;
import dev.polecat.sling.Radar;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.RowText;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code polecat radar}. */
@Command(
    name = "radar",
    description = {
      "Shows which live branches would conflict, with main or with each other, on which rows; which"
          + " policy would decide each, and which branches would be parked. Changes nothing."
    },
    footer = {"", "Example: polecat --rig gastown radar"})
public final class RadarCommand extends TownCommand {
  @Override
  protected ExitCode run(Town town) {
    Rig rig = rig(town);
    Radar radar = rig.radar();
    console()
        .document(
            Console.map(
                "rig", rig.name(),
                "main", radar.main(),
                "collisions", radar.collisions().stream().map(one -> json(radar, one)).toList(),
                "parked", radar.parked().stream().map(LeftOutReport::json).toList()));
    if (radar.collisions().isEmpty()) {
      console().line("No row is contested.");
    } else {
      console()
          .table(
              List.of("TABLE", "KEY", "COLUMNS", "DECIDED BY", "BRANCHES"),
              radar.collisions().stream().map(one -> row(radar, one)).toList());
    }
    radar.parked().forEach(left -> console().line(LeftOutReport.text(left)));
    return ExitCode.DONE;
  }

  private static List<String> row(Radar radar, Collision one) {
    String columns = String.join(", ", one.columns());
    String branches =
        one.branches().stream().map(branch -> branch.value()).collect(Collectors.joining(", "));
    return List.of(
        one.table(),
        RowText.row(one.key()),
        one.deleted() ? (columns.isEmpty() ? "" : columns + ", ") + "(deleted)" : columns,
        decidedBy(radar, one),
        one.main() ? "main, " + branches : branches);
  }

  private static String decidedBy(Radar radar, Collision one) {
    if (!radar.parked(one).isEmpty()) {
      return "nobody: parked";
    }
    return one.decidedBy().entrySet().stream()
        .map(entry -> entry.getKey() + ": " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static Map<String, @Nullable Object> json(Radar radar, Collision one) {
    return Console.map(
        "table", one.table(),
        "key", one.key(),
        "columns", one.columns(),
        "deleted", one.deleted(),
        "main", one.main(),
        "branches", one.branches(),
        "decidedBy", one.decidedBy(),
        "parked", radar.parked(one).stream().map(LeftOut::branch).toList());
  }
}
