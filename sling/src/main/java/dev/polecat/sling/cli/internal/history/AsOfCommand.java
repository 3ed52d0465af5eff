package dev.polecat.sling.cli.internal.history;

import dev.polecat.core.BranchName;
import dev.polecat.core.history.Revision;
import dev.polecat.core.history.Row;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.RowPrinter;
import dev.polecat.sling.cli.internal.RowText;
import dev.polecat.sling.cli.internal.TownCommand;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polecat as-of}. */
@Command(
    name = "as-of",
    description = {
      "Shows a table, or one row of it, as it was at a commit, or at a time, or as it is on a"
          + " branch.",
      "With --json the rows come one a line."
    },
    footer = {
      "",
      "Example:",
      "  polecat as-of main~5 issues gt-42",
      "  polecat as-of 2026-02-16T12:00:00Z issues",
      "  polecat as-of \"$BD_BRANCH\" issues --working"
    })
public final class AsOfCommand extends TownCommand {
  /** No name of a revision has a colon. */
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}[Tt ].*:.*");

  @Parameters(
      index = "0",
      paramLabel = "<revision>|<time>",
      description =
          "A branch, a tag or a commit's hash, perhaps with ~ and a number; or a time in ISO form"
              + " with Z or an offset.")
  private String when;

  @Parameters(index = "1", paramLabel = "<table>", description = "The table.")
  private String table;

  @Parameters(index = "2..*", arity = "0..*", paramLabel = "<key>", description = KeyArguments.HELP)
  private List<String> key = new ArrayList<>();

  @Option(names = "--working", description = "The revision is a branch: with its uncommitted rows.")
  private boolean working;

  @Option(
      names = "--branch",
      defaultValue = "main",
      description = "Whose commits count for a time. Default: main.")
  private String branch;

  @Override
  protected ExitCode run(Town town) {
    Rig rig = rig(town);
    Revision at = revision(rig);
    if (key.isEmpty()) {
      RowPrinter.print(console(), rig.history().rows(at, table).map(Row::values), row -> row);
      return ExitCode.DONE;
    }
    Map<String, String> wanted = KeyArguments.parse(rig, at, table, key);
    Row row =
        rig.history()
            .row(at, table, wanted)
            .orElseThrow(() -> KeyArguments.noRow(table, wanted, at));
    console().document(row.values());
    row.values().forEach((column, value) -> console().line(column + ": " + RowText.cell(value)));
    return ExitCode.DONE;
  }

  private Revision revision(Rig rig) {
    if (working) {
      return Revision.working(BranchName.of(when));
    }
    return TIME.matcher(when).matches()
        ? Revision.of(rig.history().commitAt(BranchName.of(branch), time()).hash())
        : Revision.of(when);
  }

  private Instant time() {
    try {
      return OffsetDateTime.parse(when.replace(' ', 'T')).toInstant();
    } catch (DateTimeException e) {
      throw usage(
          "'"
              + when
              + "' is no time; write it as 2026-02-16T12:00:00Z, or with an offset such as"
              + " +01:00.");
    }
  }
}
