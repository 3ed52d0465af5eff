package dev.polecat.sling.cli.internal.history;

import dev.polecat.core.history.Blame;
import dev.polecat.core.history.KeyBlame;
import dev.polecat.core.history.Revision;
import dev.polecat.core.history.RowBlame;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Columns;
import dev.polecat.sling.cli.internal.CommitReport;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.RowText;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polecat blame}. */
@Command(
    name = "blame",
    description = {
      "Shows who brought each value of a row, or who changed each row of a table last: the commit,"
          + " its author and time, and the polecat and bead of the merge with which it came.",
      "With --json the rows of a table come one a line."
    },
    footer = {"", "Example: polecat blame issues gt-42"})
public final class BlameCommand extends TownCommand {
  private static final List<String> WHO = List.of("COMMIT", "TIME", "AUTHOR", "POLECAT", "BEAD");

  @Parameters(index = "0", paramLabel = "<table>", description = "The table.")
  private String table;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "<key>", description = KeyArguments.HELP)
  private List<String> key = new ArrayList<>();

  @Option(
      names = "--at",
      paramLabel = "REV",
      defaultValue = "main",
      description = "Whose rows: a branch, a tag or a hash. Default: main.")
  private String at;

  @Override
  protected ExitCode run(Town town) {
    Rig rig = rig(town);
    Revision revision = Revision.of(at);
    if (key.isEmpty()) {
      table(rig, revision);
    } else {
      row(rig, revision);
    }
    return ExitCode.DONE;
  }

  private void table(Rig rig, Revision revision) {
    Columns columns = new Columns(console(), with("KEY"));
    console()
        .each(
            rig.history().blame(revision, table),
            (KeyBlame row) -> {
              console().document(Console.map("key", row.key(), "last", json(row.last())));
              columns.add(cells(RowText.row(row.key()), row.last()));
            });
    columns.end();
  }

  private void row(Rig rig, Revision revision) {
    Map<String, String> wanted = KeyArguments.parse(rig, revision, table, key);
    RowBlame blame =
        rig.history()
            .blame(revision, table, wanted)
            .orElseThrow(() -> KeyArguments.noRow(table, wanted, revision));
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    blame.columns().forEach((column, by) -> values.put(column, json(by)));
    console()
        .document(
            Console.map(
                "table",
                table,
                "row",
                blame.row().values(),
                "last",
                json(blame.last()),
                "columns",
                values));
    Columns columns = new Columns(console(), with("VALUE"));
    blame
        .columns()
        .forEach(
            (column, by) ->
                columns.add(cells(column + "=" + RowText.cell(blame.row().get(column)), by)));
    columns.end();
  }

  private static List<String> with(String last) {
    List<String> names = new ArrayList<>(WHO);
    names.add(last);
    return names;
  }

  private static List<String> cells(String what, Blame by) {
    CommitReport arrival = new CommitReport(by.arrival());
    return List.of(
        by.commit().hash().value(),
        by.commit().time().toString(),
        by.commit().author(),
        arrival.trailer("Polecat"),
        arrival.trailer("Bead"),
        what);
  }

  private static Map<String, @Nullable Object> json(Blame by) {
    return Console.map(
        "commit", new CommitReport(by.commit()).json(),
        "arrival", new CommitReport(by.arrival()).json());
  }
}
