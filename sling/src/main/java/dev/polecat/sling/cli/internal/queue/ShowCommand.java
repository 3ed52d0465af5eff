package dev.polecat.sling.cli.internal.queue;

import dev.polecat.core.BranchName;
import dev.polecat.mergequeue.LedgerEntry;
import dev.polecat.mergequeue.LedgerEntry.State;
import dev.polecat.mergequeue.MergePreview;
import dev.polecat.sling.Rig;
import dev.polecat.sling.Town;
import dev.polecat.sling.cli.ExitCode;
import dev.polecat.sling.cli.internal.EntryReport;
import dev.polecat.sling.cli.internal.OutcomeReport;
import dev.polecat.sling.cli.internal.TownCommand;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code polecat queue show}. */
@Command(
    name = "show",
    description =
        "Shows all that is known of a branch; with --diff what merging it would change now.",
    footer = {"", "Example: polecat queue show polecat-toast-... --diff"})
final class ShowCommand extends TownCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "<branch>",
      description = "The branch. Default: BD_BRANCH.")
  private @Nullable String branch;

  @Option(names = "--diff", description = "Show what merging it would change on main.")
  private boolean diff;

  @Override
  protected ExitCode run(Town town) {
    BranchName name = branch(branch);
    Rig rig = rigOf(town, name);
    LedgerEntry entry = rig.ledger().entry(name).orElseThrow();
    Map<String, @Nullable Object> json = new EntryReport(rig.name(), entry).json();
    print(json);
    if (diff) {
      requireBranch(rig, name);
      MergePreview preview =
          entry.state() == State.PARKED ? rig.queue().review(name) : rig.queue().preview(name);
      json.put("obstacle", preview.obstacle().map(OutcomeReport::reason));
      json.put("diff", preview.diff().text());
      preview.obstacle().ifPresent(why -> console().line("would be parked: " + why.message()));
      console().line(preview.diff().text().stripTrailing());
    }
    console().document(json);
    return ExitCode.DONE;
  }

  /** What there is, one a line. */
  private void print(Map<String, @Nullable Object> json) {
    json.forEach(
        (key, value) -> {
          String text = value == null ? "" : value.toString();
          boolean none = text.isEmpty() || text.equals("Optional.empty") || text.equals("[]");
          if (!none) {
            console().line(key + ": " + unwrapped(value));
          }
        });
  }

  private static @Nullable Object unwrapped(@Nullable Object value) {
    return value instanceof Optional<?> maybe ? maybe.orElse(null) : value;
  }
}
