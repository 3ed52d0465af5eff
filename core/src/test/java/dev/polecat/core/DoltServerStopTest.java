package dev.polecat.core;

import static dev.polecat.core.DoltServerStartTest.onFreePort;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DoltServerStopTest {
  @TempDir Path root;

  @Test
  void closeLeavesNoProcessAndMayBeCalledAgain() {
    DoltServer server = DoltServer.start(onFreePort(root).build());
    long pid = server.pid().orElseThrow();
    server.close();
    assertThat(FakeDolt.runs(pid)).isFalse();
    assertThat(root.resolve("daemon/dolt.pid")).doesNotExist();
    assertThat(root.resolve(".dolt-data/.dolt/sql-server.info")).doesNotExist();
    server.close();
    assertThatExceptionOfType(ServerException.Unreachable.class)
        .isThrownBy(() -> DoltServer.connect(server.endpoint()));
  }

  @Test
  void closingAgainDoesNotDisturbTheNextServerOnTheDirectory() {
    DoltServer first = DoltServer.start(onFreePort(root).build());
    first.close();
    try (DoltServer second = DoltServer.start(onFreePort(root).build())) {
      first.close();
      assertThat(second.databases()).isEmpty();
      assertThat(root.resolve("daemon/dolt.pid")).exists();
    }
  }

  @Test
  void closeEndsThePoolsAndWhatIsInUse() throws SQLException {
    DoltServer server = DoltServer.start(onFreePort(root).build());
    DoltDatabase database = server.database(DatabaseName.of("hq"));
    TestBranch toast = TestBranch.of(database);
    Connection inUse = toast.connection();
    TestBranch.run(inUse, "BEGIN", "INSERT INTO t VALUES (1, '')");
    server.close();
    assertThatExceptionOfType(SQLException.class).isThrownBy(() -> TestBranch.run(inUse, "COMMIT"));
    inUse.close();
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(toast.source()::getConnection)
        .withMessageContaining("closed");
    assertThatExceptionOfType(DoltSqlException.class).isThrownBy(database::branches);
    toast.close();
  }

  @Test
  void aJvmThatExitsWithoutClosingLeavesNoServer() throws Exception {
    try (ServerJvm jvm = new ServerJvm(root)) {
      assertThat(FakeDolt.runs(jvm.serverPid())).isTrue();
      assertThat(jvm.exit()).isEqualTo(3);
      assertThat(FakeDolt.runs(jvm.serverPid())).isFalse();
    }
    DoltServer.start(onFreePort(root).build()).close();
  }

  @Test
  void aJvmThatIsTerminatedLeavesNoServer() throws Exception {
    try (ServerJvm jvm = new ServerJvm(root)) {
      assertThat(FakeDolt.runs(jvm.serverPid())).isTrue();
      jvm.terminate();
      assertThat(FakeDolt.runs(jvm.serverPid())).isFalse();
    }
    DoltServer.start(onFreePort(root).build()).close();
  }
}
