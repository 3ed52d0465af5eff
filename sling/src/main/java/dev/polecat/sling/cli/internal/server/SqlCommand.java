package dev.polecat.sling.cli.internal.server;

import dev.polecat.core.BranchName;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltBinary;
import dev.polecat.core.Endpoint;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.TownAccess;
import dev.polecat.sling.cli.internal.TownCommand;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code polecat dolt sql}. */
@Command(
    name = "sql",
    description = {
      "Opens Dolt's SQL shell on the server, or runs the statements given with -q.",
      "It is on the branch of BD_BRANCH, or on main. What -q writes is a Dolt commit for each"
          + " statement; with --dolt-auto-commit off it stays uncommitted until polecat commit.",
      "The shell is Dolt's own: what is written there is committed by CALL DOLT_COMMIT, or by"
          + " polecat commit or done."
    },
    footer = {"", "Example: polecat --rig gastown dolt sql -q \"SELECT id, status FROM issues\""})
final class SqlCommand extends TownCommand {
  @Option(
      names = {"-q", "--query"},
      paramLabel = "SQL",
      description = "A statement to run; may be given several times.")
  private List<String> queries = new ArrayList<>();

  @Option(names = "--branch", description = "The branch. Default: BD_BRANCH, or main.")
  private @Nullable String branch;

  @Override
  protected ExitCode run(Town town) throws IOException, InterruptedException, SQLException {
    BranchName on = branchOr(branch, BranchName.MAIN);
    if (!queries.isEmpty()) {
      Rig rig = rigWith(town, on);
      requireBranch(rig, on);
      Optional<LedgerEntry> entry = rig.ledger().entry(on);
      entry.ifPresent(known -> renewLease(rig, known));
      entry.ifPresent(this::warnIfSealed);
      Statements.run(rig, on, writer(entry), settings().autoCommit(), queries, console());
      return ExitCode.DONE;
    }
    return shell(town, on);
  }

  /** What is written after done is not merged by it, but parks it. */
  private void warnIfSealed(LedgerEntry entry) {
    if (entry.state() == LedgerEntry.State.SEALED) {
      console()
          .note(
              "Branch "
                  + entry.branch()
                  + " is handed in already: what changes it now has its merge parked. To take it"
                  + " back first: polecat queue cancel "
                  + entry.branch());
    }
  }

  private ExitCode shell(Town town, BranchName on) throws IOException, InterruptedException {
    Endpoint endpoint = town.server().endpoint();
    List<String> command = new ArrayList<>();
    command.add(DoltBinary.find(TownAccess.binary()).path().toString());
    command.addAll(List.of("--host", endpoint.host(), "--port", "" + endpoint.port()));
    command.addAll(List.of("--user", endpoint.user(), "--no-tls"));
    List<String> rigs = town.rigs();
    if (!rigs.isEmpty()) {
      Rig rig = rigWith(town, on);
      requireBranch(rig, on);
      command.addAll(List.of("--use-db", DatabaseName.of(rig.name()) + "/" + on));
    }
    command.add("sql");
    ProcessBuilder shell = new ProcessBuilder(command).inheritIO();
    shell
        .environment()
        .put("DOLT_CLI_PASSWORD", endpoint.password()); // no list of processes has it
    return shell.start().waitFor() == 0 ? ExitCode.DONE : ExitCode.FAILED;
  }
}
