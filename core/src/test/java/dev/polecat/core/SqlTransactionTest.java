package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Transactions begun and ended in SQL text, by hand or by a tool that knows no JDBC. */
@ExtendWith(DoltTestServer.class)
class SqlTransactionTest {
  private final TestBranch branch;
  private final Connection connection;

  SqlTransactionTest(DoltDatabase database) throws SQLException {
    branch = TestBranch.of(database);
    connection = branch.connection();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    branch.close();
  }

  @Test
  void beginToCommitIsOneCommitAndInvisibleBefore() throws SQLException {
    for (String begin :
        new String[] {"BEGIN", "begin work", "START TRANSACTION", "/* x */ begin"}) {
      int before = branch.commits().size();
      TestBranch.run(
          connection,
          begin,
          "INSERT INTO t VALUES (%d, '')".formatted(2 * before),
          "INSERT INTO t VALUES (%d, '')".formatted(2 * before + 1));
      assertThat(branch.commits()).hasSize(before);
      assertThat(branch.ids()).hasSize(2 * before);
      TestBranch.run(connection, "COMMIT");
      assertThat(branch.commits()).hasSize(before + 1).containsOnly(TestBranch.commit());
      assertThat(branch.ids()).hasSize(2 * before + 2);
    }
  }

  @Test
  void rollbackLeavesNothingAndAutocommitGoesOn() throws SQLException {
    TestBranch.run(connection, "BEGIN", "INSERT INTO t VALUES (1, '')", "ROLLBACK");
    assertThat(branch.ids()).isEmpty();
    TestBranch.run(connection, "INSERT INTO t VALUES (2, '')");
    assertThat(branch.ids()).containsExactly("2");
    assertThat(branch.commits()).hasSize(1);
  }

  @Test
  void aTransactionBegunInSqlEndsWithTheJdbcMethodsToo() throws SQLException {
    TestBranch.run(connection, "BEGIN", "INSERT INTO t VALUES (1, '')");
    connection.rollback();
    TestBranch.run(connection, "BEGIN", "INSERT INTO t VALUES (2, '')");
    connection.commit();
    assertThat(branch.ids()).containsExactly("2");
    assertThat(branch.commits()).hasSize(1);
  }

  @Test
  void aSecondBeginCommitsTheFirstTransactionAsMySqlDoes() throws SQLException {
    TestBranch.run(
        connection,
        "BEGIN",
        "INSERT INTO t VALUES (1, '')",
        "BEGIN",
        "INSERT INTO t VALUES (2, '')");
    connection.rollback();
    assertThat(branch.ids()).containsExactly("1");
    assertThat(branch.commits()).containsExactly(TestBranch.commit());
  }

  @Test
  void commitAndRollbackSentAsSqlReportNoRows() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      assertThat(statement.execute("COMMIT")).isFalse();
      assertThat(statement.executeUpdate("ROLLBACK")).isZero();
      assertThat(statement.executeLargeUpdate("COMMIT")).isZero();
    }
  }

  @Test
  void aTransactionSeesOneSnapshot() throws SQLException {
    TestBranch.run(connection, "BEGIN");
    assertThat(TestBranch.read(connection, "SELECT id FROM t")).isEmpty();
    try (Connection other = branch.connection()) {
      TestBranch.run(other, "INSERT INTO t VALUES (1, '')");
    }
    assertThat(TestBranch.read(connection, "SELECT id FROM t")).isEmpty();
    TestBranch.run(connection, "ROLLBACK");
    assertThat(TestBranch.read(connection, "SELECT id FROM t")).containsExactly("1");
  }
}
