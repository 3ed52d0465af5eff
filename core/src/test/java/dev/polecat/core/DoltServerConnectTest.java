package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.polecat.core.testing.DoltTestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(60)
@ExtendWith(DoltTestServer.class)
class DoltServerConnectTest {
  @Test
  void nobodyThereIsSaidAtOnceWithHostPortAndHowToStartOne() throws IOException {
    Endpoint nobody = Endpoint.local(DoltServerStartTest.freePort());
    long start = System.nanoTime();
    assertThatExceptionOfType(ServerException.Unreachable.class)
        .isThrownBy(() -> DoltServer.connect(nobody))
        .withMessageContainingAll(
            "host 127.0.0.1",
            "port " + nobody.port(),
            "dolt sql-server --host 127.0.0.1 --port " + nobody.port())
        .satisfies(e -> assertThat(e.endpoint()).isEqualTo(nobody));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void aUserWhoIsNotLetInIsNamed(DoltServer server) {
    Endpoint there = server.endpoint();
    for (Endpoint wrong :
        new Endpoint[] {
          new Endpoint(there.host(), there.port(), "stranger", ""),
          new Endpoint(there.host(), there.port(), "root", "wrong-s3cret")
        }) {
      assertThatExceptionOfType(ServerException.Unreachable.class)
          .isThrownBy(() -> DoltServer.connect(wrong))
          .withMessageContainingAll(
              "refused user " + wrong.user(), "host 127.0.0.1", "port " + there.port())
          .withMessageNotContaining("s3cret");
    }
  }

  @Test
  @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void somethingThatAcceptsAndNeverAnswersIsGivenUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertThatExceptionOfType(ServerException.Unreachable.class)
          .isThrownBy(
              () ->
                  DoltServer.connect(Endpoint.local(silent.getLocalPort()), Duration.ofMillis(300)))
          .withMessageContaining("port " + silent.getLocalPort());
    }
  }

  @Test
  void aServerThatWasOnlyConnectedToIsUsedButNotStopped(DoltServer server, DoltDatabase database)
      throws SQLException {
    try (DoltServer guest = DoltServer.connect(server.endpoint());
        TestBranch toast = TestBranch.of(guest.database(database.name()));
        Connection connection = toast.connection()) {
      TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
      assertThat(guest.pid()).isEmpty();
      assertThat(guest.logFile()).isEmpty();
    }
    assertThat(database.branches()).containsExactly("main", "toast");
    assertThat(FakeDolt.runs(server.pid().orElseThrow())).isTrue();
  }
}
