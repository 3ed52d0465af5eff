package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.InvalidPolicyException;
import dev.polecat.mergequeue.internal.resolve.Sql;
import dev.polecat.mergequeue.internal.resolve.TablePlan;
import dev.polecat.mergequeue.internal.resolve.TableShape;
import java.sql.Connection;
import java.sql.SQLException;

/** Holds policies against the schema that main has now. */
public final class PolicyCheck {
  private PolicyCheck() {}

  /**
   * Checks the policies of every table that exists, those its comments name included.
   *
   * @throws InvalidPolicyException if a policy does not fit its table
   * @throws DoltSqlException if the schema cannot be read
   */
  public static void check(DoltDatabase database, ConflictPolicies policies) {
    try (Connection connection = database.connect(BranchName.MAIN)) {
      for (String table :
          Sql.strings(connection, "SHOW FULL TABLES WHERE table_type = 'BASE TABLE'")) {
        checkTable(connection, table, policies);
      }
    } catch (SQLException e) {
      throw new DoltSqlException("read the schema of " + database, e);
    }
  }

  private static void checkTable(Connection connection, String table, ConflictPolicies policies)
      throws SQLException {
    TablePlan.of(TableShape.read(connection, table), policies);
  }
}
