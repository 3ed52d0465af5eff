package dev.polecat.mergequeue;

import dev.polecat.core.BranchName;
import java.util.List;

/** Why a request was parked, with what a person needs to act on it. */
public sealed interface ParkReason {
  /**
   * The reason in words, with what to do next.
   *
   * @return one or more sentences
   */
  String message();

  /**
   * A conflicted cell's policy is to park.
   *
   * @param table the table
   * @param columns the columns whose policy says so and that both sides changed
   */
  record PolicySaysPark(String table, List<String> columns) implements ParkReason {
    @Override
    public String message() {
      return "Both sides changed "
          + columns
          + " of table "
          + table
          + ", and the policy there is to ask a person.";
    }
  }

  /**
   * A conflicted table has no policy.
   *
   * @param table the table
   * @param why what is missing
   */
  record NoPolicy(String table, String why) implements ParkReason {
    @Override
    public String message() {
      return "Table "
          + table
          + " has conflicts and no policy: "
          + why
          + " Configure one, then submit the branch again.";
    }
  }

  /**
   * Both sides changed a table's schema in ways Dolt cannot unite.
   *
   * @param tables the tables
   */
  record SchemaConflict(List<String> tables) implements ParkReason {
    @Override
    public String message() {
      return "Main and the branch changed the schema of "
          + tables
          + " in ways that exclude each other. Bring one in line with the other, then submit the"
          + " branch again.";
    }
  }

  /**
   * The merged rows would break a constraint.
   *
   * @param tables the tables with such rows, or the server's message if it named none
   */
  record ConstraintViolation(List<String> tables) implements ParkReason {
    @Override
    public String message() {
      return "The merged rows break a constraint of "
          + tables
          + ". Change the rows on the branch, then submit it again.";
    }
  }

  /**
   * Main has uncommitted rows in tables the merge must write.
   *
   * @param tables the tables
   */
  record MainHasUncommittedRows(List<String> tables) implements ParkReason {
    @Override
    public String message() {
      return "Main has uncommitted rows in "
          + tables
          + ". Whoever wrote them must commit them; then submit the branch again.";
    }
  }

  /**
   * The branch is gone although its work is not on main.
   *
   * @param branch the branch
   */
  record BranchGone(BranchName branch) implements ParkReason {
    @Override
    public String message() {
      return "Neither branch " + branch + " nor its sealed commit can be found.";
    }
  }

  /**
   * Every attempt failed.
   *
   * @param attempts how many there were
   * @param lastFailure what the last one failed with; earlier ones are its suppressed exceptions
   */
  record RetriesExhausted(int attempts, Throwable lastFailure) implements ParkReason {
    @Override
    public String message() {
      return attempts + " attempts failed, the last with: " + lastFailure.getMessage();
    }
  }

  /**
   * The server refused in a way that repeating would not change.
   *
   * @param failure what it said
   */
  record Refused(Throwable failure) implements ParkReason {
    @Override
    public String message() {
      return "The merge was refused: " + failure.getMessage();
    }
  }
}
