package dev.polecat.sling.cli.internal.history;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.history.TableStatus;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code polecat status}. */
@Command(
    name = "status",
    description = "Shows the tables of a branch with changes that are not committed.",
    footer = {"", "Example: BD_BRANCH=polecat-toast-... polecat status"})
public final class StatusCommand extends TownCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "<branch>",
      description = "The branch. Default: BD_BRANCH, or main.")
  private @Nullable String branch;

  @Override
  protected ExitCode run(Town town) {
    BranchName name = branchOr(branch, BranchName.MAIN);
    Rig rig = rigWith(town, name);
    CommitHash head = requireBranch(rig, name);
    List<TableStatus> tables = rig.history().status(name);
    console()
        .document(
            Console.map(
                "rig",
                rig.name(),
                "branch",
                name,
                "head",
                head,
                "tables",
                tables.stream()
                    .map(
                        one ->
                            Console.map(
                                "table", one.table(),
                                "change", one.kind(),
                                "staged", one.staged()))
                    .toList()));
    if (tables.isEmpty()) {
      console().line("Everything on " + name + " is committed; its head is " + head + ".");
    } else {
      console()
          .table(
              List.of("TABLE", "CHANGE", "STAGED"),
              tables.stream()
                  .map(one -> List.of(one.table(), one.kind().name(), one.staged() ? "yes" : "no"))
                  .toList());
    }
    return ExitCode.DONE;
  }
}
