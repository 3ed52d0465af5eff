package dev.polecat.mergequeue.internal.resolve;

import dev.polecat.core.CommitHash;
import dev.polecat.mergequeue.ConflictPolicies;
import java.sql.Connection;

/**
 * A merge that is open on a connection.
 *
 * @param connection the session; nothing of the merge is committed
 * @param base the merge base
 * @param ours main's head before the merge
 * @param theirs the sealed commit
 * @param changesSchema whether the branch changed any table's schema
 * @param policies what decides
 * @param resolution gathers what was decided
 */
public record OpenMerge(
    Connection connection,
    CommitHash base,
    CommitHash ours,
    CommitHash theirs,
    boolean changesSchema,
    ConflictPolicies policies,
    Resolution resolution) {

  /** A table function over what main changed since the merge base. */
  String ourDiff(String table) {
    return Sql.diff(base.value(), ours.value(), table);
  }

  /** A table function over what the branch changed since the merge base. */
  String theirDiff(String table) {
    return Sql.diff(base.value(), theirs.value(), table);
  }
}
