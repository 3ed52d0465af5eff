package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.core.testing.StatementTap;
import dev.polecat.core.testing.TestRows;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server is asked no more than is needed. */
@Timeout(60)
@ExtendWith(DoltTestServer.class)
class ConnectionRoundTripsTest {
  private static final Author AUTHOR = new Author("toast", "toast@example.org");
  private static final BranchSession TRUSTING =
      BranchSession.of(AUTHOR).withCommitMode(CommitMode.EXPLICIT).withTrust(Duration.ofMinutes(1));

  private StatementTap proxy;
  private DoltServer server;
  private DoltDatabase database;

  @BeforeEach
  void open(DoltDatabase direct) {
    proxy = StatementTap.to(direct.endpoint());
    server = DoltServer.connect(proxy.endpoint());
    database = server.database(direct.name());
  }

  @AfterEach
  void close() {
    server.close();
    proxy.close();
  }

  private static String ask(BranchDataSource branch) throws SQLException {
    try (Connection connection = branch.getConnection()) {
      return TestRows.of(connection, "SELECT CONNECTION_ID()").get(0);
    }
  }

  private BranchName branch(String name) {
    BranchName branch = BranchName.of(name);
    database.createBranch(branch, BranchName.MAIN);
    return branch;
  }

  @Test
  void theServersConfigurationIsAskedForOnceAndNotOncePerBranch() throws SQLException {
    BranchName first = branch("first");
    BranchName second = branch("second");
    database.connect(first).close();
    proxy.sent();
    database.connect(second).close();

    assertThat(proxy.sent()).noneMatch(sent -> sent.contains("@@session"));
  }

  @Test
  void aConnectionsUrlNamesItsBranch() throws SQLException {
    BranchName branch = branch("named");
    try (BranchDataSource pool = database.open(branch, TRUSTING);
        Connection connection = pool.getConnection()) {
      assertThat(connection.getMetaData().getURL())
          .isEqualTo(database.endpoint().jdbcUrl(database.name(), branch));
    }
  }

  @Test
  void aTrustedConnectionIsNotAskedWhetherItIsAlive() throws SQLException {
    try (BranchDataSource pool = database.open(branch("trusted"), TRUSTING)) {
      String session = ask(pool);
      proxy.sent();

      assertThat(ask(pool)).isEqualTo(session);
      assertThat(proxy.sent()).singleElement().asString().contains("CONNECTION_ID");
    }
  }

  @Test
  void whenATrustedConnectionWasLostTheOthersAreAsked() throws SQLException {
    try (BranchDataSource pool = database.open(branch("lost"), TRUSTING);
        Connection main = database.connect(BranchName.MAIN)) {
      Connection one = pool.getConnection();
      Connection other = pool.getConnection();
      List<String> sessions =
          List.of(
              TestRows.of(one, "SELECT CONNECTION_ID()").get(0),
              TestRows.of(other, "SELECT CONNECTION_ID()").get(0));
      one.close();
      other.close();
      for (String session : sessions) {
        try (Statement kill = main.createStatement()) {
          kill.execute("KILL " + session);
        }
        while (!TestRows.of(
                main, "SELECT id FROM information_schema.processlist WHERE id = " + session)
            .isEmpty()) {
          Thread.onSpinWait();
        }
      }

      assertThatThrownBy(() -> ask(pool))
          .satisfies(lost -> assertThat(DoltError.of(lost)).isEqualTo(DoltError.CONNECTION_LOST));
      assertThat(ask(pool)).isNotIn(sessions);
    }
  }

  @Test
  void whatTheAdministratorReadsIsReadAgainWhenHisConnectionIsLost() throws SQLException {
    CommitHash head = database.head(BranchName.MAIN).orElseThrow();
    try (Connection direct = database.connect(BranchName.MAIN);
        Statement kill = direct.createStatement()) {
      String others =
          "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND db = '"
              + database.name()
              + "/main'";
      for (String session : TestRows.of(direct, others)) {
        kill.execute("KILL " + session);
      }
      while (!TestRows.of(direct, others).isEmpty()) {
        Thread.onSpinWait();
      }
    }

    assertThat(database.head(BranchName.MAIN)).contains(head);
  }

  @Test
  void whetherABranchIsCleanAndWhereIsOneRoundTrip() throws SQLException {
    BranchName branch = branch("clean");
    CommitHash head = database.head(branch).orElseThrow();
    try (BranchDataSource source = database.open(branch, BranchSession.of(AUTHOR))) {
      source.getConnection().close();
      proxy.sent();

      assertThat(source.headIfClean()).contains(head);
      assertThat(proxy.sent()).hasSize(1);
      for (String change :
          List.of(
              "CREATE TABLE uncommitted (id INT PRIMARY KEY)",
              "ALTER TABLE uncommitted MODIFY COLUMN id INT COMMENT 'key'",
              "INSERT INTO uncommitted VALUES (1)")) {
        try (Connection connection = database.connect(branch);
            Statement statement = connection.createStatement()) {
          statement.execute(change);
        }
        assertThat(source.headIfClean()).isEmpty();
        assertThat(database.commitAll(branch, AUTHOR, "all"))
            .isEqualTo(source.headIfClean().orElseThrow());
      }
    }
  }

  @Test
  void mainsHeadIsFoundWithoutVisitingAllBranches() throws SQLException {
    database.createBranch(BranchName.of("other"), BranchName.MAIN);
    try (Connection connection = database.connect(BranchName.MAIN);
        Statement statement = connection.createStatement()) {
      statement.execute("CALL DOLT_COMMIT('--allow-empty', '-m', 'main moves')");
      proxy.sent();

      assertThat(database.head(BranchName.MAIN).orElseThrow().value())
          .isEqualTo(TestRows.of(connection, "SELECT HASHOF('main')").get(0));
    }
    assertThat(proxy.sent()).anyMatch(sent -> sent.contains("HASHOF('HEAD')"));
  }

  @Test
  void durationsBelowZeroAreRefused() {
    Duration negative = Duration.ofMillis(-1);

    assertThatThrownBy(() -> TRUSTING.withTrust(negative))
        .isInstanceOf(InvalidNameException.class)
        .hasMessageContaining("trust");
    assertThatThrownBy(() -> TRUSTING.withSilence(negative))
        .isInstanceOf(InvalidNameException.class)
        .hasMessageContaining("silence");
  }
}
