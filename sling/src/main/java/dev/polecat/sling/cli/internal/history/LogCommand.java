package dev.polecat.sling.cli.internal.history;

import dev.polecat.core.BranchName;
import dev.polecat.core.history.CommitInfo;
import dev.polecat.core.history.History;
import dev.polecat.core.history.Revision;
import dev.polecat.core.history.RevisionRange;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.CommitReport;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polecat log}. */
@Command(
    name = "log",
    description = {
      "Shows commits, newest first: who, when, what, and the trailers that say whose work a merge"
          + " brought.",
      "With --json they come one a line."
    },
    footer = {
      "",
      "Example:",
      "  polecat log -n 5",
      "  polecat log main..polecat-toast-... --table issues"
    })
public final class LogCommand extends TownCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "<revision>|<from>..<to>",
      description = {
        "The last commit, by branch, tag or hash, perhaps with ~ and a number; or a range: what is"
            + " in <to> and not in <from>.",
        "Default: BD_BRANCH, or main."
      })
  private @Nullable String revision;

  @Option(
      names = "--table",
      paramLabel = "TABLE",
      description = "Only commits that changed this table.")
  private @Nullable String table;

  @Option(
      names = {"-n", "--number"},
      description = "How many at most. Default: all.")
  private @Nullable Long number;

  @Override
  protected ExitCode run(Town town) {
    if (number != null && number < 0) {
      throw usage("-n is " + number + "; give 0 or more.");
    }
    Stream<CommitInfo> commits = commits(town);
    console().each(number == null ? commits : commits.limit(number), this::print);
    return ExitCode.DONE;
  }

  private Stream<CommitInfo> commits(Town town) {
    if (revision != null && revision.contains("..")) {
      History history = rig(town).history();
      RevisionRange range = RevisionRange.parse(revision);
      return table == null ? history.log(range) : history.log(range, table);
    }
    Revision until;
    Rig rig;
    if (revision == null) {
      BranchName branch = branchOr(null, BranchName.MAIN);
      until = Revision.of(branch);
      rig = rigWith(town, branch);
    } else {
      until = Revision.of(revision);
      rig = rig(town);
    }
    return table == null ? rig.history().log(until) : rig.history().log(until, table);
  }

  private void print(CommitInfo commit) {
    CommitReport report = new CommitReport(commit);
    console().document(report.json());
    report.print(console());
  }
}
