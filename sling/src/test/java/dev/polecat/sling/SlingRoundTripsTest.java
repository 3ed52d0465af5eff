package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.core.testing.StatementTap;
import dev.polecat.core.testing.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a polecat costs the server in round trips, on a rig in use: of several, the best, as a pause
 * has the library ask whether its connections are still there.
 */
@Timeout(60)
@ExtendWith(DoltTestServer.class)
class SlingRoundTripsTest {
  private static final int POLECATS = 12;

  private StatementTap proxy;
  private Town town;
  private Rig rig;

  @BeforeEach
  void open(DoltDatabase database) {
    proxy = StatementTap.to(TestServers.server().endpoint());
    town =
        Town.open(
            TownConfig.external(proxy.endpoint())
                .withMergingLeftToOthers()
                .withMergePatience(Duration.ofMillis(1)));
    rig = town.rig(database.name().value()).initSchema();
  }

  @AfterEach
  void close() {
    town.close();
    proxy.close();
  }

  private static List<String> fewest(List<List<String>> all) {
    return Collections.min(all, Comparator.comparingInt(List::size));
  }

  @Test
  void slingingWritingAndFinishingCostTheFewestRoundTrips() {
    List<List<String>> slings = new ArrayList<>();
    List<List<String>> writes = new ArrayList<>();
    List<List<String>> leaves = new ArrayList<>();
    List<List<String>> ends = new ArrayList<>();
    for (int i = 0; i < POLECATS; i++) {
      String bead = "gt-" + i;
      proxy.sent();
      try (Polecat polecat = rig.sling("toast", bead)) {
        slings.add(proxy.sent());
        polecat
            .jdbi()
            .useHandle(handle -> handle.execute("INSERT INTO issues (id) VALUES (?)", bead));
        writes.add(proxy.sent());
        if (i % 2 == 0) {
          polecat.leave();
          leaves.add(proxy.sent());
        } else {
          polecat.done();
          ends.add(proxy.sent());
        }
      }
    }

    assertThat(fewest(slings)).as("main's head, the ledger, the branch").hasSize(3);
    assertThat(fewest(writes)).as("login, four for the session, the row, its commit").hasSize(7);
    assertThat(fewest(leaves)).as("the status, the ledger read and written").hasSize(3);
    assertThat(fewest(ends)).as("the status, the ledger read and written").hasSize(3);
  }
}
