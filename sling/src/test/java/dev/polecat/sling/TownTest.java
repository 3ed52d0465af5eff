package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.polecat.core.CommitMode;
import dev.polecat.core.Endpoint;
import dev.polecat.core.InvalidNameException;
import dev.polecat.core.ManagedServerConfig;
import dev.polecat.core.ServerException;
import dev.polecat.mergequeue.MergeOutcome;
import dev.polecat.sling.schema.Issue;
import dev.polecat.sling.schema.Issues;
import dev.polecat.sling.schema.TownSchema;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A town with a server of its own, from its opening to its end. */
@Timeout(60)
class TownTest {
  @TempDir private Path directory;

  private TownConfig config() {
    return TownConfig.managed(ManagedServerConfig.builder(directory).port(0).build());
  }

  @Test
  void aTownIsAdoptedOnlyWhereAServerRuns() {
    assertThat(Town.adopt(config())).isEmpty();
    try (Town town = Town.open(config());
        Town adopted = Town.adopt(config()).orElseThrow()) {
      assertThat(adopted.server().pid()).isEqualTo(town.server().pid());
    }
    assertThat(Town.adopt(config())).isEmpty();
  }

  @Test
  void aTownKeepsItsWorkAndStopsItsServer() {
    ProcessHandle server;
    CompletionStage<MergeOutcome> outcome;
    Polecat unfinished;
    try (Town town = Town.open(config())) {
      server = ProcessHandle.of(town.server().pid().orElseThrow()).orElseThrow();
      assertThat(town.rigs()).isEmpty();
      Rig rig = town.rig("gastown").initSchema();
      assertThat(town.rig("gastown")).isSameAs(rig);
      assertThat(town.rigs()).containsExactly("gastown");
      Polecat toast = rig.sling("toast", "gt-1");
      toast.jdbi().useExtension(Issues.class, i -> i.insert(Issue.open("gt-1", "t")));
      outcome = toast.done(); // the town finishes it
      unfinished = rig.sling("nux", "gt-2");
      unfinished.jdbi().useExtension(Issues.class, i -> i.insert(Issue.open("gt-2", "t")));
    }
    TestRig.merged(outcome);
    assertThat(server.isAlive()).isFalse();

    try (Town town = Town.open(config())) {
      Rig rig = town.rig("gastown");
      assertThat(rig.main().jdbi().onDemand(Issues.class).list())
          .extracting(Issue::id)
          .containsExactly("gt-1");
      assertThat(rig.polecatBranches()).containsExactly(unfinished.branch().value());
    }
  }

  @Test
  void aServerThatIsNotThereIsNamedAtOnce() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    assertThatThrownBy(() -> Town.open(TownConfig.external(Endpoint.local(port))))
        .isInstanceOf(ServerException.Unreachable.class)
        .hasMessageContainingAll("127.0.0.1", "" + port, "dolt sql-server");
  }

  @Test
  void aConfigurationIsAValueWithDefaults() {
    TownConfig config = config();
    assertThat(config.commitMode()).isEqualTo(CommitMode.PER_TRANSACTION);
    assertThat(config.connectionsPerPolecat()).isEqualTo(4);
    assertThat(config.sealTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.mergePatience()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.policies()).isSameAs(TownSchema.policies());
    assertThat(config.external()).isEmpty();

    TownConfig changed =
        config
            .withCommitMode(CommitMode.EXPLICIT)
            .withConnectionsPerPolecat(1)
            .withSealTimeout(Duration.ofMillis(1))
            .withMergePatience(Duration.ZERO);
    assertThat(config.commitMode()).isEqualTo(CommitMode.PER_TRANSACTION);
    assertThat(changed.connectionsPerPolecat()).isEqualTo(1);
    assertThat(changed.managed()).isEqualTo(config.managed());
    assertThat(changed.toString()).contains("EXPLICIT", "PT0.001S", "issues.labels: union");
    assertThatThrownBy(() -> config.withConnectionsPerPolecat(0))
        .isInstanceOf(InvalidNameException.class);
  }

  @Test
  void aConfigurationDoesNotPrintThePassword() {
    TownConfig config = TownConfig.external(new Endpoint("127.0.0.1", 3307, "root", "s3cret"));

    assertThat(config.toString()).contains("127.0.0.1:3307").doesNotContain("s3cret");
  }
}
