package dev.polecat.sling.cli.internal.work;

import dev.polecat.core.BranchName;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.MergeRequest;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.mergequeue.QueuePause;
import dev.polecat.sling.Polecat;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.TownConfig;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Awaited;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.OutcomeReport;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polecat done}: hands a branch in, and sees it merged. */
@Command(
    name = "done",
    description = {
      "Finishes a branch: commits what is uncommitted on it, hands it in, and waits until it is"
          + " merged or parked. This process merges if no other does, so no queue needs to run.",
      "From the moment it is handed in it is in the ledger: if this process dies, the next done or"
          + " queue run merges it. Saying done again waits for the outcome of the first.",
      "If merging is paused, or takes more than a minute, it is left handed in: exit code 6."
    },
    footer = {"", "Example: BD_BRANCH=polecat-toast-... polecat done"})
public final class DoneCommand extends TownCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "<branch>",
      description = "The branch. Default: BD_BRANCH.")
  private @Nullable String branch;

  @ArgGroup private Waiting waiting = new Waiting();

  @Option(names = "--hold", description = "Have a person approve it first: polecat queue approve.")
  private boolean hold;

  @Option(
      names = {"-m", "--message"},
      description = "The first line of the merge commit's message.")
  private @Nullable String message;

  private static final class Waiting {
    @Option(names = "--wait", description = "Wait however long it takes.")
    private boolean forEver;

    @Option(
        names = "--no-wait",
        description = "Only hand in; polecat queue run, or the next done, merges it.")
    private boolean leave;
  }

  @Override
  protected TownConfig config(TownConfig standard) {
    return waiting.leave ? super.config(standard) : standard;
  }

  @Override
  protected ExitCode run(Town town) throws InterruptedException, ExecutionException {
    BranchName done = branch(branch);
    Rig rig = rigOf(town, done);
    Optional<LedgerEntry> handedIn =
        rig.ledger().entry(done).filter(entry -> entry.state() == State.SEALED);
    if (handedIn.isEmpty()) {
      requireBranch(rig, done);
    } else {
      requireAsHandedIn(handedIn.get().request());
    }
    Optional<QueuePause> pause = waiting.forEver ? Optional.empty() : rig.ledger().paused();
    if (waiting.leave || pause.isPresent()) {
      if (handedIn.isEmpty()) {
        leave(rig, done);
      }
      return left(rig, done, pause);
    }
    CompletionStage<MergeOutcome> stage =
        handedIn.isPresent() ? rig.queue().outcomeOf(handedIn.get().request()) : submit(rig, done);
    Optional<MergeOutcome> outcome = Awaited.outcome(rig, stage, waiting.forEver);
    return outcome.isPresent() ? report(rig, outcome.get()) : left(rig, done, pause);
  }

  /** What was handed in may be merged at any moment: it is not held, or named, any more. */
  private void requireAsHandedIn(MergeRequest request) {
    if (!request(request).equals(request)) {
      throw new IllegalStateException(
          request.branch()
              + " is handed in already, otherwise than it is now to be. Take that back first, by"
              + " polecat queue cancel, and say done again; or say done without --hold and -m.");
    }
  }

  private void leave(Rig rig, BranchName done) {
    try (Polecat polecat = rig.resume(done)) {
      polecat.leave(this::request);
    }
  }

  private CompletionStage<MergeOutcome> submit(Rig rig, BranchName done) {
    try (Polecat polecat = rig.resume(done)) {
      return polecat.done(this::request);
    }
  }

  private MergeRequest request(MergeRequest draft) {
    MergeRequest named = message == null ? draft : draft.withSubject(message);
    return hold ? named.hold() : named;
  }

  private ExitCode report(Rig rig, MergeOutcome outcome) {
    ExitCode code = new OutcomeReport(rig.name(), outcome).print(console());
    boolean held =
        outcome instanceof MergeOutcome.Parked parked
            && parked.reason() instanceof ParkReason.GateWaiting;
    return hold && held ? ExitCode.DONE : code;
  }

  private ExitCode left(Rig rig, BranchName done, Optional<QueuePause> pause) {
    console().document(Console.map("rig", rig.name(), "branch", done, "outcome", "Waiting"));
    console().line(done + " is handed in, and not merged yet.");
    pause.ifPresentOrElse(
        by ->
            console()
                .note(
                    "Merging is paused by "
                        + by.by()
                        + ": "
                        + by.why()
                        + ". To go on: polecat queue"
                        + " resume; then polecat queue run --until-empty, or the next done, merges"
                        + " it."),
        () -> console().note("polecat queue run, or the next done, merges it."));
    return waiting.leave ? ExitCode.DONE : ExitCode.WAITING;
  }
}
