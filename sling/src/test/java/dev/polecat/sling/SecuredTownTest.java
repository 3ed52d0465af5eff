package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.BranchName;
import dev.polecat.core.CommitHash;
import dev.polecat.core.CommitMode;
import dev.polecat.core.CredentialsException;
import dev.polecat.core.DatabaseName;
import dev.polecat.core.DoltError;
import dev.polecat.core.DoltSqlException;
import dev.polecat.core.Endpoint;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.Logins;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.mergequeue.RefreshOutcome;
import dev.polecat.mergequeue.spi.GateVerdict;
import dev.polecat.mergequeue.spi.MergeGate;
import dev.polecat.mergequeue.spi.MergedState;
import dev.polecat.sling.schema.Issue;
import dev.polecat.sling.schema.Issues;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A secured town does all that a town does, and each role logs in as itself. */
@Timeout(120)
class SecuredTownTest {
  @TempDir private Path directory;
  private SecuredTown secured;
  private Rig rig;

  @BeforeEach
  void open() {
    secured = SecuredTown.in(directory);
    rig = secured.rig();
  }

  @AfterEach
  void close() {
    secured.close();
  }

  @Test
  void theWholeLifeOfAPolecat() {
    try (Polecat toast = rig.sling("toast", "gt-1");
        Polecat nux = rig.sling("nux", "gt-2")) {
      assertThat(user(toast.jdbi())).isEqualTo("polecat@localhost");
      insert(toast.jdbi(), "gt-1");
      toast.jdbi().useHandle(h -> h.execute("CREATE TABLE notes (id INT PRIMARY KEY, n INT)"));
      insert(nux.jdbi(), "gt-2");
      TestRig.merged(toast.done());
      CommitHash head = nux.nuke();

      assertThat(secured.rows("SELECT id FROM issues")).containsExactly("gt-1");
      assertThat(secured.rows("SELECT COUNT(*) FROM notes")).containsExactly("0");
      assertThat(secured.rows("SELECT tag_hash FROM dolt_tags")).containsExactly(head.value());
      assertThat(rig.polecatBranches()).isEmpty();
    }
  }

  @Test
  void theQueueSettlesConflictsAndAsksGatesAsItself() {
    secured.close();
    List<String> users = new CopyOnWriteArrayList<>();
    secured =
        SecuredTown.in(directory, config -> config.withQueue(queue -> queue.gate(asking(users))));
    rig = secured.rig();
    insert(rig.main().jdbi(), "gt-1");
    try (Polecat toast = rig.sling("toast", "gt-1")) {
      update(toast.jdbi(), "toast's");
      update(rig.main("witness").jdbi(), "witness's");
      MergeOutcome.Merged merged = TestRig.merged(toast.done());
      assertThat(merged.report().decisions().decidedCells()).isPositive();
    }
    assertThat(users).containsExactly("queue@localhost");
    assertThat(secured.rows("SELECT title FROM issues")).containsExactly("witness's");
  }

  @Test
  void workInFlightIsSeenAndMainIsBroughtIntoABranch() {
    Polecat toast = rig.sling("toast", "gt-1");
    insert(toast.jdbi(), "gt-1");
    insert(rig.main().jdbi(), "gt-2");

    assertThat(toast.refresh()).isInstanceOf(RefreshOutcome.Refreshed.class);
    toast.jdbi().useExtension(Issues.class, i -> assertThat(i.find("gt-2").isPresent()).isTrue());
    try (Polecat dirty = rig.sling("dirty", "gt-3", CommitMode.EXPLICIT)) {
      insert(dirty.jdbi(), "gt-3");
      try (Overlay overlay = rig.overlay("issues");
          Stream<?> rows = overlay.rows()) {
        assertThat(overlay.leftOut()).isEmpty();
        assertThat(rows).hasSize(3);
      }
    }
    TestRig.merged(toast.done());
  }

  @Test
  void rolesThatWriteMainLogInAsThemselvesAndWriteNothingElse() throws SQLException {
    for (String role : List.of("crew", "witness", "refinery", "deacon", "root")) {
      assertThat(user(rig.main(role).jdbi())).isEqualTo("main-" + role + "@localhost");
      insert(rig.main(role).jdbi(), "gt-" + role);
    }
    assertThat(secured.rows("SELECT COUNT(*) FROM issues")).containsExactly("5");
    try (Polecat toast = rig.sling("toast", "gt-1")) {
      assertNoPermission(
          () ->
              secured.run(
                  "main-crew", "gastown/" + toast.branch(), "UPDATE issues SET title = 'x'"));
    }
    assertThatExceptionOfType(InvalidNameException.class)
        .isThrownBy(() -> rig.main("r".repeat(28)))
        .withMessageContaining("at most 32");
  }

  @Test
  void anotherProcessWritesTheBranchWithWhatTheEnvironmentSays() throws Exception {
    try (Polecat toast = rig.sling("toast", "gt-1")) {
      Map<String, String> environment = toast.environment();
      assertThat(environment)
          .containsOnlyKeys(
              "BD_BRANCH", "POLECAT_JDBC_URL", "POLECAT_USER", "POLECAT_PASSWORD_FILE");
      ProcessBuilder wrapper =
          new ProcessBuilder("sh", "-c", "printf %s \"$(cat \"$POLECAT_PASSWORD_FILE\")\"");
      wrapper.environment().putAll(environment);
      Process shell = wrapper.start();
      String password = new String(shell.getInputStream().readAllBytes());
      assertThat(environment.values()).noneMatch(value -> value.contains(password));

      try (Connection plain =
              DriverManager.getConnection(
                  environment.get("POLECAT_JDBC_URL"), environment.get("POLECAT_USER"), password);
          Statement statement = plain.createStatement()) {
        statement.execute("INSERT INTO issues (id, title) VALUES ('gt-1', 'from outside')");
        assertNoPermission(
            () ->
                statement.execute(
                    "INSERT INTO `gastown/main`.issues (id, title)"
                        + " VALUES ('gt-2', 'on main')"));
      }
      TestRig.merged(toast.done());
    }
    assertThat(secured.rows("SELECT title FROM issues")).containsExactly("from outside");
  }

  @Test
  void aSecondProcessWithThePasswordsIsAsGoodAsTheFirst() {
    rig.main("crew");
    rig.queue();
    Endpoint endpoint = secured.town().server().endpoint();
    Logins logins = Logins.in(SecuredTown.server(directory).passwordDirectory());
    TownConfig config =
        TownConfig.external(Endpoint.local(endpoint.port()).as(logins.login("root")), logins);
    assertThat(config.toString()).doesNotContain(endpoint.password());
    try (Town second = Town.open(config);
        Polecat nux = second.rig("gastown").sling("nux", "gt-2")) {
      assertThat(user(nux.jdbi())).isEqualTo("polecat@localhost");
      insert(nux.jdbi(), "gt-2");
      TestRig.merged(nux.done());
      assertThat(user(second.rig("gastown").main().jdbi())).isEqualTo("main-crew@localhost");
      assertThatExceptionOfType(CredentialsException.class)
          .isThrownBy(() -> second.rig("gastown").main("stranger"))
          .withMessageContainingAll("main-stranger", "is missing");
    }
  }

  @Test
  void whoHasThePolecatsPasswordOnlyCannotSlingNorWriteMain() {
    Endpoint polecat = secured.town().server().endpoint().as(secured.logins().login("polecat"));
    try (Town agent = Town.open(TownConfig.external(polecat))) {
      assertThatExceptionOfType(DoltSqlException.class)
          .isThrownBy(() -> agent.rig("gastown").sling("toast", "gt-1"))
          .satisfies(e -> assertThat(e.error()).isEqualTo(DoltError.NO_PERMISSION));
      assertNoPermission(() -> insert(agent.rig("gastown").main().jdbi(), "gt-1"));
      assertThatThrownBy(() -> agent.rig("another")).isInstanceOf(DoltSqlException.class);
    }
    assertThat(secured.rows("SELECT id FROM issues")).isEmpty();
    assertThat(rig.polecatBranches()).isEmpty();
  }

  @Test
  void aDatabaseOfTheTownsOwnIsTheQueuesAndNoPolecats() throws SQLException {
    DatabaseName ledger = DatabaseName.of("polecat_ledger");
    TownUsers users = new TownUsers(TownConfig.managed(directory), secured.town().server());
    users.queue(secured.town().server().database(ledger));
    secured.run("queue", "polecat_ledger", "CREATE TABLE l (id INT PRIMARY KEY)");
    secured.run("queue", "polecat_ledger", "INSERT INTO l VALUES (1)");
    secured.run("root", "", "CREATE DATABASE polecatxledger");
    for (String other : List.of("polecat_ledger", "polecatxledger")) {
      assertNoPermission(() -> secured.run("polecat", other, "SELECT 1"));
      assertNoPermission(
          () -> secured.run("polecat", "gastown", "INSERT INTO " + other + ".l VALUES (2)"));
    }
    assertNoPermission(() -> secured.run("queue", "polecatxledger", "SELECT 1"));
  }

  @Test
  void slingingLeavesNothingInTheListOfPermissions() {
    rig.queue();
    rig.main();
    String permissions = "SELECT * FROM dolt_branch_control";
    List<String> before = secured.rows(permissions);
    assertThat(before)
        .containsExactlyInAnyOrder(
            "%|%|root|%|admin",
            "%|polecat-%|polecat|%|write",
            "%|main|queue|%|write",
            "%|merge-align-%|queue|%|write",
            "%|merge-overlay-%|queue|%|write",
            "%|main|main-crew|%|write");
    for (int i = 0; i < 200; i++) {
      try (Polecat polecat = rig.sling("p" + i, "gt-" + i)) {
        if (i % 20 == 0) {
          insert(polecat.jdbi(), "gt-" + i);
          TestRig.merged(polecat.done());
        }
      }
    }
    assertThat(secured.rows(permissions)).isEqualTo(before);
    assertThat(secured.rows("SELECT COUNT(*) FROM dolt_branch_namespace_control"))
        .containsExactly("1");
  }

  @Test
  void aTownIsSecuredWithWhatIsInFlight() {
    secured.close();
    Path other = directory.resolve("other");
    BranchName branch;
    TownConfig unsecured = TownConfig.managed(ManagedServerConfig.builder(other).port(0).build());
    try (Town town = Town.open(unsecured);
        Polecat toast = town.rig("gastown").initSchema().sling("toast", "gt-1")) {
      insert(toast.jdbi(), "gt-1");
      branch = toast.branch();
    }
    secured = SecuredTown.in(other);
    assertThat(secured.rig().polecatBranches()).containsExactly(branch.value());
    assertNoPermission(() -> secured.run("polecat", "gastown/main", "DELETE FROM issues"));
    assertThat(Files.exists(SecuredTown.server(other).passwordDirectory().resolve("root.new")))
        .isFalse();
    try (Town again = Town.open(TownConfig.external(secured.town().server().endpoint()))) {
      assertThat(again.rigs()).containsExactly("gastown");
    }
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private static void assertNoPermission(Attempt attempt) {
    assertThatThrownBy(attempt::run)
        .satisfies(e -> assertThat(DoltError.of(e)).isEqualTo(DoltError.NO_PERMISSION));
  }

  private static void insert(Jdbi jdbi, String bead) {
    jdbi.useExtension(Issues.class, issues -> issues.insert(Issue.open(bead, "work")));
  }

  private static void update(Jdbi jdbi, String title) {
    jdbi.useHandle(handle -> handle.execute("UPDATE issues SET title = ?", title));
  }

  private static MergeGate asking(List<String> users) {
    return new MergeGate() {
      @Override
      public String name() {
        return "who";
      }

      @Override
      public GateVerdict check(MergedState merge) throws SQLException {
        try (Statement statement = merge.connection().createStatement();
            ResultSet user = statement.executeQuery("SELECT CURRENT_USER()")) {
          user.next();
          users.add(user.getString(1));
        }
        return GateVerdict.pass();
      }
    };
  }

  private static String user(Jdbi jdbi) {
    return jdbi.withHandle(
        handle -> handle.createQuery("SELECT CURRENT_USER()").mapTo(String.class).one());
  }
}
