package dev.polecat.sling.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whatever is killed, cut, frozen or full, and whenever: every acknowledged write is on main or on
 * a kept branch, no branch is merged twice, and nothing is left over. Profile {@code nightly} makes
 * it large; a round that fails says how to repeat it.
 */
@DisabledOnOs(OS.WINDOWS)
class CrashTest {
  private static final Logger LOG = LoggerFactory.getLogger(CrashTest.class);
  private static final long SEED = 20261121;
  private static final int DISK_ROUND = 9_000;

  private final Plan plan = Boolean.getBoolean("crash.nightly") ? Plan.NIGHTLY : Plan.SMALL;
  private final long seed = Long.getLong("crash.seed", plan == Plan.SMALL ? SEED : newSeed());
  private final int only = Integer.getInteger("crash.round", -1);
  private final CrashReport report = new CrashReport(seed, plan);
  private final long start = System.nanoTime();

  @Test
  void nothingAcknowledgedIsLostAndNothingIsLeftOver() throws Exception {
    try {
      if (only >= 0) {
        repeatOneRound();
      } else {
        strikeUntilEnough();
        fillTheDisk();
      }
    } finally {
      String text = report.text(elapsed());
      report.write(text);
      LOG.info(text);
    }
    assertThat(report.failures()).isEmpty();
    assertThat(only >= 0 || report.kills() >= plan.kills()).as("enough kills").isTrue();
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static long newSeed() {
    return new Random().nextInt(1_000_000_000);
  }

  private void repeatOneRound() throws Exception {
    List<Strike> strikes =
        Stream.of(System.getProperty("crash.strikes").split(",")).map(Strike::of).toList();
    boolean disk = strikes.stream().anyMatch(strike -> strike.damage() == Damage.FULL_DISK);
    try (CrashTown town = disk ? CrashTown.openOnSmallDisk().orElseThrow() : CrashTown.open()) {
      run(town, new Round(town, only, seed + only, plan, strikes), strikes);
      town.stopAndVerify().forEach(report::fail);
    }
  }

  /** A failed round ends its town, so that what follows is not blamed for it. */
  private void strikeUntilEnough() throws Exception {
    Deque<Strike> open = new ArrayDeque<>(plan.strikes(new Random(seed)));
    int mostRounds = 4 * open.size() / plan.strikesPerRound();
    int number = 0;
    while (!open.isEmpty() && number < mostRounds) {
      try (CrashTown town = CrashTown.open()) {
        boolean well = true;
        while (well && !open.isEmpty() && number < mostRounds) {
          List<Strike> strikes = new ArrayList<>();
          while (strikes.size() < plan.strikesPerRound() && !open.isEmpty()) {
            strikes.add(open.removeFirst());
          }
          Round round = new Round(town, number, seed + number, plan, strikes);
          well = run(town, round, strikes);
          open.addAll(round.notMade());
          number++;
        }
        town.stopAndVerify().forEach(report::fail);
      }
    }
  }

  private void fillTheDisk() throws Exception {
    Optional<CrashTown> small = CrashTown.openOnSmallDisk();
    if (small.isEmpty()) {
      report.note("SKIPPED: a full disk, as no tmpfs can be mounted here.");
      return;
    }
    try (CrashTown town = small.get()) {
      List<Strike> strikes = List.of(plan.anyTime(Damage.FULL_DISK, new Random(seed)));
      run(town, new Round(town, DISK_ROUND, seed + DISK_ROUND, plan, strikes), strikes);
      town.stopAndVerify().forEach(report::fail);
    }
  }

  private boolean run(CrashTown town, Round round, List<Strike> strikes) throws Exception {
    List<String> wrong = new ArrayList<>(round.run());
    Evidence evidence = Evidence.in(round.directory());
    TownCheck.Result result = TownCheck.check(town.server(), round.name(), evidence);
    wrong.addAll(result.wrong());
    report.add(round, evidence, result);
    if (!wrong.isEmpty()) {
      report.fail(round, strikes, wrong);
      town.keepFiles(round.directory(), Path.of("target", "crash", seed + "-" + round.name()));
    }
    report.write(report.text(elapsed()));
    return wrong.isEmpty();
  }
}
