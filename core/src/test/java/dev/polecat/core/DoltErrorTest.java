package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the pinned server says, and what is made of it. */
@ExtendWith(DoltTestServer.class)
class DoltErrorTest {
  private final DoltDatabase database;
  private final TestBranch branch;
  private final Connection main;

  DoltErrorTest(DoltDatabase database) throws SQLException {
    this.database = database;
    branch = TestBranch.of(database);
    main = database.connect(BranchName.MAIN);
  }

  @AfterEach
  void close() throws SQLException {
    main.close();
    branch.close();
  }

  @Test
  void twoTransactionsThatChangeTheSameCell() throws SQLException {
    TestBranch.run(main, "INSERT INTO t VALUES (1, 'start')");
    try (Connection other = database.connect(BranchName.MAIN)) {
      TestBranch.run(main, "BEGIN", "UPDATE t SET v = 'a'");
      TestBranch.run(other, "BEGIN", "UPDATE t SET v = 'b'", "COMMIT");
      is(DoltError.SERIALIZATION_FAILURE, () -> TestBranch.run(main, "COMMIT"));
    }
  }

  @Test
  void aMissingBranchDatabaseOrCommit() {
    is(DoltError.NOT_FOUND, () -> database.connect(BranchName.of("missing")));
    for (String sql :
        new String[] {
          "USE missing",
          "CALL DOLT_MERGE('missing')",
          "CALL DOLT_BRANCH('-d', 'missing')",
          "CALL DOLT_BRANCH('new', 'missing')",
          "SELECT HASHOF('missing')",
          "SELECT HAS_ANCESTOR('missing', 'main')",
          "SELECT * FROM `%s/missing`.t".formatted(database.name())
        }) {
      is(DoltError.NOT_FOUND, () -> TestBranch.run(main, sql));
    }
  }

  @Test
  void aBranchDeletedUnderAnOpenSession() throws SQLException {
    try (Connection connection = branch.connection()) {
      TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
      database.deleteBranchWithItsCommits(branch.name());
      is(DoltError.NOT_FOUND, () -> TestBranch.run(connection, "INSERT INTO t VALUES (2, '')"));
    }
  }

  @Test
  void aNameThatIsTaken() {
    for (String sql :
        new String[] {
          "CALL DOLT_BRANCH('toast')",
          "CREATE TABLE t (id INT PRIMARY KEY)",
          "CREATE DATABASE %s".formatted(database.name())
        }) {
      is(DoltError.ALREADY_EXISTS, () -> TestBranch.run(main, sql));
    }
  }

  @Test
  void uncommittedRowsInTheWayOfAMerge() throws SQLException {
    try (Connection connection = branch.connection()) {
      TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
    }
    TestBranch.run(main, "INSERT INTO t VALUES (2, '')");
    is(DoltError.LOCAL_CHANGES, () -> TestBranch.run(main, "CALL DOLT_MERGE('toast')"));
  }

  @Test
  void aBranchThatSomebodyIsOn() throws SQLException {
    try (Connection connection = branch.connection()) {
      assertThat(TestBranch.read(connection, "SELECT 1")).containsExactly("1");
      is(DoltError.BRANCH_IN_USE, () -> TestBranch.run(main, "CALL DOLT_BRANCH('-d', 'toast')"));
    }
  }

  @Test
  void aUserWhoMayNot() throws SQLException {
    TestBranch.run(
        main,
        "CREATE USER IF NOT EXISTS reader@'%'",
        "GRANT ALL ON *.* TO reader@'%'",
        "INSERT INTO dolt_branch_control VALUES ('%s', 'main', 'reader', '%%', 'read')"
            .formatted(database.name()));
    Endpoint root = database.endpoint();
    Endpoint reader = new Endpoint(root.host(), root.port(), "reader", "");
    try (DoltServer server = DoltServer.connect(reader);
        Connection connection = server.database(database.name()).connect(BranchName.MAIN)) {
      is(DoltError.NO_PERMISSION, () -> TestBranch.run(connection, "INSERT INTO t VALUES (1, '')"));
    }
    Endpoint stranger = new Endpoint(root.host(), root.port(), "stranger", "");
    is(DoltError.NO_PERMISSION, () -> DoltServer.connect(stranger));
  }

  @Test
  void aSessionThatTheServerEnded() throws SQLException {
    try (Connection killed = database.connect(BranchName.MAIN)) {
      String id = TestBranch.read(killed, "SELECT CONNECTION_ID()").get(0);
      TestBranch.run(main, "KILL " + id);
      is(DoltError.CONNECTION_LOST, () -> TestBranch.run(killed, "SELECT 1"));
    }
  }

  @Test
  void aStatementThatIsWrong() {
    for (String sql : new String[] {"no SQL", "SELECT * FROM nosuch", "SELECT nosuch FROM t"}) {
      is(DoltError.OTHER, () -> TestBranch.run(main, sql));
    }
  }

  @Test
  void onlyWhatIsKnownNotToHaveCommittedIsRetryable() {
    assertThat(EnumSet.allOf(DoltError.class).stream().filter(DoltError::isRetryable))
        .containsExactlyInAnyOrder(DoltError.SERIALIZATION_FAILURE, DoltError.OPTIMISTIC_LOCK);
    assertThat(DoltError.of(new SQLException("Optimistic Lock failed on x", "HY000", 1105)))
        .isEqualTo(DoltError.OPTIMISTIC_LOCK);
  }

  @Test
  void aFailureWithoutSqlOrTextIsOther() {
    assertThat(DoltError.of(new IllegalStateException())).isEqualTo(DoltError.OTHER);
    assertThat(DoltError.of(new SQLException())).isEqualTo(DoltError.OTHER);
  }

  @Test
  void aWrappedFailureIsRecognised() {
    SQLException inner = new SQLException("x", "40001", 1213);
    assertThat(DoltError.of(new IllegalStateException(new RuntimeException(inner))))
        .isEqualTo(DoltError.SERIALIZATION_FAILURE);
  }

  private static void is(DoltError expected, ThrowingCallable call) {
    Throwable failure = catchThrowable(call);
    assertThat(failure).isNotNull();
    assertThat(DoltError.of(failure)).as("%s", failure).isEqualTo(expected);
  }
}
