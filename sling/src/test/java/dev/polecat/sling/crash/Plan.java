package dev.polecat.sling.crash;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * How large a run is, and which strikes it makes: kills at every step and at any time, freezes, a
 * slow network, a full disk.
 *
 * @param kills how many kills the run makes at least
 * @param jvms how many JVMs write in a round
 * @param polecats how many polecats each of them slings
 * @param writes how many writes each polecat makes
 * @param strikesPerRound how many strikes are made in a round
 */
record Plan(int kills, int jvms, int polecats, int writes, int strikesPerRound) {
  static final Plan SMALL = new Plan(20, 2, 4, 4, 3);

  /** Fifty writers in five JVMs. */
  static final Plan NIGHTLY = new Plan(200, 5, 10, 5, 6);

  static final List<String> STEPS =
      List.of(
          "sling.recorded",
          "sling.branched",
          "write.committing",
          "write.committed",
          "refresh.paused",
          "refresh.committed",
          "refresh.merged",
          "refresh.moved",
          "done.drained",
          "done.sealed",
          "done.recorded",
          "merge.locked",
          "merge.surveyed",
          "merge.merged",
          "merge.committed",
          "merge.deleting",
          "merge.deleted",
          "merge.recorded",
          "nuke.recorded",
          "nuke.tagged",
          "nuke.deleted");

  private static final Set<String> ONCE_PER_DRAIN =
      Set.of("merge.locked", "merge.deleting", "merge.deleted", "merge.recorded");
  private static final List<Damage> KILLS =
      List.of(Damage.KILL_JVM, Damage.KILL_SERVER, Damage.KILL_SESSION, Damage.CUT_CONNECTION);
  private static final List<Damage> DELAYS =
      List.of(Damage.FREEZE_JVM, Damage.FREEZE_SERVER, Damage.SLOW_NETWORK);

  /**
   * The strikes in the order in which they are made. Each step is struck, by each kind of kill if
   * there are enough of them; the rest of the kills come at any time.
   */
  List<Strike> strikes(Random random) {
    List<Strike> strikes = new ArrayList<>();
    int turn = random.nextInt(KILLS.size());
    int atSteps = Math.min(kills * 4 / 5, KILLS.size() * STEPS.size());
    for (int i = 0; i < kills; i++) {
      Damage damage = KILLS.get((turn + i + i / STEPS.size()) % KILLS.size());
      strikes.add(
          i < atSteps ? at(STEPS.get(i % STEPS.size()), damage, random) : anyTime(damage, random));
    }
    for (int i = 0; i < Math.max(DELAYS.size(), kills / 8); i++) {
      Damage damage = DELAYS.get(i % DELAYS.size());
      boolean atStep = damage != Damage.SLOW_NETWORK && random.nextBoolean();
      strikes.add(
          atStep
              ? at(STEPS.get(random.nextInt(STEPS.size())), damage, random)
              : anyTime(damage, random));
    }
    Collections.shuffle(strikes, random);
    return strikes;
  }

  Strike anyTime(Damage damage, Random random) {
    return new Strike(
        damage, Strike.ANY_TIME, 1 + random.nextInt(jvms * polecats * writes * 9 / 10));
  }

  private Strike at(String step, Damage damage, Random random) {
    int times =
        switch (step.substring(0, step.indexOf('.'))) {
          case "nuke", "refresh" -> 1;
          case "write" -> polecats * writes / 2;
          // a queue that finds others at work, or several branches at once, does these once
          case "merge" -> ONCE_PER_DRAIN.contains(step) ? 1 : polecats / 2;
          default -> polecats / 2;
        };
    return new Strike(damage, step, 1 + random.nextInt(times));
  }
}
