package dev.polecat.sling.cli.internal;

import dev.polecat.mergequeue.Decisions;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.ParkReason;
import dev.polecat.sling.cli.ExitCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a branch, for people and as JSON.
 *
 * @param rig the rig
 * @param outcome how its merge ended
 */
public record OutcomeReport(String rig, MergeOutcome outcome) {
  /** Says it, and gives the exit code. */
  public ExitCode print(Console console) {
    console.document(json());
    console.line(text());
    return code();
  }

  /** The exit code. */
  public ExitCode code() {
    return outcome instanceof MergeOutcome.Parked ? ExitCode.PARKED : ExitCode.DONE;
  }

  /** Which kind of outcome it is, is named as {@link MergeOutcome} does. */
  public Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> json =
        Console.map("rig", rig, "branch", branch(), "outcome", name());
    if (outcome instanceof MergeOutcome.Merged merged) {
      Decisions decisions = merged.report().decisions();
      json.put("commit", merged.report().commit());
      json.put("conflictedRows", decisions.conflictedRows());
      json.put("cellsByPolicy", decisions.cellsByPolicy());
      json.put("branchKept", merged.branchKept());
    } else if (outcome instanceof MergeOutcome.AlreadyMerged merged) {
      json.put("commit", merged.commit());
      json.put("branchKept", merged.branchKept());
    } else if (outcome instanceof MergeOutcome.NothingToMerge nothing) {
      json.put("branchKept", nothing.branchKept());
    } else if (outcome instanceof MergeOutcome.Parked parked) {
      json.put("reason", reason(parked.reason()));
      json.put("message", parked.reason().message());
    }
    return json;
  }

  /** One line. */
  public String text() {
    if (outcome instanceof MergeOutcome.Merged merged) {
      long rows = merged.report().decisions().conflictedRows();
      return branch()
          + " is merged into main of "
          + rig
          + " as "
          + merged.report().commit()
          + (rows == 0 ? "" : "; " + rows + " conflicted rows were decided by policy")
          + kept(merged.branchKept().orElse(""));
    }
    if (outcome instanceof MergeOutcome.AlreadyMerged merged) {
      return branch()
          + " is merged into main of "
          + rig
          + " as "
          + merged.commit()
          + kept(merged.branchKept().orElse(""));
    }
    if (outcome instanceof MergeOutcome.Parked parked) {
      return branch() + " is parked: " + parked.reason().message();
    }
    if (outcome instanceof MergeOutcome.NothingToMerge nothing) {
      return branch() + " had nothing to merge" + kept(nothing.branchKept().orElse(""));
    }
    return branch() + ": " + outcome;
  }

  /** The kind of a reason, as {@link ParkReason} names it. */
  public static String reason(ParkReason reason) {
    return reason.getClass().getSimpleName();
  }

  private String name() {
    return outcome.getClass().getSimpleName();
  }

  private String branch() {
    return outcome.request().branch().value();
  }

  private static String kept(String why) {
    return why.isEmpty() ? "." : ". The branch is still there: " + why;
  }
}
