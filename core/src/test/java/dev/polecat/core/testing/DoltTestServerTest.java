package dev.polecat.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.DoltServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DoltTestServer.class)
class DoltTestServerTest {
  @Test
  void everyDatabaseIsNewAndOnTheSharedServer(
      DoltServer server, DoltDatabase one, DoltDatabase other) {
    assertThat(server).isSameAs(TestServers.server());
    assertThat(one.name()).isNotEqualTo(other.name());
    assertThat(server.databases()).contains(one.name().value(), other.name().value());
    assertThat(one.branches()).containsExactly(BranchName.MAIN.value());
    assertThat(one.endpoint()).isEqualTo(server.endpoint());
  }
}
