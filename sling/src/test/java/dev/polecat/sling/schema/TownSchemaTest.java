package dev.polecat.sling.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.testing.DoltTestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoltTestServer.class)
class TownSchemaTest {
  private static final String[] TABLES = {
    "channels", "comments", "dependencies", "issues", "labels", "mail", "town_schema_version"
  };

  private DoltDatabase database;

  @BeforeEach
  void empty(DoltDatabase database) {
    this.database = database;
  }

  private void run(String... statements) throws SQLException {
    try (Connection connection = database.connect(BranchName.MAIN);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private List<String> column(String query) throws SQLException {
    try (Connection connection = database.connect(BranchName.MAIN);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }

  private List<String> committedTables() throws SQLException {
    return column("SHOW TABLES AS OF 'main'");
  }

  private CommitHash head() {
    return database.head(BranchName.MAIN).orElseThrow();
  }

  @Test
  void itIsCommittedOnMainAndNothingIsLeftUncommitted() throws SQLException {
    TownSchema.migrate(database);

    assertThat(committedTables()).containsExactlyInAnyOrder(TABLES);
    assertThat(database.uncommittedTables(BranchName.MAIN)).isEmpty();
    assertThat(column("SELECT MAX(version) FROM town_schema_version"))
        .containsExactly("" + TownSchema.latestVersion());
  }

  @Test
  void aSecondTimeDoesNothing() {
    TownSchema.migrate(database);
    CommitHash before = head();
    TownSchema.migrate(database);

    assertThat(head()).isEqualTo(before);
  }

  @Test
  void fourAtOnceMakeItOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    CyclicBarrier together = new CyclicBarrier(4);
    Callable<Boolean> migrate =
        () -> {
          together.await();
          TownSchema.migrate(database);
          return true;
        };
    try {
      for (Future<Boolean> each : threads.invokeAll(Collections.nCopies(4, migrate))) {
        assertThat(each.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }

    assertThat(committedTables()).containsExactlyInAnyOrder(TABLES);
    assertThat(column("SELECT message FROM dolt_log WHERE message LIKE 'Town schema%'"))
        .hasSize(TownSchema.latestVersion());
  }

  @Test
  void itCompletesWhatACrashLeftUncommitted() throws SQLException {
    TownSchema.migrate(database);
    CommitHash complete = head();
    String first = "HEAD~" + TownSchema.latestVersion();
    run("CALL DOLT_RESET('--soft', '" + first + "')"); // as if it had died before it committed
    assertThat(committedTables()).isEmpty();
    assertThat(head()).isNotEqualTo(complete);
    TownSchema.migrate(database);

    assertThat(committedTables()).containsExactlyInAnyOrder(TABLES);
    assertThat(database.uncommittedTables(BranchName.MAIN)).isEmpty();
  }

  @Test
  void itCompletesWhatACrashLeftHalfMade() throws SQLException {
    run(
        "CREATE TABLE town_schema_version"
            + " (version INT PRIMARY KEY, applied_at TIMESTAMP(6) NOT NULL)",
        "CREATE TABLE channels (id VARCHAR(64) PRIMARY KEY, name VARCHAR(255), type VARCHAR(32),"
            + " config JSON, created_at TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6))");
    TownSchema.migrate(database);

    assertThat(committedTables()).containsExactlyInAnyOrder(TABLES);
    assertThat(database.uncommittedTables(BranchName.MAIN)).isEmpty();
  }

  @Test
  void itDoesNotCommitOthersRowsWithANewColumn() throws SQLException {
    TownSchema.migrate(database);
    run(
        "ALTER TABLE issues DROP COLUMN extra",
        "DELETE FROM town_schema_version WHERE version = 2",
        "CALL DOLT_COMMIT('-Am', 'as it was in version 1')",
        "INSERT INTO issues (id) VALUES ('draft')",
        "ALTER TABLE issues ADD COLUMN extra JSON"); // as if it had died before it committed

    assertThatThrownBy(() -> TownSchema.migrate(database))
        .hasMessageContaining("issues is to get a column");
    assertThat(column("SELECT id FROM issues AS OF 'HEAD'")).isEmpty();
    run("DELETE FROM issues");
    TownSchema.migrate(database);
    assertThat(database.uncommittedTables(BranchName.MAIN)).isEmpty();
  }

  @Test
  void itLeavesOthersUncommittedRowsUncommitted() throws SQLException {
    run("CREATE TABLE mine (id INT PRIMARY KEY)", "CALL DOLT_COMMIT('-Am', 'mine')");
    run("INSERT INTO mine VALUES (1)", "CREATE TABLE draft (id INT PRIMARY KEY)");
    TownSchema.migrate(database);

    assertThat(database.uncommittedTables(BranchName.MAIN)).containsExactly("draft", "mine");
    assertThat(column("SELECT id FROM mine")).containsExactly("1");
    assertThat(column("SELECT id FROM mine AS OF 'main'")).isEmpty();
    assertThat(committedTables()).contains("issues").doesNotContain("draft");
  }

  @Test
  void itRefusesASchemaNewerThanItself() throws SQLException {
    TownSchema.migrate(database);
    run(
        "INSERT INTO town_schema_version VALUES (999, NOW(6))",
        "CALL DOLT_COMMIT('-Am', 'from the future')");

    assertThatThrownBy(() -> TownSchema.migrate(database))
        .isInstanceOf(DoltSqlException.class)
        .hasMessageContaining("999");
  }

  @Test
  void itsPoliciesFitIt() {
    TownSchema.migrate(database);
    dev.polecat.mergequeue.MergeQueue.builder(database)
        .policies(TownSchema.policies())
        .build()
        .close();
    assertThat(TownSchema.policies().tables())
        .containsOnlyKeys("issues", "mail", "channels", "comments", "dependencies", "labels");
  }
}
