package dev.polecat.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** A server that somebody else runs, as the official image does; skipped without Docker. */
class ContainerServerTest {
  private static final String IMAGE = "dolthub/dolt-sql-server:" + DoltBinary.PINNED_VERSION;
  private static final String PASSWORD = "in-a-container";
  private static final int PORT = 3306;

  @Test
  void theOfficialImageIsConnectedToAndItsBranchesAreWritten() throws Exception {
    assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(),
        () -> "Skipped: no Docker daemon answers, so " + IMAGE + " cannot be run.");
    try (GenericContainer<?> container = new GenericContainer<>(IMAGE)) {
      container
          .withEnv("DOLT_ROOT_PASSWORD", PASSWORD)
          .withEnv("DOLT_ROOT_HOST", "%")
          .withExposedPorts(PORT)
          .waitingFor(Wait.forListeningPort())
          .start();
      Endpoint endpoint =
          new Endpoint(container.getHost(), container.getMappedPort(PORT), "root", PASSWORD);
      try (DoltServer server = DoltServer.connect(endpoint);
          TestBranch toast = TestBranch.of(server.database(DatabaseName.of("hq")));
          Connection connection = toast.connection()) {
        assertThat(server.pid()).isEmpty();
        TestBranch.run(connection, "INSERT INTO t VALUES (1, '')");
        assertThat(toast.commits()).containsExactly(TestBranch.commit());
      }
    }
  }
}
