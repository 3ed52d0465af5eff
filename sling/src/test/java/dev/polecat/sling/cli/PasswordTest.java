package dev.polecat.sling.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A server somebody else runs, whose user has a password. */
@ExtendWith(DoltTestServer.class)
@Timeout(120)
class PasswordTest {
  private static final String PASSWORD = "pa ss'\"w\u00f6rd$";

  @TempDir private Path directory;

  private Shell shell;
  private DoltDatabase rig;
  private String user;

  @BeforeEach
  void aUserWithAPassword(DoltDatabase database) throws SQLException {
    rig = database;
    user = "gt_" + database.name();
    sql("CREATE USER '%s'@'%%' IDENTIFIED BY '%s'".formatted(user, PASSWORD.replace("'", "''")));
    sql("GRANT ALL ON *.* TO '%s'@'%%' WITH GRANT OPTION".formatted(user));
    shell = Shell.of(directory, database);
  }

  @AfterEach
  void noUser() throws SQLException {
    sql("DROP USER '%s'@'%%'".formatted(user));
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = rig.connect(BranchName.MAIN);
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }

  @Test
  void thePasswordOfTheEnvironmentLetsEveryCommandIn() {
    shell.with("BEADS_DOLT_PASSWORD", PASSWORD);
    String name = rig.name().value();
    shell.done("--user", user, "dolt", "init-rig", name);
    assertThat(shell.done("--user", user, "dolt", "status").out()).contains(user + "@", name);
    Shell.Said slung = shell.done("--user", user, "sling", "gt-1", "--env");
    assertThat(slung.out() + slung.err()).contains("POLECAT_USER=" + user).doesNotContain("pa ss");
    shell.with("BD_BRANCH", slung.out().lines().findFirst().orElseThrow().substring(10));
    String insert = "INSERT INTO issues (id, title) VALUES ('gt-1', 'x')";
    shell.done("--user", user, "dolt", "sql", "-q", insert);
    assertThat(shell.done("--user", user, "overlay", "issues").out()).contains("gt-1");
    assertThat(shell.done("--user", user, "done").out()).contains("is merged");
    assertThat(shell.done("--user", user, "export", "issues").lines()).hasSize(1);
    assertThat(shell.done("--user", user, "--explain-config", "dolt", "list").out())
        .contains("BEADS_DOLT_PASSWORD")
        .doesNotContain("pa ss");
  }

  @Test
  void whoIsNotLetInIsToldWhereThePasswordComesFrom() {
    for (String command : new String[] {"status", "list"}) {
      shell
          .run("--user", user, "dolt", command)
          .fails(ExitCode.NO_SERVER, "refused user " + user, "BEADS_DOLT_PASSWORD, which is not");
    }
    shell.with("BEADS_DOLT_PASSWORD", "wrong");
    Shell.Said wrong = shell.run("--user", user, "radar");
    wrong.fails(ExitCode.NO_SERVER, "refused user " + user, "BEADS_DOLT_PASSWORD.");
    assertThat(wrong.err()).doesNotContain("wrong");
  }

  @Test
  void withoutAPasswordOnlyThisMachineIsTalkedTo() {
    shell.with("GT_DOLT_HOST", "192.0.2.1");
    shell
        .run("dolt", "list")
        .fails(ExitCode.USAGE, "192.0.2.1 (environment GT_DOLT_HOST)", "BEADS_DOLT_PASSWORD");
  }

  @Test
  void aServerOfSomebodyElseIsNotLookedAfter() {
    shell.run("dolt", "stop").fails(ExitCode.USAGE, "GT_DOLT_HOST", "somebody else's");
    shell.run("dolt", "start").fails(ExitCode.USAGE, "GT_DOLT_HOST", "somebody else's");
    shell.run("dolt", "logs").fails(ExitCode.USAGE, "GT_DOLT_HOST", "somebody else's");
  }

  @Test
  void theShellOfABranchThatIsGoneSaysSo() {
    shell.done("dolt", "init-rig", rig.name().value());
    String branch = shell.line("sling", "gt-1");
    shell.with("BD_BRANCH", branch).done("done");
    shell.run("dolt", "sql").fails(ExitCode.NOT_FOUND, branch);
  }
}
