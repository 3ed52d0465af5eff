package dev.polecat.core;

import static dev.polecat.core.DoltServerStartTest.onFreePort;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nobody gets into a secured server without a password, and nobody is shown one. */
@Timeout(60)
class SecuredServerTest {
  private static final DatabaseName HQ = DatabaseName.of("hq");
  private static final ServerUser WRITER =
      new ServerUser(
          "writer",
          List.of("SELECT", "INSERT", "CREATE"),
          List.of("dolt_commit"),
          List.of("work-%"));

  @TempDir Path root;

  private ManagedServerConfig secured() {
    return onFreePort(root).secured(true).build();
  }

  private Path passwords() {
    return secured().passwordDirectory();
  }

  @Test
  void aStrangerWithoutPasswordIsRefused() {
    try (DoltServer server = DoltServer.start(secured())) {
      server.admit(WRITER, server.database(HQ).name());
      for (String user : List.of("root", "writer", "event_scheduler", "nobody", "")) {
        assertRefused(server, user, "");
        assertRefused(server, user, "guessed");
      }
    }
  }

  @Test
  void thePasswordIsSetBeforeTheServerListens() throws IOException {
    try (DoltServer server = DoltServer.start(secured())) {
      assertThat(server.endpoint().password()).matches("[0-9a-f]{40}");
      assertThat(Files.readString(passwords().resolve("root")).strip())
          .isEqualTo(server.endpoint().password());
      // made by the first start itself: there was no root without a password at any time
      assertThat(Files.readString(server.logFile().orElseThrow())).doesNotContain("ALTER USER");
    }
  }

  @Test
  void passwordsAreForTheirOwnerOnly() throws IOException {
    try (DoltServer server = DoltServer.start(secured())) {
      server.admit(WRITER, server.database(HQ).name());
      assertThat(mode(passwords())).isEqualTo("rwx------");
      try (Stream<Path> files = Files.list(passwords())) {
        assertThat(files)
            .extracting(file -> file.getFileName() + " " + mode(file))
            .containsExactlyInAnyOrder("root rw-------", "writer rw-------");
      }
    }
  }

  @Test
  void aRestartKeepsPasswordsAndUsers() {
    String password;
    try (DoltServer server = DoltServer.start(secured())) {
      server.database(HQ).createBranch(BranchName.of("work-1"), BranchName.MAIN);
      password = server.endpoint().password();
      server.admit(WRITER, HQ);
    }
    try (DoltServer server = DoltServer.start(secured())) {
      assertThat(server.endpoint().password()).isEqualTo(password);
      Login writer = server.logins().orElseThrow().login("writer");
      assertThat(writer).isEqualTo(server.admit(WRITER, server.database(HQ).name()));
      assertThat(run(server, writer, "hq/work-1", "CREATE TABLE t (id INT PRIMARY KEY)")).isEmpty();
      assertThat(run(server, writer, "hq/main", "CREATE TABLE u (id INT PRIMARY KEY)"))
          .contains(DoltError.NO_PERMISSION);
    }
  }

  @Test
  void aViewWritesAsItsUserAndBranchesAsTheAdministrator() throws SQLException {
    BranchName work = BranchName.of("work-1");
    try (DoltServer server = DoltServer.start(secured())) {
      DoltDatabase database = server.database(HQ);
      DoltDatabase view = database.as(server.admit(WRITER, HQ));
      CommitHash start = view.createBranch(work, BranchName.MAIN);
      view.createBranch(BranchName.of("kept"), start);
      try (BranchDataSource source = view.open(work, BranchSession.of(TestBranch.TOAST));
          Connection connection = source.getConnection()) {
        assertThat(TestBranch.read(connection, "SELECT CURRENT_USER()"))
            .containsExactly("writer@localhost");
        TestBranch.run(connection, "CREATE TABLE t (id INT PRIMARY KEY)");
      }
      try (Connection connection = view.connect(BranchName.MAIN)) {
        long id = Long.parseLong(TestBranch.read(connection, "SELECT CONNECTION_ID()").get(0));
        view.endSession(id);
        assertThatExceptionOfType(SQLException.class)
            .isThrownBy(() -> TestBranch.run(connection, "SELECT 1"));
      }
      assertThatExceptionOfType(DoltSqlException.class)
          .isThrownBy(() -> view.commitAll(BranchName.MAIN, TestBranch.TOAST, "x"))
          .satisfies(e -> assertThat(e.error()).isEqualTo(DoltError.NO_PERMISSION))
          .satisfies(e -> assertThat((Throwable) e.sqlException()).isSameAs(e.getCause()));
      view.deleteBranchWithItsCommits(work);
      assertThat(database.branches()).containsExactly("kept", "main");
    }
  }

  @Test
  void dataServedWithoutPasswordsIsSecuredByTheNextStart() {
    try (DoltServer server = DoltServer.start(onFreePort(root).build())) {
      server.database(HQ);
      assertThat(server.logins()).isEmpty();
      assertThatThrownBy(() -> server.admit(WRITER, HQ)).isInstanceOf(IllegalStateException.class);
    }
    try (DoltServer server = DoltServer.start(secured())) {
      assertRefused(server, "root", "");
      assertThat(server.databases()).containsExactly("hq");
    }
  }

  @Test
  void securingIsFinishedAfterACrashHalfWay() throws IOException {
    DoltServer.start(onFreePort(root).build()).close();
    try (DoltServer server = DoltServer.start(secured())) {
      assertRefused(server, "root", "");
    }
    // as if the process had died after the password was set, and before that was noted
    Files.move(passwords().resolve("root"), passwords().resolve("root.new"));
    assertThatExceptionOfType(CredentialsException.class)
        .isThrownBy(() -> DoltServer.start(onFreePort(root).build()))
        .withMessageContaining("secured(true)");
    try (DoltServer server = DoltServer.start(secured())) {
      assertRefused(server, "root", "");
      assertThat(passwords().resolve("root.new")).doesNotExist();
    }
  }

  @Test
  void securedDataIsNotServedWithoutPasswords() {
    DoltServer.start(secured()).close();
    assertThatExceptionOfType(CredentialsException.class)
        .isThrownBy(() -> DoltServer.start(onFreePort(root).build()))
        .withMessageContainingAll(passwords() + "/root", ".secured(true)");
    DoltServer.start(secured()).close();
  }

  @Test
  void aPasswordThatOthersCanReadIsRefused() throws IOException {
    DoltServer.start(secured()).close();
    Path file = passwords().resolve("root");
    String password = Files.readString(file).strip();
    for (String mode : List.of("rw-r-----", "rw----r--", "rw-rw-rw-")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
      assertThatExceptionOfType(CredentialsException.class)
          .isThrownBy(() -> DoltServer.start(secured()))
          .withMessageContainingAll(file.toString(), mode, "chmod 600")
          .satisfies(e -> assertThat(e.toString()).doesNotContain(password))
          .satisfies(e -> assertThat(e.file()).isEqualTo(file));
    }
  }

  @Test
  void aWrongPasswordIsToldAtOnceAndALostOneIsReplaced() throws IOException {
    DoltServer.start(secured()).close();
    Path file = passwords().resolve("root");
    Files.writeString(file, "f".repeat(40));
    assertThatExceptionOfType(CredentialsException.class)
        .isThrownBy(() -> DoltServer.start(secured()))
        .withMessageContainingAll(file.toString(), "is not the password of root")
        .withMessageNotContaining("ffff");
    Files.writeString(file, "\n");
    assertThatExceptionOfType(CredentialsException.class)
        .isThrownBy(() -> DoltServer.start(secured()))
        .withMessageContaining("has no password in it");

    Files.delete(file);
    try (DoltServer server = DoltServer.start(secured())) {
      assertThat(Files.readString(file).strip()).isEqualTo(server.endpoint().password());
      assertRefused(server, "root", "f".repeat(40));
    }
  }

  @Test
  void noPasswordIsShown() throws Exception {
    List<String> shown = new ArrayList<>();
    List<String> secrets = new ArrayList<>();
    DoltServer.start(onFreePort(root).build()).close(); // so that both ways of setting it are used
    try (DoltServer server = DoltServer.start(secured())) {
      DoltDatabase database = server.database(HQ);
      Login writer = server.admit(WRITER, HQ);
      secrets.addAll(List.of(server.endpoint().password(), writer.password()));
      assertThat(run(server, writer, "hq/main", "DROP DATABASE hq"))
          .contains(DoltError.NO_PERMISSION);
      shown.addAll(
          List.of(
              server.toString(),
              server.endpoint().toString(),
              server.endpoint().as(writer).toString(),
              writer.toString(),
              server.logins().orElseThrow().toString(),
              database.as(writer).toString(),
              secured().toString()));
      shown.add(processes());
      shown.add(
          text(() -> DoltServer.connect(server.endpoint().as(new Login("x", writer.password())))));
      shown.add(text(() -> server.logins().orElseThrow().login("nobody")));
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.startsWith(passwords())) {
          shown.add(Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      }
    }
    assertThat(secrets).allMatch(secret -> secret.length() == 40);
    assertThat(shown).noneMatch(text -> secrets.stream().anyMatch(text::contains));
  }

  private static String text(Runnable failing) {
    try {
      failing.run();
    } catch (DoltException e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      return trace.toString();
    }
    throw new AssertionError("nothing was thrown");
  }

  private static String processes() throws IOException, InterruptedException {
    Process ps = new ProcessBuilder("ps", "-eo", "args", "ww").start();
    String listed = new String(ps.getInputStream().readAllBytes());
    assertThat(ps.waitFor()).isZero();
    assertThat(listed).contains("sql-server");
    return listed;
  }

  private static void assertRefused(DoltServer server, String user, String password) {
    assertThatExceptionOfType(SQLException.class)
        .as("login of " + user)
        .isThrownBy(
            () ->
                DriverManager.getConnection(
                        "jdbc:mysql://" + server.endpoint().authority() + "/", user, password)
                    .close())
        .satisfies(e -> assertThat(DoltError.of(e)).isEqualTo(DoltError.NO_PERMISSION));
  }

  /** The error, if there was one. */
  private static Optional<DoltError> run(DoltServer server, Login login, String path, String sql) {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:mysql://" + server.endpoint().authority() + "/" + path,
                login.user(),
                login.password());
        Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          rows.next();
        }
      }
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(DoltError.of(e));
    }
  }

  private static String mode(Path file) {
    try {
      return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
