package dev.polecat.sling.cli.internal.history;

import dev.polecat.core.history.Revision;
import dev.polecat.core.history.RowChange;
import dev.polecat.core.history.RowVersion;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.CommitReport;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.NotFoundException;
import dev.polecat.sling.cli.internal.RowText;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polecat history}. */
@Command(
    name = "history",
    description = {
      "Shows the versions of a row, newest first: each with the commit that made it, and the row"
          + " before and after.",
      "With --json they come one a line."
    },
    footer = {
      "",
      "Example:",
      "  polecat history issues gt-42",
      "  polecat history dependencies issue_id=gt-42 depends_on_id=gt-7"
    })
public final class HistoryCommand extends TownCommand {
  @Parameters(index = "0", paramLabel = "<table>", description = "The table.")
  private String table;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "<key>", description = KeyArguments.HELP)
  private List<String> key = new ArrayList<>();

  @Option(
      names = "--at",
      paramLabel = "REV",
      defaultValue = "main",
      description = "The last commit that counts: a branch, a tag or a hash. Default: main.")
  private String at;

  @Override
  protected ExitCode run(Town town) {
    Rig rig = rig(town);
    Revision until = Revision.of(at);
    Map<String, String> row = KeyArguments.parse(rig, until, table, key);
    long versions = console().each(rig.history().versions(until, table, row), this::print);
    if (versions == 0) {
      throw new NotFoundException(
          "Table " + table + " has no row " + row + " at " + until + ", and had none before.");
    }
    return ExitCode.DONE;
  }

  private void print(RowVersion version) {
    RowChange change = version.change();
    console()
        .document(
            Console.map(
                "commit", new CommitReport(version.commit()).json(),
                "change", change.kind(),
                "key", change.key(),
                "before", change.before(),
                "after", change.after()));
    console().line(new CommitReport(version.commit()).line());
    console().line(change.kind().name());
    RowText.change(change).forEach(console()::line);
    console().line("");
  }
}
