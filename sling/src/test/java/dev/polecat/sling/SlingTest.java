package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.CommitMode;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.LeftBranchException;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.sling.schema.Issue;
import dev.polecat.sling.schema.Issues;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A polecat writes on its own branch, as itself, and nowhere else. */
@ExtendWith(DoltTestServer.class)
class SlingTest {
  private TestRig test;
  private Rig rig;

  @BeforeEach
  void open(DoltDatabase database) {
    test = TestRig.of(database);
    rig = test.rig();
  }

  @AfterEach
  void close() {
    test.close();
  }

  private static void insert(Polecat polecat, String id) {
    polecat
        .jdbi()
        .useExtension(
            Issues.class, issues -> issues.insert(Issue.open(id, "by " + polecat.name())));
  }

  @Test
  void workIsOnMainWhenItIsDoneAndTheBranchIsGone() {
    Polecat toast = rig.sling("toast", "gt-1");
    insert(toast, "gt-1");
    assertThat(rig.polecatBranches()).containsExactly(toast.branch().value());
    assertThat(test.rows("SELECT id FROM issues")).isEmpty();

    assertThat(TestRig.merged(toast.done()).branchKept()).isEmpty();
    assertThat(test.rows("SELECT id, title FROM issues AS OF 'main'"))
        .containsExactly("gt-1|by toast");
    assertThat(rig.polecatBranches()).isEmpty();
  }

  @Test
  void theBranchForksFromMainsHead() {
    insertOnMain("gt-0");
    CommitHash head = rig.database().head(BranchName.MAIN).orElseThrow();
    try (Polecat toast = rig.sling("toast", "gt-1")) {
      assertThat(toast.base()).isEqualTo(head);
      assertThat(rig.database().head(toast.branch())).contains(head);
      assertThat(toast.jdbi().withExtension(Issues.class, Issues::list)).hasSize(1);
    }
  }

  private void insertOnMain(String id) {
    rig.main().jdbi().useExtension(Issues.class, all -> all.insert(Issue.open(id, "on main")));
  }

  @Test
  void theSameNameSlungTwiceHasTwoBranches() {
    try (Polecat one = rig.sling("toast", "gt-1");
        Polecat other = rig.sling("toast", "gt-1")) {
      assertThat(one.branch()).isNotEqualTo(other.branch());
      assertThat(one.branch().value()).startsWith("polecat-toast-");
      insert(one, "gt-1");
      assertThat(other.jdbi().withExtension(Issues.class, Issues::list)).isEmpty();
    }
  }

  @Test
  void theHandleReachesItsBranchOnly() throws SQLException {
    try (Polecat toast = rig.sling("toast", "gt-1");
        Connection connection = toast.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      String database = rig.name();
      for (String way :
          new String[] {
            "USE `" + database + "/main`",
            "CALL DOLT_CHECKOUT('main')",
            "INSERT INTO `" + database + "/main`.issues (id) VALUES ('stray')"
          }) {
        assertThatThrownBy(() -> statement.execute(way)).isInstanceOf(LeftBranchException.class);
      }
      assertThatThrownBy(() -> connection.setCatalog(database))
          .isInstanceOf(LeftBranchException.class);
      try (ResultSet branch = statement.executeQuery("SELECT active_branch()")) {
        branch.next();
        assertThat(branch.getString(1)).isEqualTo(toast.branch().value());
      }
    }
    assertThat(test.rows("SELECT id FROM issues")).isEmpty();
  }

  @Test
  void everyTransactionIsACommitByThePolecat() {
    try (Polecat toast = rig.sling("toast", "gt-1")) {
      insert(toast, "gt-1");
      insert(toast, "gt-2");
      assertThat(
              toast.<Integer, RuntimeException>inTransaction(
                  handle -> {
                    handle.attach(Issues.class).insert(Issue.open("gt-3", "x"));
                    return handle.attach(Issues.class).setStatus("gt-1", "closed") ? 1 : 0;
                  }))
          .isEqualTo(1);

      assertThat(
              test.rows(
                  toast.branch(),
                  "SELECT committer, email, message FROM dolt_log('" + toast.base() + "..HEAD')"))
          .hasSize(3)
          .allSatisfy(
              row ->
                  assertThat(row)
                      .startsWith("toast|toast@polecat.local|toast: gt-1\n\nTransaction-Id: "));
      assertThat(rig.database().uncommittedTables(toast.branch())).isEmpty();
    }
  }

  @Test
  void withExplicitCommitsOnlyThePolecatCommits() {
    try (Polecat toast = rig.sling("toast", "gt-1", CommitMode.EXPLICIT)) {
      insert(toast, "gt-1");
      insert(toast, "gt-2");
      assertThat(rig.database().head(toast.branch())).contains(toast.base());
      assertThat(rig.database().uncommittedTables(toast.branch())).containsExactly("issues");

      CommitHash made = toast.commit("both at once");
      assertThat(rig.database().head(toast.branch())).contains(made);
      assertThat(made).isNotEqualTo(toast.base());
      assertThat(toast.commit("nothing new")).isEqualTo(made);
      assertThat(
              test.rows(
                  toast.branch(),
                  "SELECT committer, message FROM dolt_log('" + toast.base() + "..HEAD')"))
          .containsExactly("toast|both at once");
    }
  }

  @Test
  void theTownSaysHowPolecatsCommit(DoltDatabase another) {
    try (TestRig explicit =
            TestRig.of(another, config -> config.withCommitMode(CommitMode.EXPLICIT));
        Polecat toast = explicit.rig().sling("toast", "gt-1")) {
      insert(toast, "gt-1");
      assertThat(explicit.rig().database().head(toast.branch())).contains(toast.base());
    }
  }

  @Test
  void anotherProcessCanWorkOnTheBranchWithWhatTheEnvironmentSays() throws SQLException {
    Polecat toast = rig.sling("toast", "gt-1");
    Map<String, String> environment = toast.environment();
    assertThat(environment)
        .containsOnlyKeys("BD_BRANCH", "POLECAT_JDBC_URL", "POLECAT_USER")
        .containsEntry("BD_BRANCH", toast.branch().value());
    try (Connection plain =
            DriverManager.getConnection(
                environment.get("POLECAT_JDBC_URL"), environment.get("POLECAT_USER"), "");
        Statement statement = plain.createStatement()) {
      try (ResultSet branch = statement.executeQuery("SELECT active_branch()")) {
        branch.next();
        assertThat(branch.getString(1)).isEqualTo(environment.get("BD_BRANCH"));
      }
      statement.execute("INSERT INTO issues (id, title) VALUES ('gt-1', 'from outside')");
    }

    TestRig.merged(toast.done());
    assertThat(test.rows("SELECT title FROM issues AS OF 'main'")).containsExactly("from outside");
  }

  @Test
  void closingTheHandleKeepsTheBranchWithItsUncommittedRows() {
    Polecat toast = rig.sling("toast", "gt-1", CommitMode.EXPLICIT);
    insert(toast, "gt-1");
    toast.close();
    toast.close();

    assertThatThrownBy(() -> toast.dataSource().getConnection()).isInstanceOf(SQLException.class);
    assertThat(rig.polecatBranches()).containsExactly(toast.branch().value());
    assertThat(test.rows(toast.branch(), "SELECT id FROM issues")).containsExactly("gt-1");
    assertThat(rig.database().uncommittedTables(toast.branch())).containsExactly("issues");
    assertThat(test.rows("SELECT id FROM issues")).isEmpty();
  }

  @Test
  void closingTheRigKeepsWhatIsNotDone() {
    Polecat toast = rig.sling("toast", "gt-1");
    insert(toast, "gt-1");
    rig.close();
    rig.close();

    assertThatThrownBy(() -> toast.dataSource().getConnection()).isInstanceOf(SQLException.class);
    assertThat(rig.polecatBranches()).containsExactly(toast.branch().value());
  }
}
