package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.InvalidPolicyException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Holds policies against the schema that main has now. */
public final class PolicyCheck {
  private PolicyCheck() {}

  /**
   * Checks the policies of every configured table that exists.
   *
   * @throws InvalidPolicyException if a policy does not fit its table
   * @throws DoltSqlException if the schema cannot be read
   */
  public static void check(DoltDatabase database, ConflictPolicies policies) {
    if (policies.tables().isEmpty()) {
      return;
    }
    try (Connection connection = database.connect(BranchName.MAIN)) {
      List<String> existing = Sql.strings(connection, "SHOW TABLES");
      for (String table : policies.tables().keySet()) {
        if (existing.contains(table)) {
          TablePlan.of(TableShape.read(connection, table), policies);
        }
      }
    } catch (ParkException e) {
      // such a table parks when it conflicts, and says so then: not an error of the policies
      return;
    } catch (SQLException e) {
      throw new DoltSqlException("read the schema of " + database, e);
    }
  }
}
