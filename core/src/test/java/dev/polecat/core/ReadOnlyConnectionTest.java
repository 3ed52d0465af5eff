package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** The view reads what the transaction behind it sees, and can neither change nor end it. */
@ExtendWith(DoltTestServer.class)
class ReadOnlyConnectionTest {
  private Connection behind;
  private Connection view;

  @BeforeEach
  void open(DoltDatabase database) throws SQLException {
    behind = database.connect(BranchName.MAIN);
    try (Statement statement = behind.createStatement()) {
      statement.execute("CREATE TABLE t (id INT PRIMARY KEY)");
      behind.setAutoCommit(false);
      statement.execute("INSERT INTO t VALUES (1)");
    }
    view = ReadOnlyConnection.of(behind);
  }

  @AfterEach
  void close() throws SQLException {
    if (!behind.isClosed()) {
      behind.rollback();
      behind.close();
    }
  }

  private int rows(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM t")) {
      row.next();
      return row.getInt(1);
    }
  }

  private interface Act {
    void run() throws Exception;
  }

  private static void assertRefused(Act act) {
    assertThatThrownBy(act::run)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));
  }

  @Test
  void closingTheViewClosesWhatItsUserLeftOpen() throws SQLException {
    Statement streaming = view.createStatement();
    streaming.setFetchSize(Integer.MIN_VALUE); // the driver would refuse all else until it is read
    streaming.executeQuery("SELECT id FROM t UNION ALL SELECT 2 UNION ALL SELECT 3").next();
    view.close();

    assertThat(rows(behind)).isEqualTo(1);
    assertThat(streaming.isClosed()).isTrue();
  }

  @Test
  void theOpenTransactionCanBeRead() throws SQLException {
    assertThat(rows(view)).isEqualTo(1);
    try (PreparedStatement statement = view.prepareStatement("SELECT id FROM t WHERE id = ?")) {
      statement.setInt(1, 1);
      try (ResultSet row = statement.executeQuery()) {
        assertThat(row.next()).isTrue();
      }
    }
    assertThat(view.isReadOnly()).isTrue();
    assertThat(view.isValid(5)).isTrue();
    assertThat(view.getCatalog()).isEqualTo(behind.getCatalog());
  }

  @TestFactory
  Stream<DynamicTest> statementsThatAreNoReadsAreRefused() {
    return Stream.of(
            "INSERT INTO t VALUES (2)",
            "  delete from t",
            "/* SELECT */ DELETE FROM t",
            "-- SELECT\nDELETE FROM t",
            "# SELECT\nDELETE FROM t",
            "/*!80000 DELETE FROM t */",
            "WITH x AS (SELECT 1) DELETE FROM t",
            "WITH x AS (SELECT 1) UPDATE t SET id = 3",
            "(INSERT INTO t VALUES (2))",
            "REPLACE INTO t VALUES (2)",
            "TRUNCATE t",
            "CREATE TABLE u (id INT PRIMARY KEY)",
            "COMMIT",
            "ROLLBACK",
            "BEGIN",
            "SAVEPOINT s",
            "SET autocommit = 1",
            "SET @@session.foreign_key_checks = 0",
            "USE mysql",
            "CALL DOLT_COMMIT('-Am', 'x')",
            "CALL DOLT_MERGE('--abort')",
            "CALL DOLT_RESET('--hard')",
            "KILL 1",
            "LOCK TABLES t WRITE",
            "PREPARE p FROM 'DELETE FROM t'",
            "EXECUTE p",
            "DO SLEEP(0)",
            "SELECT RELEASE_LOCK('pq:town')",
            "SELECT release_all_locks ()",
            "SELECT 1 INTO @x",
            "SELECT * FROM t INTO OUTFILE '/tmp/t'",
            "")
        .map(
            sql ->
                DynamicTest.dynamicTest(
                    "refused: " + sql,
                    () -> {
                      try (Statement statement = view.createStatement()) {
                        assertRefused(() -> statement.execute(sql));
                        assertRefused(() -> statement.executeQuery(sql));
                        assertRefused(() -> statement.executeUpdate(sql));
                        assertRefused(() -> statement.executeLargeUpdate(sql));
                        assertRefused(
                            () -> statement.execute(sql, Statement.RETURN_GENERATED_KEYS));
                        assertRefused(() -> statement.addBatch(sql));
                      }
                      assertRefused(() -> view.prepareStatement(sql));
                      assertThat(rows(behind)).isEqualTo(1);
                    }));
  }

  @Test
  void whatWouldEndOrChangeTheTransactionIsRefused() throws SQLException {
    assertRefused(view::commit);
    assertRefused(view::rollback);
    assertRefused(() -> view.rollback(null));
    assertRefused(view::setSavepoint);
    assertRefused(() -> view.setAutoCommit(true));
    assertRefused(() -> view.setCatalog("mysql"));
    assertRefused(() -> view.setReadOnly(false));
    assertRefused(() -> view.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED));
    assertRefused(() -> view.abort(Runnable::run));
    assertRefused(() -> view.prepareCall("CALL DOLT_ADD('-A')"));
    assertRefused(() -> view.prepareStatement("SELECT 1", Statement.RETURN_GENERATED_KEYS));

    assertThat(rows(behind)).isEqualTo(1);
    assertThat(behind.getAutoCommit()).isFalse();
  }

  @Test
  void nothingLeadsToTheConnectionBehind() throws SQLException {
    assertRefused(() -> view.unwrap(Connection.class));
    assertRefused(view::getMetaData);
    try (Statement statement = view.createStatement();
        ResultSet row = statement.executeQuery("SELECT 1")) {
      assertThat(statement.getConnection()).isSameAs(view);
      assertRefused(() -> statement.unwrap(Statement.class));
      assertThat(row.getStatement()).isSameAs(statement);
      assertRefused(() -> row.unwrap(ResultSet.class));
    }
  }

  @Test
  void resultsCannotBeWrittenThrough() throws SQLException {
    try (Statement statement = view.createStatement();
        ResultSet row = statement.executeQuery("SELECT id FROM t")) {
      row.next();
      assertThatThrownBy(() -> row.updateInt(1, 9)).isInstanceOf(SQLException.class);
      assertThatThrownBy(row::deleteRow).isInstanceOf(SQLException.class);
    }
  }

  @Test
  void closingTheViewClosesTheViewAlone() throws SQLException {
    Statement statement = view.createStatement();
    ResultSet row = statement.executeQuery("SELECT id FROM t");
    view.close();
    view.close();

    assertThat(view.isClosed()).isTrue();
    assertThatThrownBy(view::createStatement).isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> statement.executeQuery("SELECT 1")).isInstanceOf(SQLException.class);
    assertThatThrownBy(row::next).isInstanceOf(SQLException.class);
    statement.close();
    row.close();
    assertThat(behind.isClosed()).isFalse();
    assertThat(rows(behind)).isEqualTo(1);
  }

  @Test
  void aViewOfAClosedConnectionIsClosed() throws SQLException {
    behind.close();

    assertThat(view.isClosed()).isTrue();
    assertThatThrownBy(() -> rows(view)).isInstanceOf(SQLException.class);
    assertThat(view).isEqualTo(view).isNotEqualTo(ReadOnlyConnection.of(behind));
  }
}
