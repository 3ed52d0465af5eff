package dev.polecat.sling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.polecat.core.BranchName;
import dev.polecat.core.DoltDatabase;
import dev.polecat.core.testing.DoltTestServer;
import dev.polecat.core.testing.StatementTap;
import dev.polecat.core.testing.TestServers;
import dev.polecat.mergequeue.ConflictPolicies;
import dev.polecat.mergequeue.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What looking at work in flight and bringing main into a branch cost, in round trips and rows. */
@ExtendWith(DoltTestServer.class)
@Timeout(90)
class LookingCostTest {
  private StatementTap tap;
  private Town town;
  private Rig rig;

  @BeforeEach
  void open(DoltDatabase database) {
    tap = StatementTap.to(TestServers.server().endpoint());
    town =
        Town.open(
            TownConfig.external(tap.endpoint())
                .withMergingLeftToOthers()
                .withPolicies(
                    ConflictPolicies.builder().table("t", t -> t.otherwise(Policy.max())).build()));
    rig = town.rig(database.name().value());
    onMain("CREATE TABLE t (id INT PRIMARY KEY, n INT)");
    rows(0, 20);
  }

  @AfterEach
  void close() {
    town.close();
    tap.close();
  }

  private void onMain(String sql) {
    rig.main().jdbi().useHandle(handle -> handle.execute(sql));
  }

  private void rows(int from, int to) {
    onMain(
        IntStream.range(from, to)
            .mapToObj(id -> "(" + id + ", 0)")
            .collect(Collectors.joining(", ", "INSERT INTO t VALUES ", "")));
  }

  private Polecat slung(int number) {
    Polecat polecat = rig.sling("p" + number, "gt-1");
    polecat
        .jdbi()
        .useHandle(handle -> handle.execute("UPDATE t SET n = " + number + " WHERE id = 1"));
    return polecat;
  }

  /** The fewest round trips: now and then the ledger is looked at in the background. */
  private int sent(Runnable before, Runnable work) {
    int fewest = Integer.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      before.run();
      tap.sent();
      work.run();
      fewest = Math.min(fewest, tap.sent().size());
    }
    return fewest;
  }

  private int sent(Runnable work) {
    return sent(() -> {}, work);
  }

  private void overlay() {
    try (Overlay overlay = rig.overlay("t");
        Stream<?> changes = overlay.changes()) {
      assertThat(changes).hasSize(1);
    }
  }

  private void radar() {
    assertThat(rig.radar().collisions()).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void overlayAndRadarCostTheSameForATableAHundredTimesAsLarge() {
    slung(1);
    slung(2);
    int overlay = sent(this::overlay);
    int radar = sent(this::radar);
    List<BranchName> old = rig.polecatBranches().stream().map(BranchName::of).toList();
    old.forEach(rig::nuke);
    rows(20, 2000);
    slung(1);
    slung(2);

    assertThat(sent(this::overlay)).isEqualTo(overlay);
    assertThat(sent(this::radar)).isEqualTo(radar);
  }

  @Test
  void eachBranchMoreCostsTheSameFewRoundTrips() {
    List<Integer> overlays = new ArrayList<>();
    List<Integer> radars = new ArrayList<>();
    for (int number = 1; number <= 5; number++) {
      slung(number);
      overlays.add(sent(this::overlay));
      radars.add(sent(this::radar));
    }
    for (List<Integer> trips : List.of(overlays, radars)) {
      int each = trips.get(4) - trips.get(3);
      assertThat(each).isEqualTo(trips.get(3) - trips.get(2)).isLessThanOrEqualTo(25);
    }
  }

  @Test
  void refreshingCostsTheSameForATableAHundredTimesAsLarge() {
    Polecat polecat = slung(1);
    Runnable mainMoves = () -> onMain("UPDATE t SET n = n + 1 WHERE id = 2");
    int small = sent(mainMoves, polecat::refresh);
    rows(20, 2000);
    polecat.refresh();

    assertThat(sent(mainMoves, polecat::refresh)).isEqualTo(small);
  }
}
