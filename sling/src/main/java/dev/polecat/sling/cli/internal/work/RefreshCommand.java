package dev.polecat.sling.cli.internal.work;

import dev.polecat.core.BranchName;
import dev.polecat.mergequeue.Lease;
import dev.polecat.mergequeue.Ledger;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.RefreshOutcome;
import dev.polecat.sling.Polecat;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.Console;
import dev.polecat.sling.cli.internal.OutcomeReport;
import dev.polecat.sling.cli.internal.TownCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code polecat polecat refresh}. */
@Command(
    name = "refresh",
    description = {
      "Brings main into a branch by the rig's policies, so that who works there sees what others have"
          + " finished meanwhile. Commits what is uncommitted on it.",
      "Exit code 3 if the two cannot be brought together without a person; the branch is as it was"
          + " then."
    },
    footer = {"", "Example: BD_BRANCH=polecat-toast-... polecat polecat refresh"})
final class RefreshCommand extends TownCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "<branch>",
      description = "The branch. Default: BD_BRANCH.")
  private @Nullable String branch;

  @Override
  protected ExitCode run(Town town) {
    BranchName name = branch(branch);
    Rig rig = rigOf(town, name);
    requireBranch(rig, name);
    Optional<Instant> leased = lease(rig, name).map(Lease::until);
    RefreshOutcome outcome;
    try (Polecat polecat = rig.resume(name)) {
      outcome = polecat.refresh();
    }
    leased.ifPresent(until -> keepLease(rig, name, until));
    return print(rig, outcome);
  }

  private static Optional<Lease> lease(Rig rig, BranchName branch) {
    return rig.ledger().entry(branch).flatMap(LedgerEntry::lease);
  }

  /** A longer lease than the one this took is not made shorter. */
  private static void keepLease(Rig rig, BranchName branch, Instant until) {
    Ledger ledger = rig.ledger();
    lease(rig, branch)
        .filter(taken -> taken.until().isBefore(until))
        .ifPresent(
            taken ->
                ledger.renew(
                    taken.holder(), Set.of(branch), Duration.between(ledger.now(), until)));
  }

  private ExitCode print(Rig rig, RefreshOutcome outcome) {
    Map<String, @Nullable Object> json =
        Console.map(
            "rig", rig.name(),
            "branch", outcome.branch(),
            "outcome", outcome.getClass().getSimpleName());
    String text;
    if (outcome instanceof RefreshOutcome.Refreshed done) {
      json.put("head", done.head());
      json.put("main", done.main());
      json.put("conflictedRows", done.decisions().conflictedRows());
      json.put("cellsByPolicy", done.decisions().cellsByPolicy());
      long rows = done.decisions().conflictedRows();
      text =
          done.branch()
              + " has main as of "
              + done.main()
              + (rows == 0 ? "" : "; " + rows + " conflicted rows were decided by policy")
              + ".";
    } else if (outcome instanceof RefreshOutcome.Parked parked) {
      json.put("head", parked.head());
      json.put("reason", OutcomeReport.reason(parked.reason()));
      json.put("message", parked.reason().message());
      text = parked.branch() + " cannot be refreshed: " + parked.reason().message();
    } else {
      json.put("head", ((RefreshOutcome.UpToDate) outcome).head());
      text = outcome.branch() + " had all of main already.";
    }
    console().document(json);
    console().line(text);
    return outcome instanceof RefreshOutcome.Parked ? ExitCode.PARKED : ExitCode.DONE;
  }
}
