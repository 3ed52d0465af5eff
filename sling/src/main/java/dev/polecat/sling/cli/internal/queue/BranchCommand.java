package dev.polecat.sling.cli.internal.queue;

import dev.polecat.core.BranchName;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command about one branch, by a person who is noted in the ledger. */
abstract class BranchCommand extends TownCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "<branch>",
      description = "The branch. Default: BD_BRANCH.")
  private @Nullable String branch;

  @Option(names = "--by", paramLabel = "NAME", description = "Who says so. Default: you.")
  private @Nullable String by;

  @Override
  protected final ExitCode run(Town town) throws InterruptedException, ExecutionException {
    BranchName name = branch(branch);
    return run(rigOf(town, name), name, by == null ? surroundings().user() : by);
  }

  abstract ExitCode run(Rig rig, BranchName name, String person)
      throws InterruptedException, ExecutionException;
}
