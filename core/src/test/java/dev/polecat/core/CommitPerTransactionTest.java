package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoltTestServer.class)
class CommitPerTransactionTest {
  private final TestBranch branch;
  private final Connection connection;

  CommitPerTransactionTest(DoltDatabase database) throws SQLException {
    branch = TestBranch.of(database);
    connection = branch.connection();
  }

  @BeforeEach
  void startsInAutocommitAsJdbcDemands() throws SQLException {
    assertThat(connection.getAutoCommit()).isTrue();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    assertThat(branch.database().uncommittedTables(branch.name())).isEmpty();
    branch.close();
  }

  @Test
  void anAutocommittedWriteIsOneCommitByTheSessionsAuthorWithItsMessage() throws SQLException {
    TestBranch.run(connection, "INSERT INTO t VALUES (1, 'a')");
    assertThat(branch.commits()).containsExactly(TestBranch.commit());
    assertThat(branch.ids()).containsExactly("1");
  }

  @Test
  void howeverAWriteIsExecutedItIsOneCommit() throws SQLException {
    try (Statement plain = connection.createStatement();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
      assertThat(plain.execute("INSERT INTO t VALUES (1, '')")).isFalse();
      assertThat(plain.executeUpdate("INSERT INTO t VALUES (2, ''), (3, '')")).isEqualTo(2);
      assertThat(plain.executeLargeUpdate("UPDATE t SET v = 'x'")).isEqualTo(3);
      for (int id = 4; id <= 6; id++) {
        insert.setInt(1, id);
        insert.setString(2, "USE main");
        assertThat(insert.executeUpdate()).isEqualTo(1);
      }
    }
    assertThat(branch.commits()).hasSize(6).containsOnly(TestBranch.commit());
    assertThat(branch.ids()).hasSize(6);
  }

  @Test
  void aNewTableIsOneCommit() throws SQLException {
    TestBranch.run(connection, "CREATE TABLE u (id INT PRIMARY KEY)");
    assertThat(branch.commits()).containsExactly(TestBranch.commit());
  }

  @Test
  void aReadIsNoCommitAndNeitherIsAWriteThatChangesNothing() throws SQLException {
    assertThat(TestBranch.read(connection, "SELECT id FROM t")).isEmpty();
    assertThat(TestBranch.read(connection, "SHOW TABLES")).containsExactly("t");
    TestBranch.run(connection, "UPDATE t SET v = 'x' WHERE id = 0");
    assertThat(branch.commits()).isEmpty();
  }

  @Test
  void aJdbcTransactionIsOneCommitAndInvisibleBefore() throws SQLException {
    connection.setAutoCommit(false);
    TestBranch.run(connection, "INSERT INTO t VALUES (1, '')", "INSERT INTO t VALUES (2, '')");
    assertThat(branch.ids()).isEmpty();
    assertThat(branch.commits()).isEmpty();
    connection.commit();
    assertThat(branch.ids()).containsExactly("1", "2");
    assertThat(branch.commits()).containsExactly(TestBranch.commit());
    connection.commit();
    assertThat(branch.commits()).as("an empty transaction is no commit").hasSize(1);
  }

  @Test
  void switchingAutocommitOnCommitsWhatIsOpen() throws SQLException {
    connection.setAutoCommit(false);
    TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
    connection.setAutoCommit(true);
    assertThat(branch.commits()).containsExactly(TestBranch.commit());
    TestBranch.run(connection, "INSERT INTO t VALUES (2, '')");
    assertThat(branch.commits()).hasSize(2);
  }

  @Test
  void rollbackLeavesNothing() throws SQLException {
    connection.setAutoCommit(false);
    TestBranch.run(connection, "INSERT INTO t VALUES (1, '')", "UPDATE t SET v = 'x'");
    connection.rollback();
    connection.commit();
    assertThat(branch.ids()).isEmpty();
    assertThat(branch.commits()).isEmpty();
  }

  @Test
  void aChangeOfTheSchemaCommitsTheTransactionItIsInAsMySqlDoes() throws SQLException {
    connection.setAutoCommit(false);
    TestBranch.run(
        connection, "INSERT INTO t VALUES (1, '')", "CREATE TABLE u (id INT PRIMARY KEY)");
    connection.rollback();
    assertThat(branch.ids()).containsExactly("1");
    assertThat(branch.commits()).containsExactly(TestBranch.commit());
  }

  @Test
  void savepointsAreRefusedBecauseDoltWouldNotReturnToThem() throws SQLException {
    connection.setAutoCommit(false);
    TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
    assertThatExceptionOfType(SQLFeatureNotSupportedException.class)
        .isThrownBy(() -> connection.setSavepoint("before"))
        .withMessageContaining("savepoints");
    for (String sql :
        new String[] {"SAVEPOINT a", "ROLLBACK TO SAVEPOINT a", "RELEASE SAVEPOINT a"}) {
      assertThatExceptionOfType(SQLFeatureNotSupportedException.class)
          .isThrownBy(() -> TestBranch.run(connection, sql));
    }
    connection.commit();
    assertThat(branch.ids()).containsExactly("1");
  }

  @Test
  void aBatchIsOneCommit() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO t (id, v) VALUES (?, ?)")) {
      for (int id = 1; id <= 50; id++) {
        insert.setInt(1, id);
        insert.setString(2, "DOLT_CHECKOUT");
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).hasSize(50);
    }
    assertThat(branch.commits()).containsExactly(TestBranch.commit());
    try (Statement mixed = connection.createStatement()) {
      mixed.addBatch("UPDATE t SET v = '' WHERE id = 1");
      mixed.addBatch("DELETE FROM t WHERE id = 2");
      mixed.addBatch("INSERT INTO t VALUES (51, '')");
      assertThat(mixed.executeBatch()).containsExactly(1, 1, 1);
    }
    assertThat(branch.commits()).hasSize(2);
    assertThat(branch.ids()).hasSize(50);
  }

  @Test
  void aMessageThatLooksLikeAnOptionOrSqlIsOnlyAMessage() throws SQLException {
    String message = "--amend '); DROP TABLE t; -- \u00fc";
    BranchSession session = BranchSession.of(TestBranch.TOAST).withCommitMessage(message);
    try (BranchDataSource other = branch.database().open(branch.name(), session);
        Connection writer = other.getConnection()) {
      TestBranch.run(writer, "INSERT INTO t VALUES (1, '')");
      assertThat(branch.commits()).containsExactly(TestBranch.TOAST + ": " + message);
    }
  }
}
