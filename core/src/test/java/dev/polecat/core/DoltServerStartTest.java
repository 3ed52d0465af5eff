package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DoltServerStartTest {
  private static final DatabaseName HQ = DatabaseName.of("hq");

  @TempDir Path root;

  @Test
  void onPortZeroItFindsAFreeOneAndAnswers() throws Exception {
    try (DoltServer server = DoltServer.start(onFreePort(root).maxConnections(50).build())) {
      assertThat(server.endpoint()).isEqualTo(Endpoint.local(server.endpoint().port()));
      assertThat(server.databases()).isEmpty();
      long pid = server.pid().orElseThrow();
      assertThat(FakeDolt.runs(pid)).isTrue();
      assertThat(root.resolve("daemon/dolt.pid")).hasContent(Long.toString(pid));
      assertThat(read(server, "SELECT @@max_connections")).isEqualTo("50");
      assertThat(server.database(HQ)).isSameAs(server.database(HQ));
      assertThat(server.databases()).containsExactly("hq");
    }
  }

  @Test
  void onAGivenPortItListensThere() throws IOException {
    int port = freePort();
    try (DoltServer server = DoltServer.start(onFreePort(root).port(port).build())) {
      assertThat(server.endpoint().port()).isEqualTo(port);
    }
  }

  @Test
  void twoServersOfOneJvmDoNotSeeEachOther() {
    try (DoltServer one = DoltServer.start(onFreePort(root.resolve("one")).build());
        DoltServer other = DoltServer.start(onFreePort(root.resolve("other")).build())) {
      one.database(HQ);
      assertThat(one.databases()).containsExactly("hq");
      assertThat(other.databases()).isEmpty();
    }
  }

  @Test
  void aRestartOnTheSameDirectoryFindsTheDataAgain() throws SQLException {
    CommitHash head;
    try (DoltServer first = DoltServer.start(onFreePort(root).build());
        TestBranch toast = TestBranch.of(first.database(HQ));
        Connection connection = toast.connection()) {
      TestBranch.run(connection, "INSERT INTO t VALUES (1, 'kept')");
      head = first.database(HQ).head(toast.name()).orElseThrow();
    }
    try (DoltServer second = DoltServer.start(onFreePort(root).build())) {
      assertThat(second.databases()).containsExactly("hq");
      assertThat(second.database(HQ).head(BranchName.of("toast"))).contains(head);
    }
  }

  @Test
  void aServerThatWasKilledIsReplacedAndItsCommitsAreThere() throws Exception {
    try (DoltServer killed = DoltServer.start(onFreePort(root).build());
        TestBranch toast = TestBranch.of(killed.database(HQ));
        Connection connection = toast.connection()) {
      TestBranch.run(connection, "INSERT INTO t VALUES (1, 'kept')");
      ProcessHandle process = ProcessHandle.of(killed.pid().orElseThrow()).orElseThrow();
      process.destroyForcibly();
      process.onExit().get();
    }
    assertThat(root.resolve(".dolt-data/.dolt/sql-server.info")).exists();
    try (DoltServer next = DoltServer.start(onFreePort(root).build());
        Connection connection = next.database(HQ).connect(BranchName.of("toast"))) {
      assertThat(TestBranch.read(connection, "SELECT v FROM t")).containsExactly("kept");
    }
  }

  @Test
  void filesOfADeadProcessDoNotBlockAStart() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    leaveFiles(dead.pid());
    try (DoltServer server = DoltServer.start(onFreePort(root).build())) {
      assertThat(root.resolve("daemon/dolt.pid")).hasContent("" + server.pid().orElseThrow());
    }
  }

  @Test
  void filesThatNameAProcessWhichIsNoDoltDoNotBlockAStart() throws Exception {
    leaveFiles(ProcessHandle.current().pid());
    DoltServer.start(onFreePort(root).build()).close();
  }

  @Test
  void aPidFileWithoutSenseDoesNotBlockAStart() throws Exception {
    Files.createDirectories(root.resolve("daemon"));
    Files.writeString(root.resolve("daemon/dolt.pid"), "no number");
    DoltServer.start(onFreePort(root).build()).close();
  }

  @Test
  void directoriesMayHaveBlanksQuotesAndOtherTroubleInTheirNames() throws Exception {
    Path odd = root.resolve("it's a \"town\" # {x}: $HOME \u00fc");
    try (DoltServer server = DoltServer.start(onFreePort(odd).build())) {
      server.database(HQ);
      assertThat(odd.resolve(".dolt-data/hq/.dolt")).isDirectory();
      assertThat(server.logFile().orElseThrow()).isRegularFile();
    }
  }

  @Test
  void theLogFileHasWhatTheServerSaysAndKeepsWhatWasThere() throws Exception {
    Path log = root.resolve("daemon/dolt-server.log");
    Files.createDirectories(log.getParent());
    Files.writeString(log, "from an earlier server\n");
    try (DoltServer server = DoltServer.start(onFreePort(root).build())) {
      assertThat(server.logFile()).contains(log);
    }
    assertThat(log).content().startsWith("from an earlier server\n").contains("Starting server");
  }

  @Test
  void aRelativeDirectoryIsMadeAbsolute() {
    assertThat(ManagedServerConfig.builder(Path.of("x", "..", "town")).build().root())
        .isEqualTo(Path.of("town").toAbsolutePath());
  }

  static ManagedServerConfig.Builder onFreePort(Path root) {
    return ManagedServerConfig.builder(root).port(0);
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void leaveFiles(long pid) throws IOException {
    Files.createDirectories(root.resolve("daemon"));
    Files.writeString(root.resolve("daemon/dolt.pid"), pid + "\n");
    Files.createDirectories(root.resolve(".dolt-data/.dolt"));
    Files.writeString(
        root.resolve(".dolt-data/.dolt/sql-server.info"),
        pid + ":3307:6ccd376c-9a5d-4b5f-a4ce-1b1f2e9b9a52");
  }

  private static String read(DoltServer server, String sql) throws SQLException {
    try (Connection connection = server.database(HQ).connect(BranchName.MAIN)) {
      return TestBranch.read(connection, sql).get(0);
    }
  }
}
