package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoltTestServer.class)
class CommitExplicitlyTest {
  private final DoltDatabase database;
  private final TestBranch branch;

  CommitExplicitlyTest(DoltDatabase database) throws SQLException {
    this.database = database;
    branch = TestBranch.of(database, "toast", s -> s.withCommitMode(CommitMode.EXPLICIT));
  }

  @AfterEach
  void close() {
    branch.close();
  }

  @Test
  void writesAreNoDoltCommitUntilOneIsAskedFor() throws SQLException {
    try (Connection connection = branch.connection()) {
      assertThat(connection.getAutoCommit()).isTrue();
      TestBranch.run(connection, "INSERT INTO t VALUES (1, '')", "INSERT INTO t VALUES (2, '')");
      connection.setAutoCommit(false);
      TestBranch.run(connection, "INSERT INTO t VALUES (3, '')");
      connection.commit();
      TestBranch.run(connection, "BEGIN", "INSERT INTO t VALUES (4, '')", "COMMIT");
    }
    assertThat(branch.ids()).as("the working set has them").hasSize(4);
    assertThat(branch.commits()).isEmpty();
    assertThat(database.uncommittedTables(branch.name())).containsExactly("t");

    CommitHash head = database.commitAll(branch.name(), TestBranch.TOAST, "all four");
    assertThat(branch.commits()).containsExactly(TestBranch.TOAST + ": all four");
    assertThat(database.uncommittedTables(branch.name())).isEmpty();
    assertThat(database.head(branch.name())).contains(head);
  }

  @Test
  void rollbackLeavesNothing() throws SQLException {
    try (Connection connection = branch.connection()) {
      connection.setAutoCommit(false);
      TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
      connection.rollback();
    }
    assertThat(branch.ids()).isEmpty();
    assertThat(database.uncommittedTables(branch.name())).isEmpty();
  }

  @Test
  void closingWithAnOpenTransactionRollsBackAndTheNextUserIsInAutocommit() throws SQLException {
    try (Connection connection = branch.connection()) {
      connection.setAutoCommit(false);
      TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
    }
    try (Connection next = branch.connection()) {
      assertThat(next.getAutoCommit()).isTrue();
      TestBranch.run(next, "INSERT INTO t VALUES (2, '')");
    }
    assertThat(branch.ids()).containsExactly("2");
  }

  @Test
  void closingWithATransactionBegunInSqlRollsBack() throws SQLException {
    try (Connection connection = branch.connection()) {
      TestBranch.run(connection, "BEGIN", "INSERT INTO t VALUES (1, '')");
    }
    try (Connection next = branch.connection()) {
      TestBranch.run(next, "INSERT INTO t VALUES (2, '')");
    }
    assertThat(branch.ids()).containsExactly("2");
  }
}
