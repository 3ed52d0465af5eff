package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.mysql.cj.jdbc.JdbcConnection;
import dev.polecat.core.testing.DoltTestServer;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoltTestServer.class)
class StaysOnBranchTest {
  private static final String WHERE = "SELECT CONCAT(database(), ' ', active_branch())";

  private final String database;
  private final TestBranch branch;
  private final TestBranch other;

  StaysOnBranchTest(DoltDatabase database) throws SQLException {
    this.database = database.name().value();
    branch = TestBranch.of(database, "toast", s -> s.withMaxConnections(1));
    other = TestBranch.of(database, "other", s -> s);
  }

  @AfterEach
  void nothingReachedAnotherBranch() throws SQLException {
    branch.close();
    other.close();
    try (Connection main = branch.database().connect(BranchName.MAIN)) {
      assertThat(TestBranch.read(main, "SELECT id FROM t")).isEmpty();
    }
    assertThat(other.ids()).isEmpty();
  }

  @Test
  void whatWouldLeaveTheBranchIsRefusedBeforeItIsSent() throws SQLException {
    List<String> statements =
        List.of(
            "USE `%s/other`",
            "/*!40101 USE `%s/other` */",
            "--\t%s\nUSE `%<s/other`",
            "CALL DOLT_CHECKOUT('other') -- %s",
            "SET @@%s_head_ref = 'refs/heads/other'",
            "SET autocommit = 1 -- %s",
            "INSERT INTO `%s/other`.t VALUES (1, '')",
            "INSERT INTO %s.t VALUES (1, '')",
            "WITH x AS (SELECT 1) DELETE FROM `%s/other`.t");
    try (Connection connection = branch.connection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      TestBranch.run(connection, "INSERT INTO t VALUES (7, '')");
      for (String template : statements) {
        String sql = template.formatted(database);
        refused(() -> statement.execute(sql));
        refused(() -> statement.executeUpdate(sql));
        refused(() -> statement.executeQuery(sql));
        refused(() -> statement.addBatch(sql));
        refused(() -> connection.prepareStatement(sql));
        refused(() -> connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS));
        refused(() -> connection.prepareCall(sql));
      }
      refused(() -> connection.setCatalog(database));
      refused(() -> connection.setSchema(database + "/other"));
      assertThat(TestBranch.read(connection, WHERE)).containsExactly(database + "/toast toast");
      connection.commit();
    }
    assertThat(branch.ids()).as("the transaction went on").containsExactly("7");
  }

  @Test
  void valuesThatReadLikeSuchStatementsAreData() throws SQLException {
    List<String> values =
        List.of("USE main", "CALL DOLT_CHECKOUT('main')", "SET autocommit=1", "it's `a/b`.t \\");
    try (Connection connection = branch.connection();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
      for (int i = 0; i < values.size(); i++) {
        insert.setInt(1, i);
        insert.setString(2, values.get(i));
        insert.executeUpdate();
      }
      TestBranch.run(
          connection, "INSERT INTO t VALUES (9, 'it''s USE main; CALL DOLT_CHECKOUT(\"main\")')");
      assertThat(TestBranch.read(connection, "SELECT v FROM t WHERE id < 9 ORDER BY id"))
          .isEqualTo(values);
    }
    assertThat(branch.commits()).hasSize(values.size() + 1);
  }

  @Test
  void otherBranchesMayBeRead() throws SQLException {
    try (Connection connection = branch.connection()) {
      TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
      assertThat(TestBranch.read(connection, "SELECT id FROM `" + database + "/other`.t"))
          .isEmpty();
      connection.setCatalog(database + "/toast");
    }
  }

  @Test
  void aConnectionMovedByAStoredProcedureIsNeverHandedOutAgain() throws SQLException {
    try (Connection connection = branch.connection()) {
      try (Connection outside = branch.database().connect(branch.name())) {
        TestBranch.run(outside, "CREATE PROCEDURE away() CALL DOLT_CHECKOUT('other')");
      }
      assertThat(idOf(connection)).isEqualTo(idOfNextConnectionAfter(connection, c -> {}));
    }
    try (Connection connection = branch.connection()) {
      String moved = idOf(connection);
      assertThat(
              idOfNextConnectionAfter(
                  connection,
                  c -> {
                    try (CallableStatement away = c.prepareCall("CALL away()")) {
                      away.execute();
                    }
                  }))
          .isNotEqualTo(moved);
    }
  }

  @Test
  void aConnectionMovedBehindTheGuardIsNeverHandedOutAgain() throws SQLException {
    for (String away :
        List.of("USE `" + database + "/other`", "CALL DOLT_CHECKOUT('other')", "USE mysql")) {
      try (Connection connection = branch.connection()) {
        String moved = idOf(connection);
        String next =
            idOfNextConnectionAfter(
                connection, c -> TestBranch.run(c.unwrap(JdbcConnection.class), away));
        assertThat(next).as(away).isNotEqualTo(moved);
      }
    }
  }

  @Test
  void aConnectionWhoseAutocommitWasSwitchedBehindTheGuardIsNeverHandedOutAgain()
      throws SQLException {
    try (Connection connection = branch.connection()) {
      String switched = idOf(connection);
      String next =
          idOfNextConnectionAfter(
              connection,
              c -> TestBranch.run(c.unwrap(JdbcConnection.class), "SET autocommit = 1"));
      assertThat(next).isNotEqualTo(switched);
    }
  }

  @Test
  void sessionVariablesOfOneUserAreNotTheNextOnes() throws SQLException {
    try (Connection connection = branch.connection()) {
      TestBranch.run(connection, "SET @@sql_mode = 'ANSI_QUOTES'");
    }
    try (Connection connection = branch.connection()) {
      assertThat(TestBranch.read(connection, "SELECT @@sql_mode")).doesNotContain("ANSI_QUOTES");
    }
  }

  @Test
  void aConnectionThatDidNothingUnusualIsUsedAgain() throws SQLException {
    try (Connection connection = branch.connection()) {
      String before = idOf(connection);
      String next =
          idOfNextConnectionAfter(
              connection,
              c -> {
                TestBranch.run(c, "INSERT INTO t VALUES (1, '')", "DELETE FROM t");
                assertThat(c.getMetaData().getDatabaseProductName()).isEqualTo("MySQL");
              });
      assertThat(next).isEqualTo(before);
    }
  }

  private void refused(ThrowingCallable call) {
    assertThatExceptionOfType(LeftBranchException.class)
        .isThrownBy(call)
        .withMessageContainingAll("branch toast", "Nothing was sent");
  }

  private String idOfNextConnectionAfter(Connection connection, Use use) throws SQLException {
    use.accept(connection);
    connection.close();
    try (Connection next = branch.connection()) {
      assertThat(TestBranch.read(next, WHERE)).containsExactly(database + "/toast toast");
      assertThat(TestBranch.read(next, "SELECT @@autocommit")).containsExactly("0");
      return idOf(next);
    }
  }

  private static String idOf(Connection connection) throws SQLException {
    return TestBranch.read(connection, "SELECT CONNECTION_ID()").get(0);
  }

  private interface Use {
    void accept(Connection connection) throws SQLException;
  }
}
