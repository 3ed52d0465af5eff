package dev.polecat.mergequeue;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Why a request was parked, with what a person needs to act on it. */
public sealed interface ParkReason {
  /**
   * The reason in words, with what to do next.
   *
   * @return one or more sentences
   */
  String message();

  /**
   * A contested cell's policy is to park.
   *
   * @param table the table
   * @param columns the columns whose policy says so and that both sides changed
   * @param cells the contested cells of these columns, up to the number the queue lists
   * @param why what a custom policy said; empty otherwise
   */
  record PolicySaysPark(String table, List<String> columns, List<CellDecision> cells, String why)
      implements ParkReason {
    /**
     * Copies the lists.
     *
     * @param table the table
     * @param columns the columns whose policy says so
     * @param cells the contested cells of these columns
     * @param why what a custom policy said
     */
    public PolicySaysPark {
      columns = List.copyOf(columns);
      cells = List.copyOf(cells);
    }

    @Override
    public String message() {
      return "Both sides changed "
          + columns
          + " of table "
          + table
          + ", and the policy there is to ask a person"
          + (why.isEmpty() ? "" : ": " + why)
          + ". Give the rows by hand, or change one side or the policy, and retry.";
    }
  }

  /**
   * One side deleted rows that the other changed, and the table's rule is to ask a person.
   *
   * @param table the table
   * @param keys the rows' primary keys by column, up to the number the queue lists
   */
  record DeletedAndChanged(String table, List<Map<String, Object>> keys) implements ParkReason {
    /**
     * Copies the keys.
     *
     * @param table the table
     * @param keys the rows' primary keys by column
     */
    public DeletedAndChanged {
      keys = List.copyOf(keys);
    }

    @Override
    public String message() {
      return "One side deleted rows of table "
          + table
          + " that the other changed "
          + keys
          + ", and the rule there is to ask a person. Give the rows by hand, or change one side,"
          + " and retry.";
    }
  }

  /**
   * A conflicted table has no policy, or one that does not fit it.
   *
   * @param table the table
   * @param why what is missing
   */
  record NoPolicy(String table, String why) implements ParkReason {
    @Override
    public String message() {
      return "Table "
          + table
          + " has conflicts and no policy for them: "
          + why
          + " Configure one, or give the rows by hand, and retry.";
    }
  }

  /**
   * The conflicts of a table cannot be settled row by row.
   *
   * @param table the table
   * @param why what about it is in the way
   */
  record NotResolvable(String table, String why) implements ParkReason {
    @Override
    public String message() {
      return "The conflicts of table "
          + table
          + " cannot be settled: "
          + why
          + " Change the branch so that it no longer conflicts, and retry.";
    }
  }

  /**
   * Both sides changed a table's schema in ways that exclude each other.
   *
   * @param differences the tables, with their schemas at the base, on main and on the branch
   */
  record SchemaConflict(List<SchemaDifference> differences) implements ParkReason {
    /**
     * Copies the list.
     *
     * @param differences the tables
     */
    public SchemaConflict {
      differences = List.copyOf(differences);
    }

    @Override
    public String message() {
      return "Main and the branch changed the schema in ways that exclude each other: "
          + differences.stream()
              .map(difference -> difference.table() + " (" + difference.description() + ")")
              .collect(Collectors.joining("; "))
          + ". Bring one in line with the other, and retry.";
    }
  }

  /**
   * The merged rows would break a constraint.
   *
   * @param tables the tables with such rows
   * @param rows the rows, up to the number the queue lists
   */
  record ConstraintViolation(List<String> tables, List<ViolatedRow> rows) implements ParkReason {
    /**
     * Copies the lists.
     *
     * @param tables the tables with such rows
     * @param rows the rows
     */
    public ConstraintViolation {
      tables = List.copyOf(tables);
      rows = List.copyOf(rows);
    }

    @Override
    public String message() {
      return "The merged rows break a constraint of "
          + tables
          + ", such as "
          + rows.stream()
              .limit(3)
              .map(row -> row.table() + " " + row.row() + ": " + row.kind() + " " + row.detail())
              .collect(Collectors.joining("; "))
          + ". Change the rows on the branch or on main, or give them by hand, and retry.";
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
          + ". Whoever wrote them must commit them; then retry.";
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
   * The branch got commits after it was sealed. Retrying seals it anew.
   *
   * @param branch the branch
   * @param sealed its head when it was sealed
   * @param head its head now
   */
  record BranchMoved(BranchName branch, CommitHash sealed, CommitHash head) implements ParkReason {
    @Override
    public String message() {
      return "Branch "
          + branch
          + " was sealed at "
          + sealed
          + " and has moved to "
          + head
          + " since. Retry to merge it as it is now.";
    }
  }

  /**
   * A gate refused the merge.
   *
   * @param gate the gate's name
   * @param why what it said
   */
  record GateRefused(String gate, String why) implements ParkReason {
    @Override
    public String message() {
      return "Gate " + gate + " refused the merge: " + why + " Change the branch, and retry.";
    }
  }

  /**
   * A gate waits for something. {@value #APPROVAL} is the gate of requests on hold.
   *
   * @param gate the gate's name
   * @param forWhat what it waits for
   */
  record GateWaiting(String gate, String forWhat) implements ParkReason {
    /** The name of the gate that a request on hold waits at. */
    public static final String APPROVAL = "approval";

    @Override
    public String message() {
      return "Gate "
          + gate
          + " waits for "
          + forWhat
          + (gate.equals(APPROVAL) ? ". Review, then approve or reject." : ". Retry then.");
    }
  }

  /**
   * A gate threw, or took longer than it may.
   *
   * @param gate the gate's name
   * @param failure what it threw; a {@link java.util.concurrent.TimeoutException} if it took too
   *     long
   */
  record GateFailed(String gate, Throwable failure) implements ParkReason {
    @Override
    public String message() {
      return "Gate " + gate + " failed: " + failure + ". Mend the gate, and retry.";
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

  /**
   * The branch has uncommitted changes that cannot be shown beside it, such as of a table's schema;
   * only where branches are looked at, since what is merged is committed.
   *
   * @param branch the branch
   * @param tables what is changed
   */
  record Uncommitted(BranchName branch, List<String> tables) implements ParkReason {
    @Override
    public String message() {
      return "Branch "
          + branch
          + " has uncommitted changes in "
          + tables
          + " that are more than rows of tables with a primary key. Commit them to have them seen.";
    }
  }

  /**
   * Somebody took the request back.
   *
   * @param by who
   * @param why why
   */
  record Cancelled(String by, String why) implements ParkReason {
    @Override
    public String message() {
      return "It was cancelled by " + by + ": " + why + ". Retry it to have it merged after all.";
    }
  }
}
