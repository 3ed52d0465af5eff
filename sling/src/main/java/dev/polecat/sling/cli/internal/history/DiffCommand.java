package dev.polecat.sling.cli.internal.history;

import dev.polecat.core.BranchName;
import dev.polecat.core.history.Revision;
import dev.polecat.core.history.RevisionRange;
import dev.polecat.core.history.RowChange;
import dev.polecat.core.history.TableChange;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.RowText;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polecat diff}. */
@Command(
    name = "diff",
    description = {
      "Shows in which tables two revisions differ, or in which rows of one table.",
      "<from>..<to> and <from> <to> are the same; <from>...<to> shows what <to> changed since the two"
          + " parted. A revision is a branch, a tag or a commit's hash, perhaps with ~ and a number.",
      "With --json the rows come one a line."
    },
    customSynopsis = {
      "polecat diff [OPTIONS] <from>..<to> [<table>]",
      "       polecat diff [OPTIONS] <from>...<to> [<table>]",
      "       polecat diff [OPTIONS] <from> <to> [<table>]"
    },
    footer = {
      "",
      "Example:",
      "  polecat diff main...polecat-toast-... --working",
      "  polecat diff main~5 main issues"
    })
public final class DiffCommand extends TownCommand {
  @Parameters(arity = "1..3", paramLabel = "<revision>", description = "What to compare.")
  private List<String> given = new ArrayList<>();

  @Option(names = "--working", description = "<to> is a branch: with its uncommitted rows.")
  private boolean working;

  /** What the arguments mean. */
  private record Wanted(RevisionRange range, Optional<String> table) {}

  @Override
  protected ExitCode run(Town town) {
    Wanted wanted = wanted();
    Rig rig = rig(town);
    if (wanted.table().isEmpty()) {
      tables(rig, wanted.range());
    } else {
      console().each(rig.history().diff(wanted.range(), wanted.table().get()), this::print);
    }
    return ExitCode.DONE;
  }

  private Wanted wanted() {
    boolean dots = given.get(0).contains("..");
    int revisions = dots ? 1 : 2;
    if (given.size() < revisions || given.size() > revisions + 1) {
      throw usage(
          "Give <from>..<to>, <from>...<to> or <from> <to>, and after it a table if its rows are"
              + " wanted.");
    }
    RevisionRange range =
        dots
            ? RevisionRange.parse(given.get(0))
            : RevisionRange.between(Revision.of(given.get(0)), Revision.of(given.get(1)));
    if (working) {
      Revision to = Revision.working(BranchName.of(range.to().ref()));
      range = new RevisionRange(range.from(), to, range.sinceFork());
    }
    return new Wanted(range, given.stream().skip(revisions).findFirst());
  }

  private void tables(Rig rig, RevisionRange range) {
    List<TableChange> tables = rig.history().changedTables(range);
    console()
        .document(
            Console.map(
                "rig",
                rig.name(),
                "from",
                range.from().ref(),
                "to",
                range.to().ref(),
                "sinceFork",
                range.sinceFork(),
                "working",
                working,
                "tables",
                tables.stream()
                    .map(
                        table ->
                            Console.map(
                                "table", table.name(),
                                "change", table.kind(),
                                "rowsChanged", table.rowsChanged(),
                                "schemaChanged", table.schemaChanged(),
                                "keyChanged", table.keyChanged()))
                    .toList()));
    if (tables.isEmpty()) {
      console().line("No table differs.");
    } else {
      console()
          .table(
              List.of("TABLE", "CHANGE", "ROWS", "SCHEMA"),
              tables.stream()
                  .map(
                      table ->
                          List.of(
                              table.name(),
                              table.kind().name(),
                              table.rowsChanged() ? "changed" : "",
                              table.keyChanged()
                                  ? "primary key changed"
                                  : table.schemaChanged() ? "changed" : ""))
                  .toList());
    }
  }

  private void print(RowChange change) {
    console()
        .document(
            Console.map(
                "table", change.table(),
                "change", change.kind(),
                "key", change.key(),
                "before", change.before(),
                "after", change.after()));
    console().line(change.kind() + " " + RowText.row(change.key()));
    RowText.change(change).forEach(console()::line);
  }
}
