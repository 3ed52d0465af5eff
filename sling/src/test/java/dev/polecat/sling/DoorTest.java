package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What somebody with the polecats' password cannot do, whatever the statement. */
@Timeout(60)
class DoorTest {
  private static final String MAIN = "gastown/main";

  @TempDir private static Path directory;
  private static SecuredTown secured;
  private static Polecat polecat;
  private static List<String> before;

  @BeforeAll
  static void open() throws SQLException {
    secured = SecuredTown.in(directory);
    secured.run(
        "root",
        MAIN,
        "CREATE TABLE t (id INT PRIMARY KEY, v INT)",
        "INSERT INTO t VALUES (1, 1)",
        "CALL DOLT_COMMIT('-Am', 'one')",
        "INSERT INTO t VALUES (2, 2)",
        "CALL DOLT_COMMIT('-Am', 'two')",
        "CALL DOLT_BRANCH('crew-work')",
        "CALL DOLT_TAG('nuked/polecat-old', 'HEAD~1')",
        "CREATE DATABASE other",
        "CREATE TABLE other.o (id INT PRIMARY KEY)");
    secured.rig().queue();
    secured.rig().main();
    polecat = secured.rig().sling("toast", "gt-1");
    secured.run("polecat", own(), "INSERT INTO t VALUES (3, 3)", "CALL DOLT_COMMIT('-Am', 'x')");
    before = state();
  }

  @AfterAll
  static void close() {
    secured.close();
  }

  @AfterEach
  void nothingChanged() {
    assertThat(state()).isEqualTo(before);
  }

  private static Stream<String> onMain() {
    return Stream.of(
        "INSERT INTO t VALUES (9, 9)",
        "REPLACE INTO t VALUES (1, 9)",
        "UPDATE t SET v = 9",
        "DELETE FROM t",
        "TRUNCATE t",
        "DROP TABLE t",
        "RENAME TABLE t TO u",
        "ALTER TABLE t ADD COLUMN z INT",
        "ALTER DATABASE gastown COLLATE utf8mb4_bin",
        "CREATE TABLE n (id INT PRIMARY KEY)",
        "CREATE INDEX i ON t (v)",
        "CREATE VIEW w AS SELECT 1",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET new.v = 1",
        "CREATE PROCEDURE p() SELECT 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO INSERT INTO t VALUES (9, 9)",
        "CALL DOLT_ADD('-A')",
        "CALL DOLT_COMMIT('--allow-empty', '-m', 'x')",
        "CALL DOLT_COMMIT('--amend', '-m', 'x')",
        "CALL DOLT_MERGE('" + polecatBranch() + "')",
        "CALL DOLT_MERGE('--no-ff', '-m', 'x', '" + polecatBranch() + "')",
        "CALL DOLT_CHERRY_PICK('" + polecatBranch() + "')",
        "CALL DOLT_REVERT('HEAD')",
        "CALL DOLT_RESET('--hard', 'HEAD~1')",
        "CALL DOLT_RESET('--soft', 'HEAD~1')",
        "CALL DOLT_RESET('HEAD~1')",
        "CALL DOLT_CLEAN()",
        "CALL DOLT_RM('t')",
        "CALL DOLT_CONFLICTS_RESOLVE('--ours', 't')",
        "CALL DOLT_VERIFY_CONSTRAINTS()",
        "CALL DOLT_REBASE('HEAD~1')",
        "CALL DOLT_STASH('push', 's')",
        "CALL DOLT_CHECKOUT('HEAD~1', 't')",
        "CALL DOLT_UPDATE_COLUMN_TAG('t', 'v', 5)");
  }

  private static Stream<String> fromItsBranch() {
    String own = polecatBranch();
    return Stream.of(
        "INSERT INTO gastown.t VALUES (9, 9)",
        "INSERT INTO `gastown/main`.t VALUES (9, 9)",
        "UPDATE `gastown/main`.t SET v = 0",
        "DELETE FROM `gastown/main`.t",
        "INSERT INTO `gastown/crew-work`.t VALUES (9, 9)",
        "ALTER TABLE `gastown/main`.t ADD COLUMN z INT",
        "CREATE TABLE `gastown/main`.n (id INT PRIMARY KEY)",
        "CREATE TABLE gastown.n (id INT PRIMARY KEY)",
        "CREATE VIEW `gastown/main`.w AS SELECT 1",
        "CALL DOLT_CHECKOUT('main')",
        "CALL DOLT_CHECKOUT('-B', 'main', 'HEAD')",
        "CALL DOLT_CHECKOUT('-b', 'another')",
        "CALL DOLT_BRANCH('another')",
        "CALL DOLT_BRANCH('polecat-another')",
        "CALL DOLT_BRANCH('-f', 'main', 'HEAD')",
        "CALL DOLT_BRANCH('-m', 'main', 'x')",
        "CALL DOLT_BRANCH('-m', '-f', '" + own + "', 'main')",
        "CALL DOLT_BRANCH('-c', '--force', '" + own + "', 'main')",
        "CALL DOLT_BRANCH('-D', 'main')",
        "CALL DOLT_BRANCH('-D', 'crew-work')",
        "CALL DOLT_BRANCH('-D', '" + own + "')",
        "CALL DOLT_TAG('mine')",
        "CALL DOLT_TAG('-d', 'nuked/polecat-old')",
        "CALL DOLT_REBASE('main')",
        "CALL DOLT_UNDROP('other')",
        "CALL DOLT_PURGE_DROPPED_DATABASES()",
        "CALL DOLT_GC()",
        "CALL DOLT_REMOTE('add', 'o', 'file:///tmp/o')",
        "CALL DOLT_PUSH('o', 'main')",
        "CALL DOLT_PULL('o')",
        "CALL DOLT_FETCH('o')",
        "CALL DOLT_CLONE('file:///tmp/o')",
        "CALL DOLT_BACKUP('add', 'b', 'file:///tmp/b')",
        "CALL DOLT_THREAD_DUMP()",
        "CALL DOLT_STATS_STOP()",
        "DROP DATABASE gastown",
        "DROP DATABASE `gastown/main`",
        "DROP DATABASE other",
        "INSERT INTO other.o VALUES (1)",
        "SELECT * FROM other.o",
        "CALL other.DOLT_COMMIT('-Am', 'x')",
        "INSERT INTO dolt_branch_control VALUES ('%', 'main', 'polecat', '%', 'write')",
        "INSERT INTO dolt_branch_control VALUES ('gastown', 'main', 'polecat', 'localhost',"
            + " 'admin')",
        "REPLACE INTO dolt_branch_control VALUES ('%', 'polecat-%', 'polecat', '%', 'admin')",
        "UPDATE dolt_branch_control SET permissions = 'admin'",
        "DELETE FROM dolt_branch_control",
        "INSERT INTO dolt_branch_namespace_control VALUES ('%', 'main', 'polecat', '%')",
        "DELETE FROM dolt_branch_namespace_control",
        "CREATE USER evil@localhost",
        "ALTER USER root@localhost IDENTIFIED BY 'x'",
        "ALTER USER queue@localhost IDENTIFIED BY 'x'",
        "DROP USER queue@localhost",
        "CREATE ROLE r",
        "GRANT ALL ON *.* TO polecat@localhost",
        "GRANT EXECUTE ON gastown.* TO polecat@localhost",
        "REVOKE SELECT ON gastown.* FROM queue@localhost",
        "INSERT INTO mysql.user (host, user) VALUES ('localhost', 'evil')",
        "SELECT * FROM mysql.user",
        "LOAD DATA INFILE '/etc/passwd' INTO TABLE t",
        "SHOW PROCESSLIST",
        "KILL 1",
        "CHANGE REPLICATION SOURCE TO source_host = 'x'",
        "START REPLICA");
  }

  @TestFactory
  Stream<DynamicTest> holdsOnMain() {
    return onMain().map(attack -> refused(MAIN, attack));
  }

  @TestFactory
  Stream<DynamicTest> holdsFromItsBranch() {
    return fromItsBranch().map(attack -> refused(own(), attack));
  }

  @Test
  void movingTheSessionToMainDoesNotMoveThePermission() throws SQLException {
    try (Connection connection = secured.connect("polecat", own());
        Statement statement = connection.createStatement()) {
      statement.execute("SET @@gastown_head_ref = 'refs/heads/main'");
      assertNoPermission(() -> statement.execute("INSERT INTO t VALUES (9, 9)"));
      assertNoPermission(() -> statement.execute("CALL DOLT_COMMIT('--allow-empty', '-m', 'x')"));
      statement.execute("USE `gastown/main`");
      assertNoPermission(() -> statement.execute("DELETE FROM t"));
    }
  }

  @Test
  void filesOfTheMachineAreOutOfReach() throws SQLException {
    Path file = directory.resolve("written");
    String own = own();
    assertThatThrownBy(() -> secured.run("polecat", own, "SELECT 1 INTO OUTFILE '" + file + "'"))
        .isInstanceOf(SQLException.class);
    assertThat(Files.exists(file)).isFalse();
    String passwords = SecuredTown.server(directory).passwordDirectory() + "/root";
    try (Connection connection = secured.connect("polecat", own);
        Statement statement = connection.createStatement();
        ResultSet content = statement.executeQuery("SELECT LOAD_FILE('" + passwords + "')")) {
      content.next();
      assertThat(content.getString(1)).isNull();
    }
  }

  @Test
  void itsOwnBranchIsItsToWrite() throws SQLException {
    BranchName branch;
    try (Polecat nux = secured.rig().sling("nux", "gt-2")) {
      branch = nux.branch();
      secured.run(
          "polecat",
          "gastown/" + branch,
          "INSERT INTO t VALUES (7, 7)",
          "ALTER TABLE t ADD COLUMN z INT",
          "CREATE TABLE n (id INT PRIMARY KEY)",
          "CALL DOLT_COMMIT('-Am', 'x')",
          "CALL DOLT_RESET('--hard', 'HEAD~1')",
          "CALL DOLT_MERGE('main')",
          "INSERT INTO t VALUES (8, 8)");
      nux.nuke();
    }
    secured.run("root", MAIN, "CALL DOLT_TAG('-d', 'nuked/" + branch + "')");
  }

  private interface Attempt {
    void run() throws SQLException;
  }

  private static DynamicTest refused(String path, String attack) {
    return DynamicTest.dynamicTest(
        attack,
        () -> {
          assertNoPermission(() -> secured.run("polecat", path, attack));
          assertThat(state()).isEqualTo(before);
        });
  }

  private static void assertNoPermission(Attempt attempt) {
    assertThatThrownBy(attempt::run)
        .isInstanceOf(SQLException.class)
        .satisfies(
            e -> assertThat(DoltError.of(e)).as(e.getMessage()).isEqualTo(DoltError.NO_PERMISSION));
  }

  private static String polecatBranch() {
    return polecat.branch().value();
  }

  private static String own() {
    return "gastown/" + polecatBranch();
  }

  /** All that an attack must not change. */
  private static List<String> state() {
    return Stream.of(
            "SELECT name, hash FROM dolt_branches ORDER BY name",
            "SELECT tag_name, tag_hash FROM dolt_tags ORDER BY tag_name",
            "SELECT * FROM t",
            "SELECT * FROM dolt_status",
            "SELECT * FROM `gastown/crew-work`.dolt_status",
            "SELECT * FROM other.o",
            "SHOW TABLES",
            "SHOW DATABASES",
            "SELECT * FROM dolt_branch_control",
            "SELECT * FROM dolt_branch_namespace_control",
            "SELECT user, host, authentication_string FROM mysql.user"
                + " WHERE user <> '__dolt_local_user__' ORDER BY user",
            "SELECT * FROM mysql.db ORDER BY user, db",
            "SELECT * FROM mysql.procs_priv ORDER BY user, db, routine_name")
        .map(query -> query + ": " + secured.rows(query))
        .toList();
  }
}
