package dev.polecat.mergequeue.internal;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.InvalidPolicyException;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds policies against the schema that main has now. */
public final class PolicyCheck {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyCheck.class);

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
      for (String table : Sql.strings(connection, "SHOW TABLES")) {
        if (policies.table(table).isPresent()) {
          checkTable(connection, table, policies);
        }
      }
    } catch (SQLException e) {
      throw new DoltSqlException("read the schema of " + database, e);
    }
  }

  private static void checkTable(Connection connection, String table, ConflictPolicies policies)
      throws SQLException {
    TableShape shape = TableShape.read(connection, table);
    try {
      TablePlan.of(shape, policies);
    } catch (ParkException e) {
      LOG.debug("Table {} will be parked when it conflicts: {}", table, e.getMessage());
    }
  }
}
