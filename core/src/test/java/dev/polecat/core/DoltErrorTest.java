package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
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
          "SELECT HASHOF('main~99')",
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
  void aStatementThatTheServerEnded() throws Exception {
    try (Connection killed = database.connect(BranchName.MAIN)) {
      String id = TestBranch.read(killed, "SELECT CONNECTION_ID()").get(0);
      CompletableFuture<Throwable> sleeping =
          CompletableFuture.supplyAsync(
              () -> catchThrowable(() -> TestBranch.run(killed, "SELECT SLEEP(60)")));
      while (TestBranch.read(
              main,
              "SELECT id FROM information_schema.processlist WHERE id = ? AND command = 'Query'",
              id)
          .isEmpty()) {
        Thread.onSpinWait();
      }
      TestBranch.run(main, "KILL QUERY " + id);
      Throwable failure = sleeping.get();
      assertThat(DoltError.of(failure)).as("%s", failure).isEqualTo(DoltError.QUERY_KILLED);
      try (Statement impatient = killed.createStatement()) {
        impatient.setQueryTimeout(1);
        is(DoltError.QUERY_KILLED, () -> impatient.execute("SELECT SLEEP(60)"));
      }
    }
  }

  @Test
  void whatCanOnlyBeRead() throws SQLException {
    TestBranch.run(main, "START TRANSACTION READ ONLY");
    is(DoltError.READ_ONLY, () -> TestBranch.run(main, "INSERT INTO t VALUES (1, '')"));
    SQLException server = // of a server with behavior.read_only
        new SQLException("database server is set to read only mode", "HY000", 1105);
    assertThat(DoltError.of(server)).isEqualTo(DoltError.READ_ONLY);
  }

  @Test
  void aDiskThatIsFull() {
    for (String text :
        new String[] {
          "write /data/.dolt/noms/vvvv: no space left on device", "write x: disk quota exceeded"
        }) {
      assertThat(DoltError.of(new SQLException(text, "HY000", 1105)))
          .isEqualTo(DoltError.DISK_FULL);
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
        .containsExactlyInAnyOrder(
            DoltError.SERIALIZATION_FAILURE,
            DoltError.OPTIMISTIC_LOCK,
            DoltError.NOT_COMMITTED,
            DoltError.SERVER_AWAY,
            DoltError.TOO_MANY_CONNECTIONS,
            DoltError.CONNECTIONS_IN_USE);
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
